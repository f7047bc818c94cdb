using System.Globalization;
using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>What becomes of texts that differ in one place, as pages below testdata/approved/bimi. EMAILAUTH_WRITE_PAGES=1 makes the tests write them.</summary>
internal static class Neighborhood
{
    /// <summary>Compares a page with the stored one, line by line.</summary>
    public static void AssertPage(string name, IEnumerable<string> lines)
    {
        var path = Repository.PathOf("testdata", "approved", "bimi", name);
        var made = lines.SelectMany(static line => line.Split('\n')).Select(Shown).ToArray();
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, string.Join('\n', made) + "\n");
            return;
        }

        var stored = File.ReadAllLines(path);
        for (var i = 0; i < Math.Max(stored.Length, made.Length); i++)
        {
            var (expected, actual) = (i < stored.Length ? stored[i] : "(the end)", i < made.Length ? made[i] : "(the end)");
            Assert.True(expected == actual, $"line {i + 1} of {name}\nstored: {expected}\nmade:   {actual}");
        }
    }

    /// <summary>
    /// The outcomes of all texts that differ from one in one character, each outcome with the edits that lead to it: a character left out, one doubled,
    /// one replaced, by the places.
    /// </summary>
    public static IEnumerable<string> Of(string text, string replacements, Func<string, string> outcome)
    {
        var found = new SortedDictionary<string, List<(string Edit, int Place)>>(StringComparer.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            Add("left out", i, text.Remove(i, 1));
            Add("doubled", i, text.Insert(i, text[i].ToString()));
            foreach (var c in replacements.Where(c => c != text[i]))
            {
                Add($"U+{(int)c:X4}", i, string.Concat(text.AsSpan(0, i), c.ToString(), text.AsSpan(i + 1)));
            }

            Add("cut", i, text[..i]);
        }

        yield return $"== {text}";
        yield return $"as it is: {outcome(text)}";
        foreach (var (name, edits) in found)
        {
            yield return $"{edits.Count} times {name}";
            yield return "   " + string.Join("; ", edits.GroupBy(static edit => edit.Edit).Select(static group => $"{group.Key} {Ranges(group.Select(static edit => edit.Place))}"));
        }

        void Add(string edit, int place, string edited)
        {
            var name = outcome(edited);
            if (!found.TryGetValue(name, out var edits))
            {
                found.Add(name, edits = []);
            }

            edits.Add((edit, place));
        }
    }

    /// <summary>A list of numbers, those that follow each other as a range.</summary>
    public static string Ranges(IEnumerable<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
            {
                ranges[^1] = (ranges[^1].First, number);
            }
            else
            {
                ranges.Add((number, number));
            }
        }

        return string.Join(' ', ranges.Select(static range => range.First == range.Last ? $"{range.First}" : $"{range.First}-{range.Last}"));
    }

    /// <summary>A text with what is not visible ASCII as escapes.</summary>
    public static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text)
        {
            _ = c is >= ' ' and <= '~' ? shown.Append(c) : shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return shown.ToString();
    }
}
