using System.Collections.Immutable;
using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The lines that differ between two texts, in linear time.</summary>
internal static class LineDiff
{
    private const int MaxLines = 40;
    private const int MaxLineCharacters = 200;

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
            Add(result, signed, s, removed, isSigned: true);
            Add(result, arrived, a, added, isSigned: false);
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

    private static void Add(List<DiffLine> result, IReadOnlyList<string> lines, int start, int count, bool isSigned)
    {
        for (var index = start; index < start + count && result.Count <= MaxLines; index++)
        {
            var text = lines[index];
            result.Add(new DiffLine { IsSigned = isSigned, Text = OctetText.Shown(text.Length > MaxLineCharacters ? text[..MaxLineCharacters] : text) });
        }
    }
}
