using System.Collections.Immutable;
using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The lines that differ between two texts, in linear time.</summary>
internal static class LineDiff
{
    private const int MaxLines = 40;
    private const int MaxLineCharacters = 200;

    // How much of the room of a line is for what differs, where that is far from its start.
    private const int MaxDifference = 150;
    private const string Mark = "... ";

    // How far a line is looked for on the other side, where one side has lines that the other lacks.
    private const int Reach = 60;

    /// <summary>The differences of two canonical bodies.</summary>
    public static ImmutableArray<DiffLine> Of(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> arrived) =>
        Of(Lines(signed), Lines(arrived));

    /// <summary>The differences of two lists of lines; of one field as it was signed and as it arrived, for example.</summary>
    public static ImmutableArray<DiffLine> Of(IReadOnlyList<string> signed, IReadOnlyList<string> arrived)
    {
        var result = new List<DiffLine>();
        var (s, a) = (0, 0);
        while ((s < signed.Count || a < arrived.Count) && result.Count < MaxLines)
        {
            if (s < signed.Count && a < arrived.Count && signed[s] == arrived[a])
            {
                s++;
                a++;
                continue;
            }

            var (removed, added) = Step(signed, s, arrived, a);
            var same = removed == 1 && added == 1 ? signed[s].AsSpan().CommonPrefixLength(arrived[a]) : 0;
            Add(result, signed, s, removed, same, isSigned: true);
            Add(result, arrived, a, added, same, isSigned: false);
            s += removed;
            a += added;
        }

        return [.. result.Take(MaxLines)];
    }

    // Without what is behind the last line end, which is empty in a canonical body.
    private static string[] Lines(ReadOnlySpan<byte> octets)
    {
        var lines = Encoding.Latin1.GetString(octets).Split("\r\n");
        return lines is [.. var all, ""] ? all : lines;
    }

    // How many lines of each side come before both are equal again; one of each when that is not near.
    private static (int Removed, int Added) Step(IReadOnlyList<string> signed, int s, IReadOnlyList<string> arrived, int a)
    {
        if (s >= signed.Count || a >= arrived.Count)
        {
            return (signed.Count - s, arrived.Count - a);
        }

        for (var distance = 1; distance <= Reach; distance++)
        {
            if (a + distance < arrived.Count && signed[s].Length > 0 && signed[s] == arrived[a + distance])
            {
                return (0, distance);
            }

            if (s + distance < signed.Count && arrived[a].Length > 0 && signed[s + distance] == arrived[a])
            {
                return (distance, 0);
            }
        }

        return (1, 1);
    }

    private static void Add(List<DiffLine> result, IReadOnlyList<string> lines, int start, int count, int same, bool isSigned)
    {
        for (var index = start; index < start + count && result.Count <= MaxLines; index++)
        {
            result.Add(new DiffLine { IsSigned = isSigned, Text = Shown(lines[index], same) });
        }
    }

    // Of a long line the part where it differs, and a little of what comes before that: otherwise two lines would look alike.
    private static string Shown(string line, int same)
    {
        if (line.Length <= MaxLineCharacters)
        {
            return OctetText.Shown(line);
        }

        var start = same + MaxDifference > MaxLineCharacters ? Border(line, same - (MaxLineCharacters - MaxDifference)) : 0;
        var most = MaxLineCharacters - (start > 0 ? Mark.Length : 0);
        var text = OctetText.Shown(line[start..(line.Length - start > most ? Border(line, start + most) : line.Length)]);
        return start > 0 ? Mark + text : text;
    }

    // Not within a character of UTF-8.
    private static int Border(string line, int place)
    {
        var border = place;
        while (border > 0 && place - border < 3 && line[border] is >= '\x80' and <= '\xbf')
        {
            border--;
        }

        return border;
    }
}
