using EmailAuth.Syntax;

namespace EmailAuth.Dns.Stub;

/// <summary>Counts of what a resolver met on the wire. Thread-safe.</summary>
internal sealed class StubCounters
{
    private long _strays;
    private long _streams;
    private long _retries;
    private long _timeouts;

    /// <summary>Messages that answered no question of ours.</summary>
    public long Strays => Interlocked.Read(ref _strays);

    /// <summary>Questions that were moved to TCP.</summary>
    public long Streams => Interlocked.Read(ref _streams);

    /// <summary>Tries after the first.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Tries that got no answer in time.</summary>
    public long Timeouts => Interlocked.Read(ref _timeouts);

    public void AddStray()
    {
        Interlocked.Increment(ref _strays);
        HostCode.Try(static count => StubMeter.StrayAnswers.Add(count), 1);
    }

    public void AddStream()
    {
        Interlocked.Increment(ref _streams);
        HostCode.Try(static count => StubMeter.TcpQueries.Add(count), 1);
    }

    public void AddRetry()
    {
        Interlocked.Increment(ref _retries);
        HostCode.Try(static count => StubMeter.Retries.Add(count), 1);
    }

    public void AddTimeout()
    {
        Interlocked.Increment(ref _timeouts);
        HostCode.Try(static count => StubMeter.Timeouts.Add(count), 1);
    }
}
