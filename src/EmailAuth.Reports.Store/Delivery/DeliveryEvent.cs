using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>What a dispatcher did with a delivery. Immutable.</summary>
public sealed class DeliveryEvent
{
    /// <summary>The aggregate report; null for a failure report, and when the store no longer has it.</summary>
    public required StoredReport? Report { get; init; }

    /// <summary>The failure report; null for an aggregate report, and when the store no longer has it.</summary>
    public StoredFailure? Failure { get; init; }

    /// <summary>The delivery as it was leased.</summary>
    public required ReportDelivery Delivery { get; init; }

    /// <summary>How it ended.</summary>
    public required DeliveryEnd End { get; init; }
}
