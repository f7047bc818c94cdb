using System.Collections.Immutable;

namespace EmailAuth.Reports.Store.Delivery.Queue;

/// <summary>What a sender says of a delivery that it had. Immutable.</summary>
public sealed class DeliveryEnd
{
    /// <summary>Where the delivery is now; <see cref="DeliveryState.Open"/> to try again at <see cref="DueAt"/>.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>When it is tried again; the time of the end for other states.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The reply or the fault in one line.</summary>
    public required string Reply { get; init; }

    /// <summary>For the plan of a report: in how many parts it is sent.</summary>
    public int? Parts { get; init; }

    /// <summary>For the plan of a report: the deliveries that it leads to. Those that the queue has already stay as they are.</summary>
    public ImmutableArray<ReportDelivery> Deliveries { get; init; } = [];
}
