using System.Collections.Immutable;
using EmailAuth.Arc;
using EmailAuth.Syntax;

namespace EmailAuth;

/// <summary>Decides whether trusted ARC sealers vouch for a message (RFC 8617 section 7.2.1). Pure.</summary>
internal static class SealerTrust
{
    /// <summary>
    /// The newest sealer, when the chain passes and the trusted sealers that follow each other up to it saw the message pass DMARC where it
    /// first came to one of them; else null.
    /// </summary>
    /// <remarks>
    /// What an untrusted hop claims counts for nothing, and so does everything before it: a trusted hop behind it sealed what it was told.
    /// </remarks>
    public static DomainName? VouchingSealer(ArcResult? arc, ImmutableHashSet<DomainName> trusted)
    {
        if (arc is not { Code: ArcResultCode.Pass } || trusted.IsEmpty)
        {
            return null;
        }

        // A chain may pass whose newest message signature leaves From or a part of the body open (RFC 8617 section 4.1.2): anyone may have
        // changed those after the trusted sealer had it.
        if (arc.Sets[0].MessageSignatureResult is not { CoversAuthor: true, UnsignedBodyLength: 0 })
        {
            return null;
        }

        ArcSet? first = null;
        foreach (var set in arc.Sets)
        {
            if (!trusted.Contains(set.SealingDomain))
            {
                break;
            }

            first = set;
        }

        return first?.Results is { } results && results.Results.Any(r => r is { Method: "dmarc", Result: "pass" }) ? arc.Sets[0].SealingDomain : null;
    }
}
