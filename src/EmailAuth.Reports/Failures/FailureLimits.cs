namespace EmailAuth.Reports.Failures;

/// <summary>How few failure reports there are, whatever arrives (RFC 9991 section 8.1). Immutable.</summary>
public sealed record FailureLimits
{
    /// <summary>For how long like failures are counted in one report before it is sent. Zero to a day; default an hour.</summary>
    public TimeSpan Window { get; init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1) ? value : throw OutOfRange(value); } = TimeSpan.FromHours(1);

    /// <summary>The most reports about an organizational domain that begin on a UTC day. 1 to 100,000; default 50.</summary>
    public int MaxPerDomain { get; init => field = value is >= 1 and <= 100_000 ? value : throw OutOfRange(value); } = 50;

    /// <summary>The most reports in all that begin on a UTC day. 1 to 1,000,000; default 1000.</summary>
    public int MaxInAll { get; init => field = value is >= 1 and <= 1_000_000 ? value : throw OutOfRange(value); } = 1000;

    private static ArgumentOutOfRangeException OutOfRange(object value) => new(nameof(value), value, "The limit is out of its range.");
}
