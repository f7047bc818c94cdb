namespace EmailAuth.Testing;

/// <summary>A clock that always shows the same moment. Its timers go by the system's: limits of time are about the run, not about the case.</summary>
/// <param name="now">The moment.</param>
public sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => now;
}
