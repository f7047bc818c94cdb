using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Policy;

/// <summary>
/// What this receiver does with a message: what DMARC asks for, under local policy (RFC 9989 section 5.4), and how that departs from what
/// the domain owner asks for. It is decided once, so that the results report what is done. Pure.
/// </summary>
/// <param name="Dmarc">What DMARC found, with the departure from it as its override; null when it was not checked.</param>
/// <param name="Disposition">What to do.</param>
/// <param name="Exception">The operator's exception that changed what is done; null without one.</param>
/// <param name="TrustedSealer">The trusted ARC sealer that vouches for the message, or null.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PolicyDecision(DmarcResult? Dmarc, Disposition Disposition, PolicyExceptionLine? Exception, DomainName? TrustedSealer)
{
    private static readonly Disposition Accepted = Do(DispositionAction.Accept, DispositionReason.NoPolicy, "nothing asks for anything else", null);

    /// <summary>Decides.</summary>
    /// <param name="policy">Local policy.</param>
    /// <param name="message">What is known of the message.</param>
    public static PolicyDecision Decide(LocalPolicy policy, in PolicyInput message)
    {
        var sealer = SealerTrust.FindTrustedSealer(message.Arc, policy.TrustedSealers, message.Author.Domain);
        var dmarc = policy.ApplyStrictestAuthorPolicy && message.Dmarc is { Code: DmarcResultCode.PermError } unusable
            ? StrictestPolicy.Apply(unusable, message)
            : message.Dmarc;
        var step = dmarc?.Code switch
        {
            null or DmarcResultCode.None => new Step(null, Accepted),
            DmarcResultCode.Pass => Accept(null, DispositionReason.DmarcPass, $"dmarc=pass for {dmarc.AuthorDomain}"),
            DmarcResultCode.Fail => OfFailure(policy, dmarc, message, sealer),
            DmarcResultCode.TempError => OfTemporaryError(policy, dmarc, message, sealer),
            DmarcResultCode.PermError => OfUnusableAuthor(policy, dmarc, message),
            _ => throw new UnreachableException(),
        };
        var excepted = message.Exceptions.Deciding is { } exception ? Except(policy, exception, dmarc, step) : step;
        var changing = excepted.Disposition == step.Disposition ? null : message.Exceptions.Deciding;
        step = excepted;
        if (message.Exceptions.Possible is { } possible && IsStronger(policy.Limited(DispositionAction.Reject), step.Disposition.Action)
            && IsStronger(DispositionAction.TempFail, step.Disposition.Action))
        {
            (changing, step) = (possible, Defer(possible, dmarc, step));
        }

        if (dmarc is not null && dmarc.Override != step.Override)
        {
            dmarc = new DmarcResult(dmarc) { Override = step.Override };
        }

        // RFC 8601 section 5: fields that forge our results must be removed, and those past the limit are not found.
        var disposition = message.HeaderLimit is { } limit && policy.MaximumAction == DispositionAction.Reject
            ? Do(
                DispositionAction.Reject,
                DispositionReason.HeaderLimit,
                $"{limit}, and forged results may follow (RFC 8601 section 5)",
                RefusalReply.OfHeaderLimit(limit))
            : step.Disposition;
        return new PolicyDecision(dmarc, disposition, changing, sealer);
    }

    private static bool IsStronger(DispositionAction one, DispositionAction other) => LocalPolicy.Stronger(other, one) != other;

    // The operator's word about this mail goes before every rule but the limits of the header.
    private static Step Except(LocalPolicy policy, PolicyExceptionLine exception, DmarcResult? dmarc, in Step step)
    {
        var action = exception.Kind switch
        {
            ExceptionAction.Accept => DispositionAction.Accept,
            ExceptionAction.AtMostQuarantine => LocalPolicy.Stronger(step.Disposition.Action, DispositionAction.Quarantine) == DispositionAction.Quarantine
                ? step.Disposition.Action : policy.Limited(DispositionAction.Quarantine),
            ExceptionAction.Reject => policy.Limited(DispositionAction.Reject),
            ExceptionAction.Skip => step.Disposition.Action,
            _ => throw new UnreachableException(),
        };
        if (action == step.Disposition.Action)
        {
            return step;
        }

        return Changed(dmarc, step, action, $"exception in {exception}", RefusalReply.OfException(action));
    }

    // The client is not known, and a line refuses mail of its network if it is in it. The sender may have hidden it.
    private static Step Defer(PolicyExceptionLine exception, DmarcResult? dmarc, in Step step) =>
        Changed(dmarc, step, DispositionAction.TempFail, $"the client is not known, and may be that of the exception in {exception}", RefusalReply.OfUnknownClient());

    // RFC 9990: reports say why the published policy was not applied, so there is nothing to say without a policy.
    private static Step Changed(DmarcResult? dmarc, in Step step, DispositionAction action, string comment, SmtpReply? reply) => new(
        dmarc?.PublishedPolicy is null && step.Override is null ? null : Departure(action, comment),
        Do(action, DispositionReason.Overridden, $"{step.Disposition.Reason}; {comment}", reply));

    // RFC 9989 section 5.4: the domain owner asks, the receiver decides.
    private static Step OfFailure(LocalPolicy policy, DmarcResult dmarc, in PolicyInput message, DomainName? sealer)
    {
        var author = dmarc.AuthorDomain;
        if (dmarc.PublishedPolicy is null or DmarcPolicy.None)
        {
            return Accept(null, DispositionReason.PolicyNone, $"dmarc=fail for {author}, whose domain owner asks for nothing");
        }

        if (Trust(policy, dmarc, message, sealer) is { } trust)
        {
            return Accept(trust, DispositionReason.Overridden, OverriddenReason(author, trust));
        }

        var asked = dmarc.Disposition;
        var action = policy.ActionFor(asked);
        if (IsWhatIsAsked(action, asked))
        {
            // This does not depart from what is asked, but reports say why the published policy was not applied (RFC 9990).
            return new Step(
                dmarc.Record is { IsTesting: true } ? new DmarcOverride { Type = DmarcOverrideType.PolicyTestMode, Disposition = asked, Comment = "the record says t=y" } : null,
                Do(action, DispositionReason.DmarcPolicy, $"dmarc=fail for {author}, whose domain owner asks for {Noun(asked)}", RefusalReply.OfPolicy(action, dmarc, asked)));
        }

        var departure = Departure(action, action switch
        {
            DispositionAction.TempFail => "local policy refuses the message for now",
            DispositionAction.Reject => "local policy takes a stronger action",
            DispositionAction.Accept or DispositionAction.Quarantine => "local policy allows no stronger action",
            _ => throw new UnreachableException(),
        });
        return new Step(
            departure, Do(action, DispositionReason.Overridden, OverriddenReason(author, departure), RefusalReply.OfPolicy(action, dmarc, asked)));
    }

    // The policy is known and enforced, but not whether the message fails it. Accepting would let a sender evade the policy with a domain
    // whose servers are broken; rejecting would lose honest mail.
    private static Step OfTemporaryError(LocalPolicy policy, DmarcResult dmarc, in PolicyInput message, DomainName? sealer)
    {
        var isUndecided = IsUndecided(dmarc);
        var action = isUndecided ? policy.ActionOnUndecided : policy.Limited(policy.OnTemporaryError);
        if (isUndecided && message.HasUnreadRelay && action == DispositionAction.Accept && policy.ActionFor(dmarc.EffectivePolicy!.Value) != DispositionAction.Accept)
        {
            // A HELO name can make the Received field of a relay unreadable. OnUndecided is about failures of the DNS, and does not accept this.
            action = DispositionAction.TempFail;
        }

        var reason = $"DMARC could not be decided: {dmarc.Reason}";

        // A client that is trusted when the message fails is trusted while that is not known.
        if ((isUndecided ? Trust(policy, dmarc, message, sealer) : ClientTrust.OfOwn(policy, message)) is { } trust)
        {
            return Accept(action == DispositionAction.Accept && !isUndecided ? null : trust, DispositionReason.Overridden, $"{reason}; {trust.Comment}");
        }

        return new Step(
            action is DispositionAction.Quarantine or DispositionAction.Reject ? Departure(action, "DMARC could not be decided") : null,
            Do(action, DispositionReason.DmarcUndecided, reason, RefusalReply.OfTemporaryError(action, dmarc, isUndecided)));
    }

    // RFC 9989 section 5.3.1: the receiver decides. A policy of one of several author domains never gives a milder action than
    // OnUnusableAuthor does: the stronger of the two actions is taken.
    private static Step OfUnusableAuthor(LocalPolicy policy, DmarcResult dmarc, in PolicyInput message)
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
        var hidden = message.HasUnreadRelay && IsStronger(DispositionAction.TempFail, action) ? HiddenFailure(policy, message, action) : null;
        action = hidden is null ? action : DispositionAction.TempFail;
        var reason = $"the author domain is not known ({dmarc.Reason})" + (strictest is null ? null : "; " + strictest.Comment);
        if (ClientTrust.OfOwn(policy, message) is { } trust)
        {
            return Accept(action == DispositionAction.Accept && asked == DmarcPolicy.None ? null : trust, DispositionReason.Overridden, $"{reason}; {trust.Comment}");
        }

        var departure = isOfPolicy || (strictest is not null && action == DispositionAction.Accept)
            ? new DmarcOverride { Type = strictest!.Type, Disposition = Applied(action), Comment = strictest.Comment }
            : action == DispositionAction.Accept ? null : Departure(action, "the author domain is not known");
        var reply = hidden is not null ? RefusalReply.OfTemporaryError(action, hidden, isUndecided: true)
            : isUndecided ? RefusalReply.OfTemporaryError(action, dmarc, isUndecided)
            : RefusalReply.OfAuthor(action, message.Author.Defect, isOfPolicy ? dmarc : null, asked);
        return new Step(departure, Do(action, DispositionReason.UnusableAuthor, reason, reply));
    }

    // As for one author domain: a HELO name can cause this, and OnUndecided is about failures of the DNS.
    private static DmarcResult? HiddenFailure(LocalPolicy policy, in PolicyInput message, DispositionAction action)
    {
        foreach (var result in message.AuthorResults.IsDefault ? [] : message.AuthorResults)
        {
            if (IsUndecided(result) && IsStronger(policy.ActionFor(result.EffectivePolicy!.Value), action))
            {
                return result;
            }
        }

        return null;
    }

    private static bool IsUndecided(DmarcResult dmarc) =>
        dmarc is { Code: DmarcResultCode.TempError, EffectivePolicy: DmarcPolicy.Reject or DmarcPolicy.Quarantine };

    private static bool IsWhatIsAsked(DispositionAction action, DmarcPolicy asked) =>
        action != DispositionAction.TempFail && Applied(action) == asked;

    private static DmarcOverride? Trust(LocalPolicy policy, DmarcResult dmarc, in PolicyInput message, DomainName? sealer) =>
        ClientTrust.OfOwn(policy, message)
        ?? ClientTrust.OfForwarder(policy, dmarc.EffectivePolicy ?? DmarcPolicy.None, message.Client, message.Identifiers, sealer);

    private static Step Accept(DmarcOverride? departure, DispositionReason reason, string text) =>
        new(departure, Do(DispositionAction.Accept, reason, text, null));

    private static Disposition Do(DispositionAction action, DispositionReason reason, string text, SmtpReply? reply) =>
        new() { Action = action, ReasonKind = reason, Reason = text, Reply = reply };

    private static DmarcOverride Departure(DispositionAction action, string comment) =>
        new() { Type = DmarcOverrideType.LocalPolicy, Disposition = Applied(action), Comment = comment };

    // RFC 9990 knows three dispositions. A temporary refusal is neither delivery nor rejection: nothing is applied yet.
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

    /// <summary>What one rule decides.</summary>
    /// <param name="Override">The departure, with what is applied instead; null without a departure.</param>
    /// <param name="Disposition">What to do.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Step(DmarcOverride? Override, Disposition Disposition);
}
