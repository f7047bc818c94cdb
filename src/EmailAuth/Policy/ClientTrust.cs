using System.Net;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>Which clients the receiver trusts whatever the checks say, and the reason that reports give for it (RFC 9990). Pure.</summary>
internal static class ClientTrust
{
    /// <summary>The override for a client that is believed whatever the checks say; null for any other.</summary>
    public static DmarcOverride? OfOwn(LocalPolicy policy, in PolicyInput message)
    {
        if (message.IsAuthenticated && policy.AcceptAuthenticatedSubmissions)
        {
            return Deliver(DmarcOverrideType.LocalPolicy, "authenticated submission");
        }

        return message.Client is { } client && Networks.Find(policy.OwnNetworks, client) is not null
            ? Deliver(DmarcOverrideType.LocalPolicy, $"the client {client} is in a trusted network")
            : null;
    }

    /// <summary>The override for a message that fails and came through a trusted forwarder, mailing list or sealer; else null.</summary>
    /// <param name="policy">Who is trusted.</param>
    /// <param name="asked">What the domain owner asks for; <c>none</c> does not need an override.</param>
    /// <param name="client">The client's address, or null when it is not known.</param>
    /// <param name="identifiers">The authenticated identifiers of the message, aligned or not.</param>
    /// <param name="sealer">The sealer that vouches for an earlier DMARC pass, or null.</param>
    public static DmarcOverride? OfForwarder(
        LocalPolicy policy, DmarcPolicy asked, IPAddress? client, IReadOnlyList<AuthenticatedIdentifier> identifiers, DomainName? sealer)
    {
        if (asked == DmarcPolicy.None)
        {
            return null;
        }

        if (client is not null && Networks.Find(policy.Forwarders, client) is { } network)
        {
            return Deliver(DmarcOverrideType.TrustedForwarder, $"the client {client} is in {network}");
        }

        if (sealer is not null && policy.TrustedSealers.Contains(sealer))
        {
            return Deliver(DmarcOverrideType.LocalPolicy, $"arc=pass, sealed by {sealer}");
        }

        foreach (var identifier in identifiers)
        {
            if (policy.ForwarderDomains.Contains(identifier.Domain))
            {
                return Deliver(DmarcOverrideType.TrustedForwarder, $"{identifier.Domain} is authenticated");
            }

            if (policy.MailingLists.Contains(identifier.Domain))
            {
                return Deliver(DmarcOverrideType.MailingList, $"{identifier.Domain} is authenticated");
            }
        }

        return null;
    }

    private static DmarcOverride Deliver(DmarcOverrideType type, string comment) =>
        new() { Type = type, Disposition = DmarcPolicy.None, Comment = comment };
}
