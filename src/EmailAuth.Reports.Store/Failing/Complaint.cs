using System.Collections.Immutable;
using EmailAuth.Reports.Store.Delivery.Mail;

namespace EmailAuth.Reports.Store.Failing;

/// <summary>A complaint that is to be mailed (RFC 5965): that a recipient does not want a message, for example. Immutable.</summary>
public sealed class Complaint
{
    /// <summary>Who gets it: an address that was agreed on, or those that RFC 9477 permits. At least one; nobody is asked for consent.</summary>
    public required ImmutableArray<ReportMailbox> Recipients { get; init; }

    /// <summary>The fields of the report, as <see cref="Feedback.FeedbackReportWriter.WriteFields"/> gives them.</summary>
    public required string Fields { get; init; }

    /// <summary>What it has of the message's header, as <see cref="Feedback.HeaderRedaction.Apply"/> gives it.</summary>
    public required string Header { get; init; }

    /// <summary>The number of recipients.</summary>
    public override string ToString() => $"complaint to {Recipients.Length}";
}
