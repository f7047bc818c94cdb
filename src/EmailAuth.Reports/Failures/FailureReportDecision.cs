using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Failures;

/// <summary>Which failure reports a record asks for (RFC 9989 section 4.7, tag <c>fo</c>). Pure.</summary>
public static class FailureReportDecision
{
    /// <summary>Decides it.</summary>
    /// <remarks>
    /// What a failed query leaves undecided is not a failure: otherwise an outage of our DNS would be reported to every domain as a failure of its mail. So
    /// <c>0</c> needs both mechanisms decided, and <c>1</c> one that is decided and not aligned. <c>d</c> and <c>s</c> do not look at alignment.
    /// </remarks>
    /// <param name="options">What the record asks for.</param>
    /// <param name="facts">What was found.</param>
    public static FailureReportKinds Decide(DmarcFailureOptions options, FailureFacts facts)
    {
        var isAny = facts.Spf == MechanismState.NotAligned || facts.Dkim == MechanismState.NotAligned;
        var isAll = facts is { Spf: MechanismState.NotAligned, Dkim: MechanismState.NotAligned };
        var kinds = (options.HasFlag(DmarcFailureOptions.AnyFail) && isAny) || (options.HasFlag(DmarcFailureOptions.AllFail) && isAll)
            ? FailureReportKinds.Dmarc
            : FailureReportKinds.None;
        kinds |= options.HasFlag(DmarcFailureOptions.Dkim) && facts.HasSignatureFailed ? FailureReportKinds.Dkim : FailureReportKinds.None;
        return kinds | (options.HasFlag(DmarcFailureOptions.Spf) && facts.HasSpfFailed ? FailureReportKinds.Spf : FailureReportKinds.None);
    }
}
