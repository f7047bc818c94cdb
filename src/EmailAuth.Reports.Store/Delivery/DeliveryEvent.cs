using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>What a dispatcher did with a delivery. Immutable.</summary>
public sealed class DeliveryEvent
{
    /// <summary>The report; null when the store no longer has it.</summary>
    public required StoredReport? Report { get; init; }

    /// <summary>The delivery as it was leased.</summary>
    public required ReportDelivery Delivery { get; init; }

    /// <summary>How it ended.</summary>
    public required DeliveryEnd End { get; init; }
}
