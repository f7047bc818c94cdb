using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Reports.Store.Failing;

/// <summary>Like failures of a batch: the first one that has a report, and how many there are.</summary>
internal sealed class FailureSum
{
    // How much later than the end of its window a report is sent, so that journals that are imported late count.
    private static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(5);

    /// <summary>The kind of complaints. They are final from the start, so that no two are counted together.</summary>
    public const string ComplaintKind = "complaint";

    public required FailureIncident First { get; set; }

    public required DateTimeOffset FirstAt { get; set; }

    public long Incidents { get; set; }

    public string NewId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The failures of a batch by kind, in an order that is the same for all collectors.</summary>
    public static List<FailureSum> Of(JournalBatch batch)
    {
        var sums = new SortedDictionary<string, FailureSum>(StringComparer.Ordinal);
        foreach (var entry in batch.Entries)
        {
            foreach (var failure in entry.Message.Failures)
            {
                if (!sums.TryGetValue(failure.Kind, out var sum))
                {
                    sum = new FailureSum { First = failure, FirstAt = entry.Message.ReceivedAt };
                    sums.Add(failure.Kind, sum);
                }
                else if (sum.First.Fields is null && failure.Fields is not null)
                {
                    (sum.First, sum.FirstAt) = (failure, entry.Message.ReceivedAt);
                }

                sum.Incidents++;
            }
        }

        return [.. sums.Values];
    }

    /// <summary>A complaint.</summary>
    /// <param name="complaint">The complaint.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ArgumentException">It has no recipient.</exception>
    public static FailureSum Of(Complaint complaint, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(complaint);
        if (complaint.Recipients.IsDefaultOrEmpty)
        {
            throw new ArgumentException("The complaint has no recipient.", nameof(complaint));
        }

        var domain = complaint.Recipients[0].Domain.ToString();
        return new FailureSum
        {
            First = new FailureIncident
            {
                PolicyDomain = domain,
                Organization = domain,
                ReportUris = [.. complaint.Recipients.Select(static recipient => recipient.ToString())],
                Kind = ComplaintKind,
                Fields = complaint.Fields,
                Header = complaint.Header,
            },
            FirstAt = now,
            Incidents = 1,
        };
    }

    /// <summary>The plan of a new report.</summary>
    /// <param name="key">The report's key.</param>
    /// <param name="window">For how long like failures are counted.</param>
    /// <param name="now">The time.</param>
    public ReportDelivery Plan(long key, TimeSpan window, DateTimeOffset now)
    {
        var due = FirstAt + window + (window > TimeSpan.Zero ? SettleTime : TimeSpan.Zero);
        due = due > now ? due : now;
        return new ReportDelivery
        {
            Token = ReturnPathToken.Create(),
            ReportKey = -key,
            Address = string.Empty,
            Host = string.Empty,
            DueAt = due,
            FirstDueAt = due,
            ChangedAt = now,
        };
    }
}
