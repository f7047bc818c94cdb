using System.Collections.Immutable;
using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Collection;

/// <summary>The mailboxes among the addresses that a record names for reports.</summary>
internal static class ReportMailboxes
{
    // RFC 5321 section 4.5.3.1: a mailbox has at most 254 octets, each of which may be percent-encoded. Fields after it (RFC 6068) are few.
    private const int MaxUriCharacters = 1000;

    /// <summary>The first ten mailboxes of <c>rua</c> or <c>ruf</c>.</summary>
    /// <remarks>
    /// RFC 9990 section 3.5.1: reports go by mail. The grammar of the URIs was checked when the record was read. A record may have 64 KiB, and each
    /// message keeps its policy: without a bound, a sender would fill the journal with few short messages of a domain of its own.
    /// </remarks>
    public static ImmutableArray<string> Of(ImmutableArray<string> uris)
    {
        var count = 0;
        foreach (var uri in uris)
        {
            count += IsMailbox(uri) ? 1 : 0;
        }

        return count == uris.Length && count <= DmarcReportDestinations.MaxUris ? uris : [.. uris.Where(IsMailbox).Take(DmarcReportDestinations.MaxUris)];
    }

    private static bool IsMailbox(string uri) => uri.Length <= MaxUriCharacters && uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);
}
