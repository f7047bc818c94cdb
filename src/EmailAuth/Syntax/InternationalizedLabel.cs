using System.Text;

namespace EmailAuth.Syntax;

/// <summary>The two forms of an internationalized label (RFC 5890 section 2.3.2.1): U-label and A-label. It does not throw.</summary>
internal static class InternationalizedLabel
{
    private const string Prefix = "xn--";

    // Each character takes at least one of the label's octets.
    private const int MaxCharacters = DomainName.MaxLabelLength;

    /// <summary>
    /// The name with A-labels in place of its labels beyond ASCII, which are what <see cref="LabelMapping.Map"/> made. False when one has no
    /// A-label, or the name is too long.
    /// </summary>
    public static bool TryToAscii(ReadOnlySpan<char> name, Span<char> ascii, out int length)
    {
        length = 0;
        var isFirst = true;
        foreach (var range in name.Split('.'))
        {
            if (!isFirst)
            {
                if (length == ascii.Length)
                {
                    return false;
                }

                ascii[length++] = '.';
            }

            isFirst = false;
            if (!TryToALabel(name[range], ascii[length..], out var written))
            {
                return false;
            }

            length += written;
        }

        return true;
    }

    /// <summary>A name with A-labels in place of its U-labels; the name as it is when it is ASCII, or has no such form.</summary>
    public static string ToALabels(string name)
    {
        if (Ascii.IsValid(name) || name.Length > DomainName.MaxLength || LabelMapping.Map(name) is not { } mapped)
        {
            return name;
        }

        Span<char> ascii = stackalloc char[DomainName.MaxLength];
        return TryToAscii(mapped, ascii, out var length) ? ascii[..length].ToString() : name;
    }

    /// <summary>
    /// The first label of a name that begins like an A-label and is not one: its Punycode does not decode, or does not encode to the same octets
    /// again, or holds ASCII alone, or what UTS 46 (non-transitional) would change, so that another name may be shown for it (RFC 5890
    /// section 2.3.2.1 calls it a fake A-label). Null without one.
    /// </summary>
    /// <param name="name">A name in lower case.</param>
    public static string? FirstFake(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.StartsWith(Prefix, StringComparison.Ordinal) && !IsALabel(label))
            {
                return label.ToString();
            }
        }

        return null;
    }

    /// <summary>The name with U-labels in place of its A-labels; a label that does not decode stays.</summary>
    /// <param name="name">A name in lower case.</param>
    public static string ToULabels(ReadOnlySpan<char> name)
    {
        Span<int> characters = stackalloc int[MaxCharacters];
        var unicode = new StringBuilder(name.Length);
        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            unicode.Append(range.Start.Value == 0 ? string.Empty : ".");
            if (!label.StartsWith(Prefix, StringComparison.Ordinal) || !IsALabel(label) || !Punycode.TryDecode(label[Prefix.Length..], characters, out var length))
            {
                unicode.Append(label);
                continue;
            }

            foreach (var code in characters[..length])
            {
                unicode.Append(new Rune(code));
            }
        }

        return unicode.ToString();
    }

    private static bool IsALabel(ReadOnlySpan<char> label)
    {
        Span<int> characters = stackalloc int[MaxCharacters];
        Span<char> encoded = stackalloc char[DomainName.MaxLabelLength];
        var text = label[Prefix.Length..];
        return Punycode.TryDecode(text, characters, out var length)
            && characters[..length].ContainsAnyExceptInRange(0, 0x7f)
            && AreStable(characters[..length])
            && LabelMapping.IsSelfContained(characters[..length])
            && CanonicalComposition.IsComposed(characters[..length])
            && Punycode.TryEncode(characters[..length], encoded, out var encodedLength)
            && text.SequenceEqual(encoded[..encodedLength]);
    }

    private static bool TryToALabel(ReadOnlySpan<char> label, Span<char> ascii, out int length)
    {
        length = label.Length;
        if (Ascii.IsValid(label))
        {
            return label.TryCopyTo(ascii);
        }

        Span<int> characters = stackalloc int[MaxCharacters];
        var count = 0;
        foreach (var rune in label.EnumerateRunes())
        {
            if (count == characters.Length)
            {
                return false;
            }

            characters[count++] = rune.Value;
        }

        // RFC 5891 section 4.2.3.1: a U-label does not begin like an A-label.
        if (label.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            || !LabelMapping.IsSelfContained(characters[..count])
            || !Prefix.TryCopyTo(ascii))
        {
            return false;
        }

        var room = Math.Min(ascii.Length, DomainName.MaxLabelLength);
        var fits = Punycode.TryEncode(characters[..count], ascii[Prefix.Length..room], out length);
        length += Prefix.Length;
        return fits;
    }

    private static bool AreStable(ReadOnlySpan<int> characters)
    {
        foreach (var code in characters)
        {
            if (!LabelMapping.IsStable(code))
            {
                return false;
            }
        }

        return true;
    }
}
