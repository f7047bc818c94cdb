using System.Collections.Immutable;
using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>
/// Whom a receiver trusts although DMARC fails (RFC 9989 section 5.4): data that decides on an override, and records why in the words
/// of RFC 9990. Trusts nobody by default.
/// </summary>
public sealed record DmarcLocalPolicy
{
    /// <summary>Trusts nobody.</summary>
    public static DmarcLocalPolicy Default { get; } = new();

    /// <summary>Networks whose clients forward mail for the receiver's users: <c>trusted_forwarder</c>.</summary>
    public ImmutableArray<IPNetwork> TrustedNetworks { get; init; } = [];

    /// <summary>Domains that forward mail for the receiver's users; they count when SPF or DKIM authenticated them: <c>trusted_forwarder</c>.</summary>
    public ImmutableHashSet<DomainName> TrustedForwarders { get; init; } = [];

    /// <summary>Mailing lists' domains; they count when SPF or DKIM authenticated them: <c>mailing_list</c>.</summary>
    public ImmutableHashSet<DomainName> MailingLists { get; init; } = [];

    /// <summary>
    /// Domains whose ARC seals the receiver trusts (RFC 8617 section 7.2): <c>local_policy</c>. Of the trusted sets that follow each other up
    /// to the newest, one must say that DMARC passed with the author domain as <c>header.from</c>, and what newer ones say of DMARC must be
    /// about the same author domain: fail, none or temperror, as behind a list that changes messages. Their message signatures must cover
    /// From and the whole body. What they sealed in our name stays in the message too, in <c>AuthenticationOutcome.FieldsToRemove</c> it is not named.
    /// </summary>
    public ImmutableHashSet<DomainName> TrustedSealers { get; init; } = [];

    /// <summary>Decides whether a message that fails is handled otherwise than the domain owner asks.</summary>
    /// <param name="result">The result; only a fail that asks for quarantine or rejection is overridden.</param>
    /// <param name="client">The client's address, or null when it is not known.</param>
    /// <param name="identifiers">The authenticated identifiers of the message, aligned or not.</param>
    /// <param name="sealer">
    /// The domain of the last seal of an ARC chain that passes and whose records tell of a DMARC pass before; null when there is none.
    /// </param>
    /// <returns>The override, or null when nothing in this policy speaks for the message.</returns>
    internal DmarcOverride? OverrideFor(
        DmarcResult result, IPAddress? client, IReadOnlyList<AuthenticatedIdentifier> identifiers, DomainName? sealer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(identifiers);
        if (result.Disposition == DmarcPolicy.None)
        {
            return null;
        }

        if (client is not null && Network(client) is { } network)
        {
            return Deliver(DmarcOverrideType.TrustedForwarder, $"the client {client} is in {network}");
        }

        if (sealer is not null && TrustedSealers.Contains(sealer))
        {
            return Deliver(DmarcOverrideType.LocalPolicy, $"arc=pass, sealed by {sealer}");
        }

        foreach (var identifier in identifiers)
        {
            if (TrustedForwarders.Contains(identifier.Domain))
            {
                return Deliver(DmarcOverrideType.TrustedForwarder, $"{identifier.Domain} is authenticated");
            }

            if (MailingLists.Contains(identifier.Domain))
            {
                return Deliver(DmarcOverrideType.MailingList, $"{identifier.Domain} is authenticated");
            }
        }

        return null;
    }

    private static DmarcOverride Deliver(DmarcOverrideType type, string comment) => new(type, DmarcPolicy.None, comment);

    private IPNetwork? Network(IPAddress client)
    {
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        foreach (var network in TrustedNetworks)
        {
            if (network.Contains(address))
            {
                return network;
            }
        }

        return null;
    }
}
