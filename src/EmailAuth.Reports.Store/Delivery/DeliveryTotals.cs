using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>Counts what dispatchers did, here and in the metric <c>emailauth.reports.deliveries</c>. Thread-safe.</summary>
public sealed class DeliveryTotals
{
    private static readonly Meter Meter = new("EmailAuth.Reports");
    private static readonly Counter<long> Deliveries =
        Meter.CreateCounter<long>("emailauth.reports.deliveries", "{attempt}", "Attempts to mail a report, by outcome.");

    private readonly ConcurrentDictionary<DeliveryState, long> _counts = new();

    /// <summary>How many deliveries ended so; for <see cref="DeliveryState.Open"/>, how many attempts are to be made again.</summary>
    /// <param name="state">The state.</param>
    public long this[DeliveryState state] => _counts.GetValueOrDefault(state);

    /// <summary>In the words of the metric and of people.</summary>
    /// <param name="state">The state.</param>
    public static string Word(DeliveryState state) => state switch
    {
        DeliveryState.Open => "deferred",
        DeliveryState.Sent => "sent",
        DeliveryState.Refused => "refused",
        DeliveryState.GivenUp => "given_up",
        DeliveryState.Suppressed => "suppressed",
        DeliveryState.Bounced => "bounced",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    internal void Add(DeliveryState state)
    {
        _counts.AddOrUpdate(state, 1, static (_, count) => count + 1);
        Deliveries.Add(1, new KeyValuePair<string, object?>("outcome", Word(state)));
    }
}
