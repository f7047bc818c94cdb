using System.Globalization;
using System.Text;

namespace EmailAuth.Syntax;

/// <summary>
/// What people write for an internationalized label, brought into the form of a U-label (RFC 5890 section 2.3.2.1): small letters of normal
/// width, each with its mark in one. By tables of our own, as a program without globalization data has no others.
/// </summary>
internal static class LabelMapping
{
    // RFC 5892 section 2.2: letters, marks and digits that stand for others (NFKC and case folding change them), from the first to the last
    // of each run. Two that compare equal must not be two names.
    private const string UnstableRuns =
        "\u00AA\u00B5\u00BA\u00BA\u0133\u0133\u0140\u0140\u0149\u0149\u017F\u017F\u01C6\u01CC\u01F3\u01F3\u02B0\u02B8\u02E0\u02E4"
        + "\u0340\u0341\u0343\u0345\u0374\u0374\u037A\u037A\u03D0\u03D6\u03F0\u03F2\u03F5\u03F5\u0587\u0587\u0675\u0678\u0958\u095F"
        + "\u09DC\u09DF\u0A33\u0A33\u0A36\u0A36\u0A59\u0A5B\u0A5E\u0A5E\u0B5C\u0B5D\u0E33\u0E33\u0EB3\u0EB3\u0EDC\u0EDD\u0F43\u0F43"
        + "\u0F4D\u0F4D\u0F52\u0F52\u0F57\u0F57\u0F5C\u0F5C\u0F69\u0F69\u0F73\u0F73\u0F75\u0F79\u0F81\u0F81\u0F93\u0F93\u0F9D\u0F9D"
        + "\u0FA2\u0FA2\u0FA7\u0FA7\u0FAC\u0FAC\u0FB9\u0FB9\u10FC\u10FC\u1C80\u1C88\u1D2C\u1D2E\u1D30\u1D3A\u1D3C\u1D4D\u1D4F\u1D6A"
        + "\u1D78\u1D78\u1D9B\u1DBF\u1E9A\u1E9B\u1F71\u1F71\u1F73\u1F73\u1F75\u1F75\u1F77\u1F77\u1F79\u1F79\u1F7B\u1F7B\u1F7D\u1FA7"
        + "\u1FB2\u1FB4\u1FB7\u1FC4\u1FC7\u1FC7\u1FD3\u1FD3\u1FE3\u1FE3\u1FF2\u1FF4\u1FF7\u1FF7\u2071\u209C\u210A\u2149\u2C7C\u2C7D"
        + "\u2D6F\u2D6F\u309F\u309F\u30FF\u30FF\u3131\u318E\uA69C\uA69D\uA770\uA770\uA7F2\uA7F4\uA7F8\uA7F9\uAB5C\uAB5F\uAB69\uAB69"
        + "\uF900\uFA0D\uFA10\uFA10\uFA12\uFA12\uFA15\uFA1E\uFA20\uFA20\uFA22\uFA22\uFA25\uFA26\uFA2A\uFB1D\uFB1F\uFDFB\uFE70\uFE72"
        + "\uFE74\uFFDC";

    // The marks that make one letter with an ASCII letter before them, those letters, and what they make.
    private static readonly (char Mark, string Letters, string Composed)[] Compositions =
    [
        ('\u0300', "aeinouwy", "àèìǹòùẁỳ"),
        ('\u0301', "acegiklmnoprsuwyz", "áćéǵíḱĺḿńóṕŕśúẃýź"),
        ('\u0302', "aceghijosuwyz", "âĉêĝĥîĵôŝûŵŷẑ"),
        ('\u0303', "aeinouvy", "ãẽĩñõũṽỹ"),
        ('\u0304', "aegiouy", "āēḡīōūȳ"),
        ('\u0306', "aegiou", "ăĕğĭŏŭ"),
        ('\u0307', "abcdefghmnoprstwxyz", "ȧḃċḋėḟġḣṁṅȯṗṙṡṫẇẋẏż"),
        ('\u0308', "aehiotuwxy", "äëḧïöẗüẅẍÿ"),
        ('\u0309', "aeiouy", "ảẻỉỏủỷ"),
        ('\u030A', "auwy", "åůẘẙ"),
        ('\u030B', "ou", "őű"),
        ('\u030C', "acdeghijklnorstuz", "ǎčďěǧȟǐǰǩľňǒřšťǔž"),
        ('\u030F', "aeioru", "ȁȅȉȍȑȕ"),
        ('\u0311', "aeioru", "ȃȇȋȏȓȗ"),
        ('\u031B', "ou", "ơư"),
        ('\u0323', "abdehiklmnorstuvwyz", "ạḅḍẹḥịḳḷṃṇọṛṣṭụṿẉỵẓ"),
        ('\u0324', "u", "ṳ"),
        ('\u0325', "a", "ḁ"),
        ('\u0326', "st", "șț"),
        ('\u0327', "cdeghklnrst", "çḑȩģḩķļņŗşţ"),
        ('\u0328', "aeiou", "ąęįǫų"),
        ('\u032D', "delntu", "ḓḙḽṋṱṷ"),
        ('\u032E', "h", "ḫ"),
        ('\u0330', "eiu", "ḛḭṵ"),
        ('\u0331', "bdhklnrtz", "ḇḏẖḵḻṉṟṯẕ"),
    ];

    /// <summary>Maps a name of whole characters (RFC 5895 section 2); null when a character in it has no place in a U-label.</summary>
    public static string? Map(ReadOnlySpan<char> text)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var written in text.EnumerateRunes())
        {
            var rune = Rune.ToLowerInvariant(OfNormalWidth(written));
            if (IsUnstable(rune))
            {
                return null;
            }

            if (mapped.Length > 0 && rune.IsBmp && Compose(mapped[^1], (char)rune.Value) is { } letter)
            {
                mapped[^1] = letter;
            }
            else
            {
                mapped.Append(rune);
            }
        }

        return mapped.ToString();
    }

    private static Rune OfNormalWidth(Rune rune) => rune.Value is >= 0xFF10 and <= 0xFF19 or >= 0xFF21 and <= 0xFF3A or >= 0xFF41 and <= 0xFF5A
        ? new Rune(rune.Value - 0xFF01 + '!')
        : rune;

    private static bool IsUnstable(Rune rune)
    {
        if (rune.IsAscii)
        {
            return false;
        }

        if (!rune.IsBmp)
        {
            return rune.Value is >= 0x10781 and <= 0x107BA or >= 0x1D400 and <= 0x1D7FF or >= 0x1EE00 and <= 0x1FBF9
                or >= 0x2F800 and <= 0x2FA1F;
        }

        // What is still a capital letter has no small one.
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter)
        {
            return true;
        }

        for (var i = 0; i < UnstableRuns.Length; i += 2)
        {
            if (rune.Value < UnstableRuns[i])
            {
                return false;
            }

            if (rune.Value <= UnstableRuns[i + 1])
            {
                return true;
            }
        }

        return false;
    }

    private static char? Compose(char letter, char mark)
    {
        if (!char.IsAsciiLetterLower(letter))
        {
            return null;
        }

        foreach (var composition in Compositions)
        {
            if (composition.Mark == mark)
            {
                var index = composition.Letters.IndexOf(letter, StringComparison.Ordinal);
                return index < 0 ? null : composition.Composed[index];
            }
        }

        return null;
    }
}
