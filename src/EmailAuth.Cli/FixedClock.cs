namespace EmailAuth.Cli;

/// <summary>A clock that shows the time of <c>--now</c>. Time limits use the system's clock, because they are about this run.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
