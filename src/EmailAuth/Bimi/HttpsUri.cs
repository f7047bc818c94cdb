using System.Buffers;
using System.Globalization;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>
/// An https URI as a BIMI record may hold it: an absolute-URI (RFC 3986 section 4.3) whose host is a fully qualified name. Read by the letter
/// of the grammar: what a lenient reader would repair (back slashes, spaces, Unicode, odd forms of addresses) is refused.
/// </summary>
internal sealed class HttpsUri
{
    public const int DefaultPort = 443;

    // RFC 9110 section 4.1 recommends at least 8000; no logo needs that.
    private const int MaxLength = 2048;

    private const string Scheme = "https://";

    // RFC 3986 section 2: unreserved, gen-delims without "#", "[", "]", sub-delims without the comma (BIMI draft section 4.3: it must be
    // encoded), and "%".
    private static readonly SearchValues<char> UriCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?@!$&'()*+;=%");

    private HttpsUri(string text, DomainName host, int port, string path)
    {
        Text = text;
        Host = host;
        Port = port;
        Path = path;
    }

    /// <summary>The URI as written.</summary>
    public string Text { get; }

    public DomainName Host { get; }

    public int Port { get; }

    /// <summary>The path without the query, not decoded; empty when there is none.</summary>
    public string Path { get; }

    public static ParseResult<HttpsUri> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return ParseResult<HttpsUri>.Fail(SyntaxErrorCode.TooLong, MaxLength, $"a URI of {text.Length} characters exceeds {MaxLength}");
        }

        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return ParseResult<HttpsUri>.Fail(SyntaxErrorCode.Unsupported, 0, "the URI is not an absolute one of scheme https (BIMI draft section 4.3)");
        }

        if (CheckCharacters(text) is { } error)
        {
            return error;
        }

        var rest = text.AsSpan(Scheme.Length);
        var length = rest.IndexOfAny('/', '?');
        var authority = length < 0 ? rest : rest[..length];
        var afterAuthority = length < 0 ? [] : rest[length..];
        var query = afterAuthority.IndexOf('?');
        var path = query < 0 ? afterAuthority : afterAuthority[..query];
        return ParseAuthority(text, authority, path.ToString());
    }

    private static SyntaxError? CheckCharacters(string text)
    {
        var bad = text.AsSpan().IndexOfAnyExcept(UriCharacters);
        if (bad >= 0)
        {
            return new SyntaxError(SyntaxErrorCode.Malformed, bad, $"the character U+{(int)text[bad]:X4} is not allowed in the URI (RFC 3986 section 2)");
        }

        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return new SyntaxError(SyntaxErrorCode.Malformed, i, "\"%\" is not followed by two hexadecimal digits (RFC 3986 section 2.1)");
            }
        }

        return null;
    }

    // RFC 3986 section 3.2: authority = [ userinfo "@" ] host [ ":" port ]
    private static ParseResult<HttpsUri> ParseAuthority(string text, ReadOnlySpan<char> authority, string path)
    {
        if (authority.Contains('@'))
        {
            return ParseResult<HttpsUri>.Fail(SyntaxErrorCode.Malformed, Scheme.Length, "the URI has user information, which https forbids (RFC 9110 section 4.2.4)");
        }

        var port = DefaultPort;
        var colon = authority.IndexOf(':');
        if (colon >= 0)
        {
            if (!int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > ushort.MaxValue)
            {
                return ParseResult<HttpsUri>.Fail(SyntaxErrorCode.OutOfRange, Scheme.Length + colon + 1, "the URI's port is not a number from 1 to 65535");
            }

            authority = authority[..colon];
        }

        var host = DomainName.Parse(authority);
        if (!host.IsSuccess)
        {
            return new SyntaxError(host.Error.Code, Scheme.Length + host.Error.Position, host.Error.Reason);
        }

        return IsFullyQualified(host.Value)
            ? new HttpsUri(text, host.Value, port, path)
            : ParseResult<HttpsUri>.Fail(SyntaxErrorCode.Malformed, Scheme.Length, "the URI's host is not a fully qualified domain name (BIMI draft section 4.3)");
    }

    /// <summary>
    /// Whether a name has a parent and cannot be read as an address: the last label of an IPv4 address in any of its forms (dotted,
    /// octal, 0x…, fewer than four parts) is a number, and no top-level domain is.
    /// </summary>
    internal static bool IsFullyQualified(DomainName host)
    {
        var top = host.TakeLast(1).ToString();
        return host.LabelCount > 1
            && top.AsSpan().ContainsAnyExceptInRange('0', '9')
            && !top.StartsWith("0x", StringComparison.Ordinal);
    }
}
