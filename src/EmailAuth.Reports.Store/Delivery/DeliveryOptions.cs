namespace EmailAuth.Reports.Store.Delivery;

/// <summary>When and how much is sent. Immutable.</summary>
public sealed record DeliveryOptions
{
    /// <summary>How long after its period a report becomes final, so that journals that are imported late count. Default 30 minutes.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Over how long a time the reports of a period are spread. Default 6 hours; zero sends all at once.</summary>
    public TimeSpan SpreadTime { get; init; } = TimeSpan.FromHours(6);

    /// <summary>The pause between two reports to addresses of one host, whatever number of senders there are. Default 2 seconds.</summary>
    public TimeSpan HostPause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a report is tried before it is given up. Default 24 hours.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a sender has a delivery for itself. When it ends without an answer, because the sender was killed, another one takes it. Default 15
    /// minutes.
    /// </summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How far back a period may be for its report to be sent at all. Default 7 days.</summary>
    public TimeSpan OldestPeriod { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The largest compressed report, in octets; a larger one is divided. Default 7 MiB, so that the mail has less than the 10 MB that nearly all hosts
    /// take.
    /// </summary>
    public long MaxReportBytes { get; init; } = 7 * 1024 * 1024;

    /// <summary>How many mails are sent at a time. Default 4.</summary>
    public int Workers { get; init; } = 4;
}
