using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>
/// What this receiver does with a message: what DMARC asks for, under local policy (RFC 9989 section 5.4), and how that departs from what
/// the domain owner asks for. Decided once, so that what is written down is what is done. Pure.
/// </summary>
/// <param name="Override">The departure, with what is applied instead; null when there is none.</param>
/// <param name="Disposition">What to do.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DispositionDecision(DmarcOverride? Override, Disposition Disposition)
{
    private static readonly Disposition Accepted = new() { Action = DispositionAction.Accept, Reason = "nothing asks for anything else" };

    /// <summary>Decides.</summary>
    /// <param name="policy">Local policy.</param>
    /// <param name="message">What is known of the message.</param>
    public static DispositionDecision Decide(LocalPolicy policy, in DispositionInput message)
    {
        var decision = message.Dmarc?.Code switch
        {
            null or DmarcResultCode.None => new DispositionDecision(null, Accepted),
            DmarcResultCode.Pass => Accept(null, $"dmarc=pass for {message.Dmarc.AuthorDomain}"),
            DmarcResultCode.Fail => OfFailure(policy, message.Dmarc, message),
            DmarcResultCode.TempError => OfTemporaryError(policy, message.Dmarc, message),
            DmarcResultCode.PermError => OfUnusableAuthor(policy, message.Dmarc, message),
            _ => throw new UnreachableException(),
        };

        // RFC 8601 section 5: fields that forge our results must go, and beyond the limit nobody has looked for them.
        return message.HeaderLimit is { } limit && policy.StrongestAction == DispositionAction.Reject
            ? decision with
            {
                Disposition = new Disposition
                {
                    Action = DispositionAction.Reject,
                    Reason = $"{limit}, and forged results may stand beyond (RFC 8601 section 5)",
                    SmtpReply = RefusalReply.OfHeaderLimit(limit),
                },
            }
            : decision;
    }

    // RFC 9989 section 5.4: the domain owner asks, the receiver decides.
    private static DispositionDecision OfFailure(LocalPolicy policy, DmarcResult dmarc, in DispositionInput message)
    {
        var author = dmarc.AuthorDomain;
        if (dmarc.PublishedPolicy is null or DmarcPolicy.None)
        {
            return Accept(null, $"dmarc=fail for {author}, whose domain owner asks for nothing");
        }

        if (Trust(policy, dmarc, message) is { } trust)
        {
            return Accept(trust, OverriddenReason(author, trust));
        }

        var asked = dmarc.Disposition;
        var action = policy.ActionFor(asked);
        if (IsWhatIsAsked(action, asked))
        {
            // Not a departure from what is asked, yet reports are to say why the published policy was not applied (RFC 9990).
            return new DispositionDecision(
                dmarc.Record is { IsTesting: true } ? new DmarcOverride(DmarcOverrideType.PolicyTestMode, asked, "the record says t=y") : null,
                Do(action, $"dmarc=fail for {author}, whose domain owner asks for {Noun(asked)}", RefusalReply.OfPolicy(action, dmarc, asked)));
        }

        var departure = Departure(action, action switch
        {
            DispositionAction.TempFail => "local policy refuses the message for now",
            DispositionAction.Reject => "local policy takes a stronger action",
            DispositionAction.Accept or DispositionAction.Quarantine => "local policy allows no stronger action",
            _ => throw new UnreachableException(),
        });
        return new DispositionDecision(
            departure, Do(action, OverriddenReason(author, departure), RefusalReply.OfPolicy(action, dmarc, asked)));
    }

    // Where the policy is known and enforced and only whether the message fails it is not, accepting would let a sender who can name a
    // domain with broken servers below the author's go around the policy, and rejecting would lose honest mail.
    private static DispositionDecision OfTemporaryError(LocalPolicy policy, DmarcResult dmarc, in DispositionInput message)
    {
        var isUndecided = IsUndecided(dmarc);
        var action = isUndecided ? policy.ActionOnUndecided : policy.Limited(policy.OnTemporaryError);
        var reason = $"DMARC could not be decided: {dmarc.Reason}";

        // A client that would be believed if the message failed is believed while that is not known.
        if ((isUndecided ? Trust(policy, dmarc, message) : OwnClient(policy, message)) is { } trust)
        {
            return Accept(action == DispositionAction.Accept && !isUndecided ? null : trust, $"{reason}; {trust.Comment}");
        }

        return new DispositionDecision(
            action is DispositionAction.Quarantine or DispositionAction.Reject ? Departure(action, "DMARC could not be decided") : null,
            Do(action, reason, RefusalReply.OfTemporaryError(action, dmarc, isUndecided)));
    }

    // RFC 9989 section 5.3.1: the receiver decides. The strictest policy of several author domains counts first, and none of them makes the
    // message better off than one without: the stronger of the two actions is taken.
    private static DispositionDecision OfUnusableAuthor(LocalPolicy policy, DmarcResult dmarc, in DispositionInput message)
    {
        var strictest = dmarc.Override;
        var asked = strictest?.Disposition ?? DmarcPolicy.None;
        var ofPolicy = policy.ActionFor(asked);
        var ofAuthor = policy.ActionOnUnusableAuthor;
        var isOfPolicy = ofPolicy != DispositionAction.Accept && LocalPolicy.Stronger(ofPolicy, ofAuthor) == ofPolicy;
        var action = isOfPolicy ? ofPolicy : ofAuthor;
        var isUndecided = dmarc.FailedQuery != DmarcFailedQuery.None
            && LocalPolicy.Stronger(action, policy.ActionOnUndecided) != action;
        action = isUndecided ? policy.ActionOnUndecided : action;
        var reason = $"the author domain cannot be told ({dmarc.Reason})" + (strictest is null ? null : "; " + strictest.Comment);
        if (OwnClient(policy, message) is { } trust)
        {
            return Accept(action == DispositionAction.Accept && asked == DmarcPolicy.None ? null : trust, $"{reason}; {trust.Comment}");
        }

        var departure = isOfPolicy || (strictest is not null && action == DispositionAction.Accept)
            ? strictest! with { Disposition = Applied(action) }
            : action == DispositionAction.Accept ? null : Departure(action, "the author domain cannot be told");
        var reply = isUndecided
            ? RefusalReply.OfTemporaryError(action, dmarc, isUndecided)
            : RefusalReply.OfAuthor(action, message.Author.Defect, isOfPolicy ? dmarc : null, asked);
        return new DispositionDecision(departure, Do(action, reason, reply));
    }

    private static bool IsUndecided(DmarcResult dmarc) =>
        dmarc is { Code: DmarcResultCode.TempError, EffectivePolicy: DmarcPolicy.Reject or DmarcPolicy.Quarantine };

    private static bool IsWhatIsAsked(DispositionAction action, DmarcPolicy asked) =>
        action != DispositionAction.TempFail && Applied(action) == asked;

    // Whom this receiver believes whatever the checks say.
    private static DmarcOverride? OwnClient(LocalPolicy policy, in DispositionInput message)
    {
        if (message.IsAuthenticated && policy.AcceptAuthenticatedSubmissions)
        {
            return new DmarcOverride(DmarcOverrideType.LocalPolicy, DmarcPolicy.None, "authenticated submission");
        }

        return message.Client is { } client && Contains(policy.TrustedNetworks, client)
            ? new DmarcOverride(DmarcOverrideType.LocalPolicy, DmarcPolicy.None, $"the client {client} is in a trusted network")
            : null;
    }

    private static DmarcOverride? Trust(LocalPolicy policy, DmarcResult dmarc, in DispositionInput message) =>
        OwnClient(policy, message)
        ?? policy.Dmarc.OverrideFor(dmarc with { Code = DmarcResultCode.Fail }, message.Client, message.Identifiers, message.Sealer);

    private static DispositionDecision Accept(DmarcOverride? departure, string reason) =>
        new(departure, Do(DispositionAction.Accept, reason, null));

    private static Disposition Do(DispositionAction action, string reason, string? reply) =>
        new() { Action = action, Reason = reason, SmtpReply = reply };

    private static DmarcOverride Departure(DispositionAction action, string comment) =>
        new(DmarcOverrideType.LocalPolicy, Applied(action), comment);

    // RFC 9990 knows three dispositions. What is refused for now is neither delivered nor rejected: nothing was applied to it yet.
    private static DmarcPolicy Applied(DispositionAction action) => action switch
    {
        DispositionAction.Quarantine => DmarcPolicy.Quarantine,
        DispositionAction.Reject => DmarcPolicy.Reject,
        DispositionAction.Accept or DispositionAction.TempFail => DmarcPolicy.None,
        _ => throw new UnreachableException(),
    };

    private static string OverriddenReason(DomainName? author, DmarcOverride departure) =>
        $"dmarc=fail for {author}, overridden ({departure.TypeKeyword}): {departure.Comment}";

    private static string Noun(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.Reject => "rejection",
        DmarcPolicy.Quarantine => "quarantine",
        DmarcPolicy.None => "nothing",
        _ => throw new UnreachableException(),
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

/// <summary>What a decision rests on.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DispositionInput
{
    /// <summary>What DMARC found, for several author domains with the strictest of their policies as its override; null when it was not checked.</summary>
    public DmarcResult? Dmarc { get; init; }

    public required Author Author { get; init; }

    /// <summary>Which limit ended the reading of the header; null when all of it was read.</summary>
    public string? HeaderLimit { get; init; }

    public IPAddress? Client { get; init; }

    /// <summary>Whether the client proved itself by SMTP AUTH.</summary>
    public bool IsAuthenticated { get; init; }

    /// <summary>What SPF and DKIM authenticated.</summary>
    public required IReadOnlyList<AuthenticatedIdentifier> Identifiers { get; init; }

    /// <summary>The sealer that vouches for a DMARC pass before, or null.</summary>
    public DomainName? Sealer { get; init; }
}
