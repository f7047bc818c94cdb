using System.Buffers;

namespace EmailAuth.Dmarc;

/// <summary>The grammar of a report address (RFC 9989 section 4.8: a URI whose commas and exclamation points are percent-encoded).</summary>
internal static class DmarcReportUri
{
    // RFC 3986 section 2: unreserved, reserved and "%", without "!" and ",".
    private static readonly SearchValues<char> UriCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@$&'()*+;=%");

    /// <summary>Checks one URI.</summary>
    /// <param name="text">The URI, perhaps with the old size suffix.</param>
    /// <param name="length">How much of the text is the URI proper.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(ReadOnlySpan<char> text, out int length)
    {
        length = text.Length;
        if (text.LastIndexOf('!') is var mark and >= 0)
        {
            if (!IsSizeLimit(text[(mark + 1)..]))
            {
                return "an exclamation point in a URI must be percent-encoded (RFC 9989 section 4.8)";
            }

            length = mark;
        }

        var uri = text[..length];
        var colon = uri.IndexOf(':');
        if (colon <= 0 || !IsScheme(uri[..colon]))
        {
            return "not a URI: it has no scheme such as \"mailto:\" (RFC 3986 section 3.1)";
        }

        if (uri[(colon + 1)..].IsEmpty || uri.ContainsAnyExcept(UriCharacters) || !HasWholeEscapes(uri))
        {
            return "not a URI: it is empty or has a character that must be percent-encoded (RFC 3986 section 2)";
        }

        return uri[..colon].Equals("mailto", StringComparison.OrdinalIgnoreCase) && !HasMailbox(uri[(colon + 1)..])
            ? "a mailto: URI must name a mailbox (RFC 6068 section 2)"
            : null;
    }

    // RFC 7489 section 6.2: "!" 1*DIGIT [ "k" / "m" / "g" / "t" ]
    private static bool IsSizeLimit(ReadOnlySpan<char> text)
    {
        if (text is [.., 'k' or 'K' or 'm' or 'M' or 'g' or 'G' or 't' or 'T'])
        {
            text = text[..^1];
        }

        return !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');
    }

    private static bool IsScheme(ReadOnlySpan<char> scheme)
    {
        foreach (var c in scheme)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(scheme[0]);
    }

    private static bool HasWholeEscapes(ReadOnlySpan<char> uri)
    {
        while (uri.IndexOf('%') is var percent and >= 0)
        {
            if (uri.Length < percent + 3 || !char.IsAsciiHexDigit(uri[percent + 1]) || !char.IsAsciiHexDigit(uri[percent + 2]))
            {
                return false;
            }

            uri = uri[(percent + 3)..];
        }

        return true;
    }

    private static bool HasMailbox(ReadOnlySpan<char> target)
    {
        var query = target.IndexOf('?');
        var mailbox = query < 0 ? target : target[..query];
        var at = mailbox.LastIndexOf('@');
        return at > 0 && at < mailbox.Length - 1;
    }
}
