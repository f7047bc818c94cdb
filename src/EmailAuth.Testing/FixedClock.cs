namespace EmailAuth.Testing;

/// <summary>
/// A clock that always shows the same moment. Its timers use the system's clock: time limits are about the run, not about the case.
/// </summary>
/// <param name="now">The moment.</param>
public sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => now;
}
