using EmailAuth.Dmarc;
using EmailAuth.Spf;

namespace EmailAuth.Inspection.Domains;

/// <summary>Guesses from what a domain publishes what it is used for. What says nothing about that counts as a domain that sends.</summary>
internal static class ProfileGuess
{
    public static (DomainProfile Profile, string Reason) Of(DomainParts parts)
    {
        var isSilent = FailsAll(parts.Spf.Root.Record);
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
    public static bool FailsAll(SpfRecord? record) =>
        record is { Redirect: null } && record.Mechanisms is [{ Kind: SpfMechanismKind.All, ResultOnMatch: SpfResultCode.Fail }, ..];
}
