using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>A clock whose date can be set without time passing, as an operator or NTP sets it. That of Microsoft moves both.</summary>
internal sealed class JumpingClock(FakeTimeProvider time) : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Offset;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
