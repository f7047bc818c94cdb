using System.Globalization;

namespace EmailAuth.Syntax;

/// <summary>
/// Normalization form C (UAX #15) of what <see cref="LabelMapping"/> keeps. It has tables of its own: without globalization
/// data the platform treats every text as normalized.
/// </summary>
internal static class CanonicalComposition
{
    /// <summary>How many marks may follow a letter: UAX #15 section 13 names 30 as enough for all texts. The limit bounds the sorting.</summary>
    public const int MaxMarks = 30;

    // The Unicode Standard section 3.12: Hangul syllables are arithmetic.
    private const int SBase = 0xAC00;
    private const int LBase = 0x1100;
    private const int VBase = 0x1161;
    private const int TBase = 0x11A7;
    private const int LCount = 19;
    private const int VCount = 21;
    private const int TCount = 28;
    private const int SCount = LCount * VCount * TCount;

    private static readonly Dictionary<int, (int First, int Second)> Decompositions = ReadComposites();
    private static readonly Dictionary<(int First, int Second), int> Compositions = Decompositions.ToDictionary(pair => pair.Value, pair => pair.Key);
    private static readonly (int First, int Last, int Class)[] Classes = ReadClasses();

    /// <summary>Whether a text of characters that <see cref="LabelMapping.IsStable"/> accepts is in form C; false also with more than <see cref="MaxMarks"/> in a row.</summary>
    public static bool IsComposed(ReadOnlySpan<int> text)
    {
        var composed = new List<int>(text.Length);
        return TryCompose(text, composed) && text.SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(composed));
    }

    /// <summary>Brings such a text into form C; false with more than <see cref="MaxMarks"/> marks in a row.</summary>
    public static bool TryCompose(ReadOnlySpan<int> text, List<int> composed)
    {
        var parts = new List<int>(text.Length);
        foreach (var code in text)
        {
            Decompose(code, parts);
        }

        if (!TrySortMarks(parts))
        {
            return false;
        }

        // The Unicode Standard section 3.11, D117: a character joins the last starter when nothing of its class or a higher one is between.
        var (starter, last) = (-1, -1);
        foreach (var code in parts)
        {
            var @class = ClassOf(code);
            if (starter >= 0 && last < @class && Compose(composed[starter], code) is { } composite)
            {
                composed[starter] = composite;
                continue;
            }

            (starter, last) = @class == 0 ? (composed.Count, -1) : (starter, @class);
            composed.Add(code);
        }

        return true;
    }

    /// <summary>The canonical combining class (The Unicode Standard section 3.11), 0 for a character that is not a mark.</summary>
    public static int ClassOf(int code)
    {
        var (low, high) = (0, Classes.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (code < Classes[middle].First)
            {
                high = middle - 1;
            }
            else if (code > Classes[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return Classes[middle].Class;
            }
        }

        return 0;
    }

    // A composition of three or more is one of a composite and a mark, so this takes a few steps at most.
    private static void Decompose(int code, List<int> parts)
    {
        var start = parts.Count;
        if (code is >= SBase and < SBase + SCount)
        {
            var index = code - SBase;
            parts.Add(LBase + (index / (VCount * TCount)));
            parts.Add(VBase + (index % (VCount * TCount) / TCount));
            if (index % TCount > 0)
            {
                parts.Add(TBase + (index % TCount));
            }

            return;
        }

        while (Decompositions.TryGetValue(code, out var pair))
        {
            parts.Insert(start, pair.Second);
            code = pair.First;
        }

        parts.Insert(start, code);
    }

    // D109: marks of different classes in the order of their classes, those of one class as they are.
    private static bool TrySortMarks(List<int> text)
    {
        var marks = 0;
        for (var index = 0; index < text.Count; index++)
        {
            var @class = ClassOf(text[index]);
            marks = @class == 0 ? 0 : marks + 1;
            if (marks > MaxMarks)
            {
                return false;
            }

            for (var at = index; at > index - marks + 1 && ClassOf(text[at - 1]) > @class; at--)
            {
                (text[at - 1], text[at]) = (text[at], text[at - 1]);
            }
        }

        return true;
    }

    private static int? Compose(int first, int second)
    {
        if (first is >= LBase and < LBase + LCount && second is >= VBase and < VBase + VCount)
        {
            return SBase + ((((first - LBase) * VCount) + second - VBase) * TCount);
        }

        if (first is >= SBase and < SBase + SCount && (first - SBase) % TCount == 0 && second is > TBase and < TBase + TCount)
        {
            return first + second - TBase;
        }

        return Compositions.TryGetValue((first, second), out var composite) ? composite : null;
    }

    private static Dictionary<int, (int First, int Second)> ReadComposites()
    {
        var composites = new Dictionary<int, (int First, int Second)>();
        foreach (var item in UnicodeTables.Composites.Split(' '))
        {
            var parts = item.Split('+');
            composites.Add(Hex(parts[0]), (Hex(parts[1]), Hex(parts[2])));
        }

        return composites;
    }

    private static (int First, int Last, int Class)[] ReadClasses()
    {
        var classes = new List<(int First, int Last, int Class)>();
        var @class = 0;
        foreach (var item in UnicodeTables.CombiningClasses.Split(' '))
        {
            if (item.EndsWith(':'))
            {
                @class = int.Parse(item.AsSpan(0, item.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture);
                continue;
            }

            var ends = item.Split('-');
            classes.Add((Hex(ends[0]), Hex(ends[^1]), @class));
        }

        return [.. classes.OrderBy(run => run.First)];
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
