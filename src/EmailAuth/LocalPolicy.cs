using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dmarc;

namespace EmailAuth;

/// <summary>
/// What this receiver decides for itself, against or beyond what domain owners ask for (RFC 9989 section 5.4). Each decision that changes
/// a disposition is recorded with the reason names of RFC 9990. By default nothing and nobody is trusted.
/// </summary>
public sealed record LocalPolicy
{
    /// <summary>The defaults.</summary>
    public static LocalPolicy Default { get; } = new();

    /// <summary>Forwarders, mailing lists and ARC sealers that are trusted although DMARC fails.</summary>
    public DmarcLocalPolicy Dmarc { get; init; } = DmarcLocalPolicy.Default;

    /// <summary>Our own networks: mail from there is accepted whatever the checks say (<c>local_policy</c>).</summary>
    public ImmutableArray<IPNetwork> TrustedNetworks { get; init; } = [];

    /// <summary>Whether a message of a client that proved itself by SMTP AUTH is accepted whatever the checks say. Default true.</summary>
    public bool AcceptAuthenticatedSubmissions { get; init; } = true;

    /// <summary>
    /// The most that a DMARC failure can bring about; a stronger wish of the domain owner is lowered to it. Default reject: what the owner
    /// asks for. RFC 9989 section 7.4 wants a receiver that knows nothing else of the mail to go no further than quarantine. With reject, a
    /// message whose header exceeds <see cref="Messages.MessageLimits"/> is rejected, too: forged results may stand beyond.
    /// </summary>
    public DispositionAction StrongestAction { get; init; } = DispositionAction.Reject;

    /// <summary>
    /// Whether a message is refused for now whenever DMARC ends in temperror. Default false: it is accepted, unless the policy is known and
    /// asks for quarantine or rejection, <see cref="StrongestAction"/> allows rejection, and only whether the message fails is not known:
    /// such a message is refused for now in either case.
    /// </summary>
    public bool TempFailOnTemporaryError { get; init; }

    /// <summary>Whether a message whose author domain cannot be told (DMARC permerror) is rejected. Default false: it is accepted.</summary>
    public bool RejectUnusableAuthor { get; init; }

    /// <summary>
    /// Whether a message whose From names several domains is handled by the strictest policy that any of them asks for (RFC 9989 section
    /// 5.3.1). The result stays permerror; the departure is recorded (<c>local_policy</c>). With 16 domains, or more than the message's limit
    /// of lookups allows, one of them is taken to ask for rejection. Default false.
    /// </summary>
    public bool ApplyStrictestAuthorPolicy { get; init; }

    /// <summary>
    /// Whether a DKIM signature that leaves part of the body unsigned (<c>l=</c>, RFC 6376 section 8.2) passes and gives DMARC an identifier.
    /// Default false: its result is policy, whatever <see cref="Dkim.DkimOptions.AcceptPartialBody"/> says.
    /// </summary>
    public bool AcceptPartialSignatures { get; init; }
}
