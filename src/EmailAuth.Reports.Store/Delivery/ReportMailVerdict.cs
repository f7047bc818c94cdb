using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>What a receiver would say of the mail of a report. Immutable.</summary>
public sealed class ReportMailVerdict
{
    /// <summary>The outcome of all checks.</summary>
    public required AuthenticationOutcome Outcome { get; init; }

    /// <summary>Whether the address was known from which the mail comes.</summary>
    public required bool HasClient { get; init; }

    /// <summary>Whether the mail is signed.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>Whether reports may be sent: DMARC passes.</summary>
    public bool IsPass => Outcome.Dmarc?.Code == DmarcResultCode.Pass;

    /// <summary>Whether a failed query is why it does not.</summary>
    public bool IsUndecided => Outcome.Dmarc?.Code == DmarcResultCode.TempError;
}
