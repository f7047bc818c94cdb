using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Tests.Messages;

/// <summary>One thing that a reader says of a text.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">What it says; null when it says nothing.</param>
/// <param name="IsPart">Whether the value is a part of the text, in which an edit shows.</param>
internal sealed record Reading(string Name, string? Value, bool IsPart = false);

/// <summary>What a reader says of a text, and what is different in each edit of it, as a page (<see cref="OneCharacterEdits"/>).</summary>
/// <remarks><c>name~</c> is a part of the text with the edit in it, <c>name&lt;</c> the beginning of one, <c>name [3..end]</c> another part of the edited text.</remarks>
internal static class EditedReadings
{
    /// <summary>Compares with a file.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="characters">What each character is replaced by.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="read">The reader; it gets the place of the edit, too, or -1.</param>
    public static void Check(string file, string characters, IEnumerable<string> texts, Func<string, int, IReadOnlyList<Reading>> read) =>
        ApprovedPage.Verify("messages", file, texts.SelectMany(text =>
        {
            var whole = read(text, -1);
            return OneCharacterEdits.Outcomes(text, characters, (edited, place) => Difference(whole, read(edited, place), edited, place));
        }));

    private static string Full(Reading reading) => $"{reading.Name} {reading.Value}";

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

        return string.Join(", ", parts.Count > 0 ? parts : whole.Where(static reading => reading.Value is not null).Select(Full));
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
            : $"{now.Name} [{OneCharacterEdits.Position(at, text, place)}..{OneCharacterEdits.Position(at + value.Length, text, place)}]";
    }
}
