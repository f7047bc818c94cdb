using EmailAuth.Dmarc;
using EmailAuth.Inspection.Spf;
using EmailAuth.Spf;

namespace EmailAuth.Inspection.Domains;

/// <summary>Guesses what a domain is used for, from what is known of its mail and from what it publishes. What says nothing about that counts as a domain that sends.</summary>
internal static class ProfileGuess
{
    public static (DomainProfile Profile, string Reason) Of(DomainParts parts, DomainInspectionOptions options)
    {
        if (WhySends(parts, options) is { } reason)
        {
            return (DomainProfile.Sends, reason);
        }

        var isSilent = FailsAll(parts.Spf.Root);
        var hasKey = parts.Keys.Keys.Any(static key => key.Key is { IsRevoked: false });
        var takesNone = parts.MailHosts is { IsKnown: true } hosts && (hosts.IsNull || hosts.Hosts.IsEmpty);
        if (isSilent)
        {
            return takesNone
                ? (DomainProfile.Parked, "its SPF record fails every client, and it has no mail host")
                : (DomainProfile.ReceivesOnly, "its SPF record fails every client");
        }

        if (parts.MailHosts.IsNull && parts.Spf.Root is { Records.IsEmpty: true, Failure: null } && !hasKey)
        {
            return (DomainProfile.Parked, "it has a null MX, no SPF record and no key");
        }

        var isRejecting = DmarcReach.Of(parts.Dmarc.Result).Domain == DmarcPolicy.Reject;
        if (takesNone && isRejecting && parts.Keys.IsAllRevoked && parts.Spf.Root.Records.IsEmpty)
        {
            return (DomainProfile.Parked, "it has no mail host, every key is revoked, and its policy is reject");
        }

        return (DomainProfile.Sends, parts.Spf.Root.Record is not null ? "its SPF record lets clients pass" : hasKey ? "it has a DKIM key" : "nothing says that it does not send");
    }

    /// <summary>Whether a record says that every client fails: what a domain that sends no mail publishes.</summary>
    public static bool FailsAll(SpfNode node) => node.Record is { } record && (record.Mechanisms.IsEmpty
        ? node.Steps.FirstOrDefault(step => step.Term == record.Redirect)?.Target is { } target && FailsAll(target)
        : record.Mechanisms[0] is { Kind: SpfMechanismKind.All, ResultOnMatch: SpfResultCode.Fail });

    // What the caller says that the domain sends weighs more than a record: mail can pass by DKIM alone. Selectors from reports do not count: the holder of
    // a stolen key could make the domain count as one that sends, so that nothing is said about the key.
    private static string? WhySends(DomainParts parts, DomainInspectionOptions options) =>
        options.Message?.IsSentBy(parts.Domain) is true ? "it sent the message"
        : !options.Addresses.IsDefaultOrEmpty ? "addresses that send its mail were given"
        : !options.Selectors.IsDefaultOrEmpty ? "selectors in use were given"
        : null;
}
