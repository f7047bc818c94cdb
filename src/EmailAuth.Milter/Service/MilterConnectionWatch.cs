using System.Diagnostics;
using Microsoft.AspNetCore.Connections;

namespace EmailAuth.Milter.Service;

/// <summary>How long one connection has been waiting. One sweep over all of them replaces a timer for each.</summary>
internal sealed class MilterConnectionWatch(
    ConnectionContext connection, MilterOptions options, MilterConnections owner, TimeProvider timeProvider) : IDisposable
{
    private long _since = timeProvider.GetTimestamp();
    private long _partialPacket = -1;
    private long _partialSince;
    private volatile MilterWait _wait = MilterWait.Nothing;

    /// <summary>Why the connection was ended by <see cref="Check"/>, or null.</summary>
    public string? TimedOut { get; private set; }

    /// <summary>The connection reads.</summary>
    /// <param name="isInsidePacket">Whether a packet has begun.</param>
    /// <param name="packetsRead">How many have ended: one that trickles in byte by byte is still the same packet.</param>
    public void AwaitPacket(bool isInsidePacket, long packetsRead)
    {
        if (isInsidePacket && _partialPacket == packetsRead)
        {
            Await(MilterWait.RestOfPacket, _partialSince);
            return;
        }

        Await(isInsidePacket ? MilterWait.RestOfPacket : MilterWait.NextPacket);
        _partialPacket = isInsidePacket ? packetsRead : -1;
        _partialSince = _since;
    }

    /// <summary>The connection waits for something else.</summary>
    public void Await(MilterWait wait) => Await(wait, timeProvider.GetTimestamp());

    /// <summary>Ends the connection when it has waited too long.</summary>
    public void Check()
    {
        var (limit, what) = _wait switch
        {
            MilterWait.NextPacket => (options.IdleTimeout, "silence for IdleTimeout"),
            MilterWait.RestOfPacket => (options.PacketTimeout, "a packet did not end within PacketTimeout"),
            MilterWait.Reply => (options.PacketTimeout, "a reply was not taken within PacketTimeout"),
            MilterWait.Nothing => (Timeout.InfiniteTimeSpan, string.Empty),
            _ => throw new UnreachableException(),
        };
        if (limit > TimeSpan.Zero && TimedOut is null && timeProvider.GetElapsedTime(Volatile.Read(ref _since)) > limit)
        {
            TimedOut = what;
            connection.Abort(new ConnectionAbortedException(what));
        }
    }

    public void Dispose() => owner.Remove(this);

    private void Await(MilterWait wait, long since)
    {
        Volatile.Write(ref _since, since);
        _wait = wait;
    }
}
