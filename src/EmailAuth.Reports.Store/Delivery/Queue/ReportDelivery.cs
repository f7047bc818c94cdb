using System.Globalization;

namespace EmailAuth.Reports.Store.Delivery.Queue;

/// <summary>A report on its way to an address; without an address, the plan of a report, whose addresses are to be looked up. Immutable.</summary>
public sealed record ReportDelivery
{
    /// <summary>The token of the return path, which also names the delivery.</summary>
    public required string Token { get; init; }

    /// <summary>The report: <see cref="StoredReport.Key"/> of an aggregate report, the negative of <see cref="Failing.StoredFailure.Key"/> of a failure report.</summary>
    public required long ReportKey { get; init; }

    /// <summary>The recipient; empty for the plan of a report.</summary>
    public required string Address { get; init; }

    /// <summary>The domain of the recipient, for which the pace is kept; empty for the plan of a report.</summary>
    public required string Host { get; init; }

    /// <summary>Which part of the report it is, from 1.</summary>
    public int Part { get; init; } = 1;

    /// <summary>In how many parts the report is sent; 0 in the plan of a report that is not divided yet.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Where it is.</summary>
    public DeliveryState State { get; init; }

    /// <summary>When it is due, or when the lease of the sender that has it ends.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it was due for the first time.</summary>
    public required DateTimeOffset FirstDueAt { get; init; }

    /// <summary>How many attempts were begun.</summary>
    public int Attempts { get; init; }

    /// <summary>The last reply, or what went wrong last; null before.</summary>
    public string? Reply { get; init; }

    /// <summary>When it changed last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The sender's mark while it has the delivery; null when none has.</summary>
    public string? Lease { get; init; }

    /// <summary>
    /// The mark of a sender that ended without saying how the delivery ended; null without. Set when the delivery is leased: the recipient may have got a
    /// copy already.
    /// </summary>
    public string? LostLease { get; init; }

    /// <summary>Whether it is a failure report.</summary>
    public bool IsFailure => ReportKey < 0;

    /// <summary>Whether it is the plan of a report.</summary>
    public bool IsPlan => Address.Length == 0;

    /// <summary>The report, the address and the state.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"report {ReportKey} {Part}/{Parts} to '{Address}': {State}");
}
