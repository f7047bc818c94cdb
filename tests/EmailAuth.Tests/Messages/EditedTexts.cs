using System.Globalization;
using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>One thing that a reader says of a text.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">What it says; null when it says nothing.</param>
/// <param name="IsPart">Whether the value is a part of the text, in which an edit shows.</param>
internal sealed record Reading(string Name, string? Value, bool IsPart = false);

/// <summary>
/// What a reader makes of a text, and of the text with each character left out, doubled, or replaced by another one, and cut before each. The files in
/// testdata/approved say it: for each text a line of what is read, then the edits by what is different.
/// </summary>
/// <remarks>
/// <c>name~</c> is a part of the text with the edit in it, <c>name&lt;</c> the beginning of one, <c>name [3..end]</c> another part of the edited text.
/// EMAILAUTH_WRITE_PAGES=1 makes the tests write the files.
/// </remarks>
internal static class EditedTexts
{
    private const string Same = "the same";

    /// <summary>Compares with a file.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="characters">What each character is replaced by.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="read">The reader; it gets the place of the edit, too, or -1.</param>
    public static void Check(string file, string characters, IEnumerable<string> texts, Func<string, int, IReadOnlyList<Reading>> read)
    {
        var page = new StringBuilder();
        foreach (var text in texts)
        {
            Describe(page, text, characters, read);
        }

        CheckPage(file, page.ToString());
    }

    /// <summary>Compares a text of lines with a file.</summary>
    public static void CheckPage(string file, string page)
    {
        var path = Repository.PathOf("testdata", "approved", "messages", file);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            File.WriteAllText(path, page);
        }

        var (expected, found) = (File.ReadAllLines(path), page.Split('\n')[..^1]);
        var missing = expected.Except(found).Take(10).Select(line => "- " + line);
        var added = found.Except(expected).Take(10).Select(line => "+ " + line);
        Assert.True(expected.SequenceEqual(found), $"{file} says otherwise:\n{string.Join('\n', missing.Concat(added))}");
    }

    /// <summary>A position, said from the place of an edit where it is near.</summary>
    public static string Place(int position, int edit) => (position - edit) switch
    {
        _ when edit < 0 => position.ToString(CultureInfo.InvariantCulture),
        0 => "here",
        > 0 and <= 2 => "here+" + (position - edit).ToString(CultureInfo.InvariantCulture),
        < 0 and >= -2 => "here" + (position - edit).ToString(CultureInfo.InvariantCulture),
        _ => position.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A text with what cannot be seen in it written out.</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder();
        foreach (var c in text)
        {
            _ = c switch
            {
                '\r' => visible.Append("\\r"),
                '\n' => visible.Append("\\n"),
                '\t' => visible.Append("\\t"),
                < ' ' or >= '\x7f' => visible.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => visible.Append(c),
            };
        }

        return visible.ToString();
    }

    private static void Describe(StringBuilder page, string text, string characters, Func<string, int, IReadOnlyList<Reading>> read)
    {
        var whole = read(text, -1);
        page.Append("== ").Append(Visible(text)).Append('\n').Append("   ").AppendJoin(", ", whole.Where(r => r.Value is not null).Select(Full)).Append('\n');
        var outcomes = new List<string>();
        var edits = new Dictionary<(string Outcome, string Kind), List<int>>();
        foreach (var (kind, place, edited) in Edits(text, characters))
        {
            var outcome = Difference(whole, read(edited, place), edited, place);
            if (!outcomes.Contains(outcome))
            {
                outcomes.Add(outcome);
            }

            if (!edits.TryGetValue((outcome, kind), out var places))
            {
                edits[(outcome, kind)] = places = [];
            }

            places.Add(place);
        }

        // What most edits come to is known when all others are.
        foreach (var outcome in outcomes.Where(outcome => outcome != Same))
        {
            var kinds = edits.Where(edit => edit.Key.Outcome == outcome).GroupBy(edit => Ranges(edit.Value), edit => edit.Key.Kind, StringComparer.Ordinal);
            page.Append(outcome).Append(" | ").AppendJoin("; ", kinds.Select(kind => string.Join(' ', kind) + kind.Key)).Append('\n');
        }

        page.Append(Same).Append(" | ").Append(edits.Where(edit => edit.Key.Outcome == Same).Sum(edit => edit.Value.Count)).Append('\n');
    }

    private static IEnumerable<(string Kind, int Place, string Text)> Edits(string text, string characters)
    {
        for (var place = 0; place < text.Length; place++)
        {
            yield return ("without", place, text.Remove(place, 1));
            yield return ("twice", place, text.Insert(place, text[place..(place + 1)]));
            yield return ("cut", place, text[..place]);
            foreach (var c in characters.Where(c => c != text[place]))
            {
                yield return (c == ' ' ? "space" : Visible(c.ToString()), place, $"{text[..place]}{c}{text[(place + 1)..]}");
            }
        }
    }

    private static string Full(Reading reading) => $"{reading.Name} {Visible(reading.Value!)}";

    // Where there is an error, it goes without saying that there is no value.
    private static string Difference(IReadOnlyList<Reading> whole, IReadOnlyList<Reading> edited, string text, int place)
    {
        var (parts, gone) = (new List<string>(), new List<string>());
        for (var index = 0; index < Math.Max(whole.Count, edited.Count); index++)
        {
            var old = index < whole.Count ? whole[index] : new Reading(edited[index].Name, null);
            var now = index < edited.Count ? edited[index] : new Reading(whole[index].Name, null);
            if (old.Value == now.Value)
            {
                continue;
            }

            if (now.Value is null)
            {
                gone.Add(old.Name);
            }
            else
            {
                parts.Add(now.IsPart ? PartOf(old.Value ?? string.Empty, now, text, place) : Full(now));
            }
        }

        if (gone.Count > 0 && !edited.Any(reading => reading.Name == "error" && reading.Value is not null))
        {
            parts.Insert(0, "no " + string.Join(' ', gone));
        }

        return parts.Count == 0 ? Same : string.Join(", ", parts);
    }

    private static string PartOf(string old, Reading now, string text, int place)
    {
        var value = now.Value!;
        var shorter = Math.Min(old.Length, value.Length);
        var start = old.AsSpan().CommonPrefixLength(value);
        if (start == value.Length && start > 0)
        {
            return start == old.Length - 1 ? now.Name + "~" : now.Name + "<";
        }

        var end = 0;
        while (end < shorter - start && old[^(end + 1)] == value[^(end + 1)])
        {
            end++;
        }

        var isEdit = value.Length == old.Length ? start + end == old.Length - 1 : Math.Abs(value.Length - old.Length) == 1 && start + end == shorter;
        if (isEdit)
        {
            return now.Name + "~";
        }

        var at = text.IndexOf(value, StringComparison.Ordinal);
        return value.Length < 3 || at < 0 || text.IndexOf(value, at + 1, StringComparison.Ordinal) >= 0
            ? Full(now)
            : $"{now.Name} [{Place(at, place)}..{(at + value.Length == text.Length ? "end" : Place(at + value.Length, place))}]";
    }

    private static string Ranges(List<int> places)
    {
        var ranges = new StringBuilder();
        for (var index = 0; index < places.Count; index++)
        {
            var first = index;
            while (index + 1 < places.Count && places[index + 1] == places[index] + 1)
            {
                index++;
            }

            ranges.Append(' ').Append(places[first]);
            if (index > first)
            {
                ranges.Append(index == first + 1 ? ' ' : '-').Append(places[index]);
            }
        }

        return ranges.ToString();
    }
}
