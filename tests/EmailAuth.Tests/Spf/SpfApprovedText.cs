using System.Globalization;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>
/// Texts in testdata/approved that say what code gives. EMAILAUTH_WRITE_PAGES=1 makes the tests write them: look at what has changed in them.
/// </summary>
internal static class SpfApprovedText
{
    /// <summary>Fails with the first line that is not as it was approved.</summary>
    public static void AssertApproved(string file, IEnumerable<string> lines)
    {
        var path = Repository.PathOf("testdata", "approved", file);
        string[] given = [.. lines.SelectMany(line => line.Split('\n'))];
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, string.Join('\n', given) + "\n");
        }

        var approved = File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n')[..^1];
        var heading = "";
        for (var i = 0; i < Math.Max(approved.Length, given.Length); i++)
        {
            var (was, now) = (approved.ElementAtOrDefault(i), given.ElementAtOrDefault(i));
            heading = now?.StartsWith("## ", StringComparison.Ordinal) == true ? now : heading;
            Assert.True(was == now, $"{file}, line {i + 1}, {heading}\napproved: {was}\n   given: {now}");
        }
    }

    /// <summary>A text and what each of its one-character edits gives, those that give the same in one line.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The first character that is edited.</param>
    /// <param name="characters">What each character is replaced by.</param>
    /// <param name="outcome">What a text gives.</param>
    public static IEnumerable<string> Neighbors(string text, int from, string characters, Func<string, string> outcome)
    {
        yield return $"## {text}";
        yield return outcome(text);
        foreach (var same in Edits(text, from, characters).GroupBy(edit => outcome(edit.Text), edit => edit.Name, StringComparer.Ordinal))
        {
            yield return $"{same.Count()}: {same.Key}";
            yield return "    " + string.Join("  ", same);
        }
    }

    // 3- is the text without its fourth character, 3+ with it twice, 3=x with an x in its place.
    private static IEnumerable<(string Name, string Text)> Edits(string text, int from, string characters)
    {
        for (var i = from; i < text.Length; i++)
        {
            yield return ($"{i}-", text.Remove(i, 1));
            yield return ($"{i}+", text.Insert(i, text[i].ToString()));
            foreach (var c in characters.Where(c => c != text[i]))
            {
                var shown = c is > ' ' and <= '~' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X2}");
                yield return ($"{i}={shown}", string.Concat(text.AsSpan(0, i), c.ToString(), text.AsSpan(i + 1)));
            }
        }
    }
}
