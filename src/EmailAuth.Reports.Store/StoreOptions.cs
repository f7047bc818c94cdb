using EmailAuth.Reports.Failures;

namespace EmailAuth.Reports.Store;

/// <summary>How a store counts. Immutable.</summary>
public sealed record StoreOptions
{
    /// <summary>
    /// The length of periods: whole hours that divide a day. Default 24, the UTC day. A day keeps the length that its first message had, so that
    /// periods never overlap when the length changes.
    /// </summary>
    public int PeriodHours { get; init; } = ReportPeriod.DayHours;

    /// <summary>How few failure reports there are. They are imported only where a collector notes them.</summary>
    public FailureLimits Failures { get; init; } = new();

    /// <summary>Where times come from. Default: the system's clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
