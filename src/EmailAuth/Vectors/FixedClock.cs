namespace EmailAuth.Vectors;

/// <summary>A clock that stands at the time of a case. Time limits go by the system's: they are about this run.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
