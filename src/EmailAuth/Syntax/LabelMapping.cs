using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EmailAuth.Syntax;

/// <summary>
/// Maps what people write for an internationalized label to the form of a U-label (RFC 5890 section 2.3.2.1): lower case, normal width,
/// each letter composed with its marks. It also says which characters a U-label may hold: those that UTS 46 (non-transitional) leaves as they are, which
/// includes the symbols of domains in use that RFC 5892 refuses.
/// </summary>
internal static class LabelMapping
{
    private static readonly (int First, int Last)[] Unstable = ReadUnstable();

    /// <summary>Maps a name of whole characters (RFC 5895 section 2); null when it has a character that is not allowed in a U-label.</summary>
    public static string? Map(ReadOnlySpan<char> text)
    {
        var mapped = new List<int>(text.Length);
        foreach (var written in text.EnumerateRunes())
        {
            var rune = OfNormalWidth(written);
            var code = IsCherokee(rune.Value) ? rune.Value : Rune.ToLowerInvariant(rune).Value;
            if (!IsStable(code))
            {
                return null;
            }

            mapped.Add(code);
        }

        var composed = new List<int>(mapped.Count);
        if (!CanonicalComposition.TryCompose(CollectionsMarshal.AsSpan(mapped), composed))
        {
            return null;
        }

        var name = new StringBuilder(text.Length);
        foreach (var code in composed)
        {
            name.Append(new Rune(code));
        }

        return name.ToString();
    }

    /// <summary>
    /// Whether UTS 46 section 4 (non-transitional) leaves a character as it is. A character that was not assigned when our tables
    /// were made is accepted: a registry with newer tables may have registered it.
    /// </summary>
    public static bool IsStable(int code)
    {
        if (code < 0x80)
        {
            return true;
        }

        var category = CharUnicodeInfo.GetUnicodeCategory(code);
        if (category is UnicodeCategory.TitlecaseLetter or UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
            || (category == UnicodeCategory.UppercaseLetter && !IsCherokee(code))
            || (category == UnicodeCategory.Format && code is not (0x200C or 0x200D)))
        {
            return false;
        }

        var (low, high) = (0, Unstable.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (code < Unstable[middle].First)
            {
                high = middle - 1;
            }
            else if (code > Unstable[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether nothing in a label depends on what is before it (RFC 5891 section 4.2.3.2), or is a joiner without effect: after ASCII
    /// there is nothing to join (RFC 5892 appendix A.1 and A.2).
    /// </summary>
    public static bool IsSelfContained(ReadOnlySpan<int> label)
    {
        if (CharUnicodeInfo.GetUnicodeCategory(label[0])
            is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)
        {
            return false;
        }

        for (var index = 0; index < label.Length; index++)
        {
            if (label[index] is 0x200C or 0x200D && (index == 0 || label[index - 1] < 0x80))
            {
                return false;
            }
        }

        return true;
    }

    private static Rune OfNormalWidth(Rune rune) => rune.Value is >= 0xFF10 and <= 0xFF19 or >= 0xFF21 and <= 0xFF3A or >= 0xFF41 and <= 0xFF5A
        ? new Rune(rune.Value - 0xFF01 + '!')
        : rune;

    // The one script whose capital letters are the older ones: case folding keeps them and maps the small ones.
    private static bool IsCherokee(int code) => code is >= 0x13A0 and <= 0x13F5;

    private static (int First, int Last)[] ReadUnstable() =>
    [
        .. UnicodeTables.Unstable.Split(' ').Select(run => run.Split('-')).Select(ends => (Hex(ends[0]), Hex(ends[^1]))),
    ];

    private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
