using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>Where a selector comes from: the BIMI-Selector field (BIMI draft section 5.1), or the author's local-part (section 4.5).</summary>
internal static class BimiSelector
{
    public const string Default = "default";

    /// <summary>Reads the value of a BIMI-Selector field.</summary>
    /// <returns>The selector in lower case, or what is wrong.</returns>
    public static ParseResult<string> ParseField(string value)
    {
        var reader = new TagListReader(value);
        string? selector = null;
        for (var index = 0; reader.TryRead(out var tag); index++)
        {
            // The version must come first and be BIMI1 to the letter.
            if (index == 0 && tag is not { Name: "v", Value: "BIMI1" })
            {
                return ParseResult<string>.Fail(SyntaxErrorCode.Malformed, tag.NamePosition, "BIMI-Selector does not start with \"v=BIMI1\" (BIMI draft section 5.1)");
            }

            if (index > 0 && tag.Name is "v")
            {
                return ParseResult<string>.Fail(SyntaxErrorCode.Duplicate, tag.NamePosition, "BIMI-Selector has the tag \"v\" twice (RFC 6376 section 3.2)");
            }

            if (tag.Name is not "s")
            {
                continue;
            }

            if (selector is not null)
            {
                return ParseResult<string>.Fail(SyntaxErrorCode.Duplicate, tag.NamePosition, "BIMI-Selector has the tag \"s\" twice (RFC 6376 section 3.2)");
            }

            if (!IsSelector(tag.Value))
            {
                return ParseResult<string>.Fail(
                    SyntaxErrorCode.Malformed, tag.ValuePosition, "the tag \"s\" of BIMI-Selector is not labels of letters, digits and hyphens (BIMI draft section 4.4)");
            }

            selector = tag.Value.ToString().ToLowerInvariant();
        }

        if (reader.Error is { } error)
        {
            return new SyntaxError(error.Code, error.Position, $"BIMI-Selector: {error.Reason}");
        }

        return selector is null
            ? ParseResult<string>.Fail(SyntaxErrorCode.Missing, value.Length, "BIMI-Selector lacks the tag \"s\" (BIMI draft section 5.1)")
            : selector;
    }

    /// <summary>The selector that a local-part names, in lower case, or null when it can name none.</summary>
    public static string? OfLocalPart(string localPart)
    {
        // RFC 5233: a subaddress starts at the plus sign.
        var plus = localPart.IndexOf('+', StringComparison.Ordinal);
        var text = (plus < 0 ? localPart : localPart.AsSpan(0, plus)).Trim("_.-");

        Span<char> selector = stackalloc char[DomainName.MaxLabelLength];
        var length = 0;
        var inSeparator = false;
        foreach (var c in text)
        {
            var isSeparator = c is '_' or '.' or '-';
            if (isSeparator && inSeparator)
            {
                continue;
            }

            if (length == selector.Length || (!isSeparator && !CharacterClasses.IsAlphaDigit(c)))
            {
                return null;
            }

            selector[length++] = isSeparator ? '-' : char.ToLowerInvariant(c);
            inSeparator = isSeparator;
        }

        return length == 0 ? null : selector[..length].ToString();
    }

    // Section 4.4: selector = sub-domain *( "." sub-domain ); RFC 5321 section 4.1.2: sub-domain = Let-dig [Ldh-str]
    private static bool IsSelector(ReadOnlySpan<char> text)
    {
        if (text.Length > DomainName.MaxLength)
        {
            return false;
        }

        foreach (var range in text.Split('.'))
        {
            var label = text[range];
            if (label.IsEmpty || label.Length > DomainName.MaxLabelLength || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(LetterDigitHyphen))
            {
                return false;
            }
        }

        return true;
    }

    private static readonly SearchValues<char> LetterDigitHyphen =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
}
