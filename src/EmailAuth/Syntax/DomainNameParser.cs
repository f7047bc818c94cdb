using System.Text;

namespace EmailAuth.Syntax;

/// <summary>The two readings of a domain name: a host (checked labels, IDNA), and whatever the DNS can hold.</summary>
internal static class DomainNameParser
{
    // A U-label is at most 63 octets as an A-label, so a text far past 253 characters cannot become a valid name.
    private const int MaxUnicodeLength = DomainName.MaxLength;

    public static ParseResult<DomainName> ParseHost(ReadOnlySpan<char> text)
    {
        if (!Ascii.IsValid(text))
        {
            return ParseUnicode(text, text.IndexOfAnyExceptInRange('\0', '\x7f'));
        }

        return CheckLabels(text, hostLabelsOnly: true) is { } error ? error : FromLower(text);
    }

    public static ParseResult<DomainName> ParseDnsName(ReadOnlySpan<char> text)
    {
        if (text.EndsWith('.'))
        {
            text = text[..^1];
        }

        return CheckLabels(text, hostLabelsOnly: false) is { } error ? error : FromLower(text);
    }

    public static bool IsHost(ReadOnlySpan<char> text) => CheckLabels(text, hostLabelsOnly: true) is null;

    private static ParseResult<DomainName> ParseUnicode(ReadOnlySpan<char> text, int firstNonAscii)
    {
        if (text.Length > MaxUnicodeLength)
        {
            return TooLong(text);
        }

        if (LabelMapping.Map(text) is not { } mapped)
        {
            return new SyntaxError(SyntaxErrorCode.Malformed, firstNonAscii, "a label holds a character that no internationalized label can have (RFC 5891 section 4.2.2)");
        }

        Span<char> ascii = stackalloc char[DomainName.MaxLength];
        if (!InternationalizedLabel.TryToAscii(mapped, ascii, out var length))
        {
            return new SyntaxError(SyntaxErrorCode.Malformed, firstNonAscii, "a label is not a valid internationalized label (RFC 5891 section 4.2)");
        }

        return CheckLabels(ascii[..length], hostLabelsOnly: true) is { } error
            ? new SyntaxError(error.Code, firstNonAscii, error.Reason)
            : FromLower(ascii[..length]);
    }

    private static SyntaxError? CheckLabels(ReadOnlySpan<char> text, bool hostLabelsOnly)
    {
        if (text.IsEmpty)
        {
            return new SyntaxError(SyntaxErrorCode.Missing, 0, "the domain name is empty (RFC 1035 section 2.3.1)");
        }

        if (text.Length > DomainName.MaxLength)
        {
            return TooLong(text);
        }

        var start = 0;
        while (true)
        {
            var rest = text[start..];
            var dot = rest.IndexOf('.');
            var label = dot < 0 ? rest : rest[..dot];
            if (CheckLabel(label, start, hostLabelsOnly) is { } error)
            {
                return error;
            }

            if (dot < 0)
            {
                return null;
            }

            start += dot + 1;
        }
    }

    private static SyntaxError? CheckLabel(ReadOnlySpan<char> label, int start, bool hostLabelsOnly)
    {
        if (label.IsEmpty)
        {
            return new SyntaxError(SyntaxErrorCode.Malformed, start, "the domain name has an empty label (RFC 1035 section 2.3.1)");
        }

        if (label.Length > DomainName.MaxLabelLength)
        {
            return new SyntaxError(SyntaxErrorCode.TooLong, start, $"a label of {label.Length} octets exceeds 63 (RFC 1035 section 2.3.4)");
        }

        var bad = hostLabelsOnly ? label.IndexOfAnyExcept(CharacterClasses.HostLabel) : label.IndexOfAnyExceptInRange(' ', '~');
        return bad < 0
            ? null
            : new SyntaxError(SyntaxErrorCode.Malformed, start + bad, $"the character U+{(int)label[bad]:X4} cannot stand in a domain name (RFC 1035 section 2.3.1)");
    }

    private static SyntaxError TooLong(ReadOnlySpan<char> text) =>
        new(SyntaxErrorCode.TooLong, DomainName.MaxLength, $"a domain name of {text.Length} characters exceeds 253 (RFC 1035 section 2.3.4)");

    private static DomainName FromLower(ReadOnlySpan<char> text)
    {
        Span<char> lower = stackalloc char[DomainName.MaxLength];
        text.ToLowerInvariant(lower);
        return DomainName.FromChecked(lower[..text.Length]);
    }
}
