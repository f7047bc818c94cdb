using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Spf;

namespace EmailAuth.Composition;

/// <summary>
/// DMARC beside SPF that could not be checked, because the envelope is reconstructed or a relay's Received field does not name the client. That SPF
/// does not pass is then not a property of the message, so DMARC does not fail, it is not decided. With the envelope of an SMTP client that
/// is not a relay this is never used. Pure.
/// </summary>
internal static class UncheckedSpf
{
    /// <summary>Whether SPF of MAIL FROM was not checked, because the envelope has no client, no reverse-path, or no HELO name for a null one.</summary>
    /// <param name="spf">What SPF found; null when it did not run.</param>
    public static bool Is(SpfResult? spf) => spf is null or { Client: null } or { IsNullReversePath: true, Helo: null };

    /// <summary>What DMARC found, undecided where it was a fail.</summary>
    /// <param name="dmarc">What was found; null when it was not checked.</param>
    /// <param name="relayed">The client that a relay recorded; null without a relay.</param>
    public static DmarcResult? Undecided(DmarcResult? dmarc, RelayedClient? relayed) => dmarc is not { Code: DmarcResultCode.Fail }
        ? dmarc
        : new DmarcResult(dmarc)
        {
            Code = DmarcResultCode.TempError,
            ReasonKind = DmarcReason.SpfNotChecked,
            Reason = $"SPF was not checked, as {relayed?.Problem ?? "the envelope is not known"}, and a pass of SPF might count (RFC 9989 section 4.4); without SPF: {dmarc.Reason}",
            FailedQuery = DmarcFailedQuery.Spf,
        };

    /// <summary>The same for each of several author domains.</summary>
    public static ImmutableArray<DmarcResult> Undecided(ImmutableArray<DmarcResult> authors, RelayedClient? relayed) =>
        authors.IsDefault ? authors : [.. authors.Select(author => Undecided(author, relayed)!)];
}
