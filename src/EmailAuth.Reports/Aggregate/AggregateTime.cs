namespace EmailAuth.Reports.Aggregate;

/// <summary>Seconds since 1970 as a time.</summary>
internal static class AggregateTime
{
    /// <summary>The time, or null when it is outside of what a time can be.</summary>
    public static DateTimeOffset? FromSeconds(long seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
