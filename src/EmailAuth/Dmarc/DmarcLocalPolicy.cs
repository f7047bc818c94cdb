using System.Collections.Immutable;
using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>
/// Whom a receiver trusts although DMARC fails (RFC 9989 section 5.4), each with the word of RFC 9990 that the override is reported with.
/// Trusts nobody by default. Plain data: <see cref="DmarcResult.Override"/> says what came of it.
/// </summary>
public sealed record DmarcLocalPolicy
{
    /// <summary>Trusts nobody.</summary>
    public static DmarcLocalPolicy Default { get; } = new();

    /// <summary>Networks whose clients forward mail for the receiver's users: <c>trusted_forwarder</c>.</summary>
    public ImmutableArray<IPNetwork> Forwarders { get; init; } = [];

    /// <summary>Domains that forward mail for the receiver's users; they count when SPF or DKIM authenticated them: <c>trusted_forwarder</c>.</summary>
    public ImmutableHashSet<DomainName> ForwarderDomains { get; init; } = [];

    /// <summary>Mailing lists' domains; they count when SPF or DKIM authenticated them: <c>mailing_list</c>.</summary>
    public ImmutableHashSet<DomainName> MailingLists { get; init; } = [];

    /// <summary>
    /// Domains whose ARC seals the receiver trusts (RFC 8617 section 7.2): <c>local_policy</c>. Of the trusted sets that follow each other up
    /// to the newest, one must say that DMARC passed with the author domain as <c>header.from</c>, and what newer ones say of DMARC must be
    /// about the same author domain: fail, none or temperror, as behind a list that changes messages. Their message signatures must cover
    /// From and the whole body. What they sealed in our name stays in the message too, in <c>AuthenticationOutcome.FieldsToRemove</c> it is not named.
    /// </summary>
    public ImmutableHashSet<DomainName> TrustedSealers { get; init; } = [];
}
