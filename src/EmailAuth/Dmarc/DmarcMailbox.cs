using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>The mailbox of a <c>mailto:</c> URI (RFC 6068) of the form that can be mailed to without quoting: a dot-atom and a domain.</summary>
internal readonly record struct DmarcMailbox(string Address, DomainName Host)
{
    private const string Scheme = "mailto:";

    // RFC 5321 section 4.5.3.1.1.
    private const int MaxLocalPart = 64;

    // RFC 5322 section 3.2.3: dot-atom-text.
    private static readonly SearchValues<char> DotAtom =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>Reads a URI; null when it has no scheme of mail, several mailboxes, or one of another form.</summary>
    public static DmarcMailbox? Of(string uri)
    {
        // RFC 6068 section 2: a "/" in a local-part is percent-encoded; "mailto://" is the mistake of people who know other URIs.
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || uri.AsSpan(Scheme.Length).StartsWith("//"))
        {
            return null;
        }

        // RFC 6068 section 2: what follows "?" are header fields, which have no place in a report.
        var query = uri.IndexOf('?', StringComparison.Ordinal);
        var address = Uri.UnescapeDataString(query < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..query]);
        var at = address.IndexOf('@', StringComparison.Ordinal);
        return at is > 0 and <= MaxLocalPart && IsDotAtom(address.AsSpan(0, at)) && DomainName.Parse(address.AsSpan(at + 1)).Value is { } host
            ? new DmarcMailbox($"{address.AsSpan(0, at)}@{host}", host)
            : null;
    }

    private static bool IsDotAtom(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept(DotAtom) && text[0] != '.' && text[^1] != '.' && text.IndexOf("..", StringComparison.Ordinal) < 0;
}
