using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Policy;

namespace EmailAuth.Reports.Aggregate;

/// <summary>What was done with a message because of DMARC, and why that is not what the published policy asks for.</summary>
/// <param name="Applied">What was done.</param>
/// <param name="Reasons">Why; empty when nothing departs from the policy.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RowDisposition(AggregateDisposition Applied, ImmutableArray<PolicyOverrideReason> Reasons)
{
    private static readonly ImmutableArray<PolicyOverrideReason> TestMode = [new() { Type = PolicyOverrideType.PolicyTestMode }];

    private static readonly PolicyOverrideReason Undecided =
        new() { Type = PolicyOverrideType.Other, Comment = "dmarc=temperror: not decided because of a temporary error" };

    private static readonly PolicyOverrideReason LocalPolicy = new() { Type = PolicyOverrideType.LocalPolicy };

    /// <summary>The disposition; null when the message was refused for now, which is no disposition: the next attempt counts.</summary>
    public static RowDisposition? Of(EvaluatedMessage message, DmarcResult dmarc)
    {
        // What the host did; when it says nothing, what local policy allowed: its MaximumAction is in the action already.
        var action = message.Applied?.Action ?? message.Outcome.Disposition.Action;
        return action == DispositionAction.TempFail ? null
            : dmarc.Code == DmarcResultCode.Pass ? new RowDisposition(OfPass(dmarc), [])
            : new RowDisposition(OfAction(action), ReasonsOf(dmarc, action));
    }

    // Appendix A: "quarantine" and "reject" are for messages that fail DMARC. What another rule does with one that passes is not told: RFC 9990
    // section 8.3 wants no report to say where mail ends up. "pass" needs a policy that is enforced, which one in test mode may not be.
    private static AggregateDisposition OfPass(DmarcResult dmarc)
    {
        // The policy is not known where it depends on whether the author domain exists, which a pass does not ask.
        var policy = dmarc.EffectivePolicy ?? (dmarc.Record is { Validity: DmarcPolicyValidity.Valid } record
            ? OfSubdomains(record)
            : DmarcPolicy.None);
        return policy == DmarcPolicy.None ? AggregateDisposition.None : AggregateDisposition.Pass;
    }

    private static DmarcPolicy OfSubdomains(DmarcRecord record)
    {
        var policy = record.SubdomainPolicy ?? record.Policy ?? DmarcPolicy.None;
        return record.IsTesting && policy == DmarcPolicy.Quarantine ? DmarcPolicy.None : policy;
    }

    private static AggregateDisposition OfAction(DispositionAction action) => action switch
    {
        DispositionAction.Accept => AggregateDisposition.None,
        DispositionAction.Quarantine => AggregateDisposition.Quarantine,
        DispositionAction.Reject => AggregateDisposition.Reject,
        DispositionAction.TempFail => throw new UnreachableException(),
        _ => throw new UnreachableException(),
    };

    // Appendix A: "If alignment fails and the policy applied does not match the domain's configured policy, the reason element MUST be specified."
    private static ImmutableArray<PolicyOverrideReason> ReasonsOf(DmarcResult dmarc, DispositionAction action)
    {
        var applied = OfAction(action);
        var published = OfPolicy(dmarc.PublishedPolicy ?? DmarcPolicy.None);
        var isUndecided = dmarc.Code == DmarcResultCode.TempError;
        if (applied == published && !isUndecided)
        {
            return [];
        }

        var effective = OfPolicy(dmarc.EffectivePolicy ?? DmarcPolicy.None);
        if (applied == effective && !isUndecided)
        {
            return TestMode;
        }

        var reasons = ImmutableArray.CreateBuilder<PolicyOverrideReason>(2);
        if (isUndecided)
        {
            reasons.Add(Undecided);
        }
        else if (effective != published)
        {
            reasons.AddRange(TestMode);
        }

        // The host may have done something else than local policy says; why is not known, and its words are for its own log.
        var isAsDecided = OfPolicy(dmarc.AppliedDisposition) == applied;
        if (dmarc.Override is { } departure && isAsDecided && AggregateKeywords.Override(departure.TypeKeyword) is var type and not PolicyOverrideType.PolicyTestMode)
        {
            reasons.Add(Of(type, departure.Comment));
        }
        else if (!isUndecided || applied != AggregateDisposition.None)
        {
            reasons.Add(LocalPolicy);
        }

        return reasons.DrainToImmutable();
    }

    // The comments of local policy name networks, lines of a file and the operator's own words. A chain of ARC is in the message for all to see.
    private static PolicyOverrideReason Of(PolicyOverrideType type, string? comment) =>
        comment?.StartsWith("arc=pass", StringComparison.Ordinal) == true ? new PolicyOverrideReason { Type = type, Comment = comment }
        : type == PolicyOverrideType.LocalPolicy ? LocalPolicy
        : new PolicyOverrideReason { Type = type };

    private static AggregateDisposition OfPolicy(DmarcPolicy policy) => policy switch
    {
        DmarcPolicy.None => AggregateDisposition.None,
        DmarcPolicy.Quarantine => AggregateDisposition.Quarantine,
        DmarcPolicy.Reject => AggregateDisposition.Reject,
        _ => throw new UnreachableException(),
    };
}
