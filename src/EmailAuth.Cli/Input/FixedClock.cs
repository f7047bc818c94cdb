namespace EmailAuth.Cli.Input;

/// <summary>A clock that always shows one moment; elapsed time and timers stay real.</summary>
internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
