using System.Net;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth;

/// <summary>Turns what DMARC asks for into what to do, under local policy (RFC 9989 section 5.4). Pure.</summary>
internal static class DispositionDecision
{
    private static readonly Disposition Accepted = new() { Action = DispositionAction.Accept, Reason = "nothing asks for anything else" };

    /// <summary>The receiver's departure from what the domain owner asks for, or null.</summary>
    /// <param name="policy">Local policy.</param>
    /// <param name="dmarc">What DMARC found.</param>
    /// <param name="client">The client's address, or null.</param>
    /// <param name="isAuthenticated">Whether the client proved itself by SMTP AUTH.</param>
    /// <param name="identifiers">What SPF and DKIM authenticated.</param>
    /// <param name="sealer">The sealer that vouches for a DMARC pass before, or null.</param>
    public static DmarcOverride? Override(
        LocalPolicy policy,
        DmarcResult dmarc,
        IPAddress? client,
        bool isAuthenticated,
        IReadOnlyList<AuthenticatedIdentifier> identifiers,
        DomainName? sealer)
    {
        var ofSeveralAuthors = dmarc.Code == DmarcResultCode.PermError ? dmarc.Override : null;
        if (ofSeveralAuthors is null
            && ((dmarc.Code != DmarcResultCode.Fail && !IsUndecided(dmarc)) || dmarc.PublishedPolicy is null or DmarcPolicy.None))
        {
            return null;
        }

        if (isAuthenticated && policy.AcceptAuthenticatedSubmissions)
        {
            return new DmarcOverride(DmarcOverrideType.LocalPolicy, DmarcPolicy.None, "authenticated submission");
        }

        if (client is not null && Contains(policy.TrustedNetworks, client))
        {
            return new DmarcOverride(DmarcOverrideType.LocalPolicy, DmarcPolicy.None, $"the client {client} is in a trusted network");
        }

        if (ofSeveralAuthors is not null)
        {
            return ofSeveralAuthors.Disposition > Strongest(policy) ? ofSeveralAuthors with { Disposition = Strongest(policy) } : null;
        }

        // Who would be believed if the message failed is believed while that is not known.
        if (policy.Dmarc.OverrideFor(dmarc with { Code = DmarcResultCode.Fail }, client, identifiers, sealer) is { } departure)
        {
            return departure;
        }

        if (dmarc.Code != DmarcResultCode.Fail)
        {
            return null;
        }

        var strongest = Strongest(policy);
        if (dmarc.Disposition > strongest)
        {
            return new DmarcOverride(DmarcOverrideType.LocalPolicy, strongest, "local policy allows no stronger action");
        }

        // Not a departure from what is asked, yet reports are to say why the published policy was not applied (RFC 9990).
        return dmarc.Record is { IsTesting: true }
            ? new DmarcOverride(DmarcOverrideType.PolicyTestMode, dmarc.Disposition, "the record says t=y")
            : null;
    }

    /// <summary>What to do with the message.</summary>
    /// <param name="policy">Local policy.</param>
    /// <param name="dmarc">What DMARC found, its override set; null when it was not checked.</param>
    /// <param name="headerLimit">Which limit ended the reading of the header; null when all of it was read.</param>
    public static Disposition Decide(LocalPolicy policy, DmarcResult? dmarc, string? headerLimit) =>
        headerLimit is null || policy.StrongestAction != DispositionAction.Reject ? Decide(policy, dmarc) : OfUnreadHeader(headerLimit);

    private static Disposition Decide(LocalPolicy policy, DmarcResult? dmarc) => dmarc?.Code switch
    {
        DmarcResultCode.Fail => OfFailure(dmarc),
        DmarcResultCode.TempError when dmarc.Override is null && (policy.TempFailOnTemporaryError || (IsUndecided(dmarc) && policy.StrongestAction == DispositionAction.Reject)) => new Disposition
        {
            Action = DispositionAction.TempFail,
            Reason = $"DMARC could not be decided: {dmarc.Reason}",
            SmtpReply = $"451 4.7.26 DMARC of {dmarc.AuthorDomain} could not be checked, try again later",
        },
        DmarcResultCode.PermError when dmarc.AppliedDisposition != DmarcPolicy.None => OfSeveralAuthors(dmarc),
        DmarcResultCode.PermError when policy.RejectUnusableAuthor => new Disposition
        {
            Action = DispositionAction.Reject,
            Reason = $"the author domain cannot be told: {dmarc.Reason}",
            SmtpReply = "550 5.7.26 The From field does not name one author domain",
        },
        DmarcResultCode.Pass => new Disposition { Action = DispositionAction.Accept, Reason = $"dmarc=pass for {dmarc.AuthorDomain}" },
        _ => Accepted,
    };

    private static Disposition OfSeveralAuthors(DmarcResult dmarc) => new()
    {
        Action = dmarc.AppliedDisposition == DmarcPolicy.Reject ? DispositionAction.Reject : DispositionAction.Quarantine,
        Reason = $"the author domain cannot be told ({dmarc.Reason}); {dmarc.Override!.Comment}",
        SmtpReply = dmarc.AppliedDisposition == DmarcPolicy.Reject ? "550 5.7.26 The From field does not name one author domain" : null,
    };

    // RFC 8601 section 5: fields that forge our results must go, and beyond the limit nobody has looked for them.
    private static Disposition OfUnreadHeader(string limit) => new()
    {
        Action = DispositionAction.Reject,
        Reason = $"{limit}, and forged results may stand beyond (RFC 8601 section 5)",
        SmtpReply = $"552 5.3.4 Not accepted: {limit}",
    };

    // The policy is known and enforced; only whether the message fails is not, for now. To accept it would let whoever can name a domain
    // with broken servers below the author's go around the policy; to reject it would lose honest mail.
    private static bool IsUndecided(DmarcResult dmarc) =>
        dmarc is { Code: DmarcResultCode.TempError, EffectivePolicy: DmarcPolicy.Reject or DmarcPolicy.Quarantine };

    private static Disposition OfFailure(DmarcResult dmarc)
    {
        var reason = dmarc.Override is { Type: not DmarcOverrideType.PolicyTestMode } departure
            ? $"dmarc=fail for {dmarc.AuthorDomain}, overridden ({departure.TypeKeyword}): {departure.Comment}"
            : $"dmarc=fail for {dmarc.AuthorDomain}, whose domain owner asks for {Asked(dmarc.Disposition)}";
        return dmarc.AppliedDisposition switch
        {
            DmarcPolicy.Reject => new Disposition
            {
                Action = DispositionAction.Reject,
                Reason = reason,
                SmtpReply = $"550 5.7.26 Not accepted: the DMARC policy of {dmarc.AuthorDomain} asks to reject mail that fails (RFC 9989)",
            },
            DmarcPolicy.Quarantine => new Disposition { Action = DispositionAction.Quarantine, Reason = reason },
            _ => new Disposition { Action = DispositionAction.Accept, Reason = reason },
        };
    }

    private static string Asked(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => "rejection",
        DmarcPolicy.Quarantine => "quarantine",
        _ => "nothing",
    };

    private static DmarcPolicy Strongest(LocalPolicy policy) => policy.StrongestAction switch
    {
        DispositionAction.Accept => DmarcPolicy.None,
        DispositionAction.Quarantine => DmarcPolicy.Quarantine,
        _ => DmarcPolicy.Reject,
    };

    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress client)
    {
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
