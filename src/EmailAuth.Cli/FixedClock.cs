namespace EmailAuth.Cli;

/// <summary>A clock that shows the time of <c>--now</c>. Time limits go by the system's: they are about this run.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
