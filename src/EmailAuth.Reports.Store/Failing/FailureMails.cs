using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Failing;

/// <summary>Where the failure reports and the complaints of a store are. <see cref="IReportDeliveries.CountAsync"/> counts their mails as well. Immutable.</summary>
public sealed class FailureMails
{
    /// <summary>How many failure reports are held: like failures are still counted, or it is not known yet who may get the report.</summary>
    public required long Held { get; init; }

    /// <summary>How many failure reports and complaints were given up before they were mailed to anybody.</summary>
    public required long GivenUp { get; init; }

    /// <summary>How many mails of failure reports are in each state.</summary>
    public required IReadOnlyDictionary<DeliveryState, long> Reports { get; init; }

    /// <summary>How many mails of complaints are in each state; one whose turn has not come is open.</summary>
    public required IReadOnlyDictionary<DeliveryState, long> Complaints { get; init; }

    /// <summary>Adds up how many deliveries there are of each kind.</summary>
    /// <param name="counts">The deliveries: whether they are of complaints, whether they are plans, their state, and how many they are.</param>
    internal static FailureMails Of(IEnumerable<(bool IsComplaint, bool IsPlan, DeliveryState State, long Count)> counts)
    {
        var (held, givenUp) = (0L, 0L);
        Dictionary<DeliveryState, long> reports = [], complaints = [];
        foreach (var (isComplaint, isPlan, state, count) in counts)
        {
            // A plan that ended led to mails, which are counted themselves.
            if (!isPlan || (isComplaint && state == DeliveryState.Open))
            {
                var mails = isComplaint ? complaints : reports;
                mails[state] = mails.GetValueOrDefault(state) + count;
            }
            else
            {
                held += state == DeliveryState.Open ? count : 0;
                givenUp += state == DeliveryState.GivenUp ? count : 0;
            }
        }

        return new FailureMails { Held = held, GivenUp = givenUp, Reports = reports, Complaints = complaints };
    }

    /// <summary>How many are held and sent.</summary>
    public override string ToString() => $"{Held} held, {Reports.GetValueOrDefault(DeliveryState.Sent)} sent";
}
