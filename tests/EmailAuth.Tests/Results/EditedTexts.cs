using System.Globalization;
using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>
/// What becomes of a text, of every text with one character left out, doubled or replaced by one of a few, and of each start of it, as a page that is compared with an approved one in
/// <c>testdata/approved</c>; <c>EMAILAUTH_WRITE_PAGES=1</c> makes the tests write those.
/// </summary>
internal static class EditedTexts
{
    /// <summary>Every text of some characters that has at most so many of them.</summary>
    public static IEnumerable<string> AllOf(string characters, int most)
    {
        List<string> texts = [string.Empty];
        for (var from = 0; most >= 0; most--)
        {
            var end = texts.Count;
            for (; from < end; from++)
            {
                yield return texts[from];

                if (most > 0)
                {
                    texts.AddRange(characters.Select(c => texts[from] + c));
                }
            }
        }
    }

    /// <summary>The characters below a limit that a rule holds for, in hexadecimal: "0020-0021 0023".</summary>
    public static string Characters(Func<char, bool> holds, int below = 0x10000)
    {
        var found = Enumerable.Range(0, below).Where(c => holds((char)c)).ToList();
        return Ranges(found, "x4", ' ');
    }

    /// <summary>Compares what a page says with the approved one.</summary>
    public static void AssertApproved(string file, IEnumerable<string> lines)
    {
        var path = Repository.PathOf("testdata", "approved", "results", file);
        var page = lines.ToList();
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            File.WriteAllText(path, string.Join('\n', page) + '\n');
            return;
        }

        Assert.Equal(string.Join('\n', File.ReadAllLines(path)), string.Join('\n', page));
    }

    /// <summary>A text's outcome and that of each of its edits, the same outcomes together.</summary>
    /// <param name="text">The text.</param>
    /// <param name="others">The characters that replace each of its own.</param>
    /// <param name="outcomeOf">What becomes of a text, in a line.</param>
    public static IEnumerable<string> Around(string text, string others, Func<string, string> outcomeOf)
    {
        var expected = outcomeOf(text);
        yield return Visible($"= {text}");
        yield return Visible($"  {expected}");

        List<(string Edit, int Place, string Outcome)> edits =
        [
            .. Enumerable.Range(0, text.Length).Select(i => ("cut", i, outcomeOf(text[..i]))),
            .. Enumerable.Range(0, text.Length).Select(i => ("without", i, outcomeOf(text.Remove(i, 1)))),
            .. Enumerable.Range(0, text.Length).Select(i => ("twice", i, outcomeOf(text.Insert(i, text[i..(i + 1)])))),
            .. others.SelectMany(c => Enumerable.Range(0, text.Length).Where(i => text[i] != c).Select(i => (Visible($"{c}"), i, outcomeOf($"{text[..i]}{c}{text[(i + 1)..]}")))),
        ];
        foreach (var outcome in edits.GroupBy(static edit => edit.Outcome).Where(group => group.Key != expected).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            var places = outcome.GroupBy(static edit => edit.Edit).Select(static edit => $"{edit.Key} {Ranges([.. edit.Select(static e => e.Place)], "d", ',')}");
            yield return Visible($"    {outcome.Key} <- {string.Join(" | ", places)}");
        }
    }

    /// <summary>A text in visible ASCII.</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder();
        foreach (var c in text)
        {
            _ = c switch
            {
                '\r' => visible.Append("<CR>"),
                '\n' => visible.Append("<LF>"),
                '\t' => visible.Append("<TAB>"),
                >= ' ' and <= '~' => visible.Append(c),
                _ => visible.Append(CultureInfo.InvariantCulture, $"<{(int)c:x}>"),
            };
        }

        return visible.ToString().TrimEnd();
    }

    private static string Ranges(List<int> numbers, string format, char separator)
    {
        var ranges = new List<string>();
        for (var i = 0; i < numbers.Count; i++)
        {
            var first = i;
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1)
            {
                i++;
            }

            var start = numbers[first].ToString(format, CultureInfo.InvariantCulture);
            ranges.Add(i == first ? start : $"{start}-{numbers[i].ToString(format, CultureInfo.InvariantCulture)}");
        }

        return string.Join(separator, ranges);
    }
}
