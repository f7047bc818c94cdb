namespace EmailAuth.Reports.Store.Collecting;

/// <summary>How a collector works. Immutable.</summary>
public sealed record CollectorOptions
{
    /// <summary>The most messages of a transaction. Default 10000. It has fewer when their names are long: memory stays bounded.</summary>
    public int BatchMessages { get; init; } = 10_000;

    /// <summary>How long a collector that follows waits when the journals have nothing new. Default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long reports stay after their period's end. Default 30 days; <see cref="TimeSpan.Zero"/> removes none. Those of a UTC day are removed together,
    /// after its last period.
    /// </summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The first wait when the store is away; each further one is twice as long. Default 1 s.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait. Default 1 minute.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a collector that does not follow waits for the store in all. Default 30 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where times come from. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
