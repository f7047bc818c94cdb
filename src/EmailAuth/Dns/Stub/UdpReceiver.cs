using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// Reads the UDP sockets of all resolvers of the process, on Linux. A thread of the pool reads what has come to any of them, completes up to
/// eight tries that it ended, and reads again, until nothing is left. While there are answers nobody is woken for them: to wake a thread costs
/// more than an answer. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// The sockets are in one epoll set, and that set is in another one, on which a background thread waits. The outer set reports once. The thread
/// then leaves the reading to the pool, and the one who finds nothing more to read has the outer set report again. The thread itself reads
/// nothing and completes nothing.
/// </para>
/// <para>
/// What follows an answer may be any code, and may block. So as long as one of the pool is at work, the background thread looks each
/// <see cref="TickMilliseconds"/> whether it goes on; if not, another one reads, and another one completes the rest of the eight.
/// </para>
/// </remarks>
internal sealed class UdpReceiver : IThreadPoolWorkItem
{
    private const int TickMilliseconds = 2;

    // How many sockets are read at once. The kernel puts those that have more to read behind the others.
    private const int MostEvents = 16;

    // Then it is the turn of other work of the pool.
    private const int MostRounds = 64;

    // One more than the largest UdpPayloadSize, as for each socket.
    private const int BufferSize = 4097;

    private static readonly Lazy<UdpReceiver?> Process = new(static () => OperatingSystem.IsLinux() ? TryStart() : null);

    private readonly SafeFileHandle _sockets;
    private readonly SafeFileHandle _outer;
    private readonly ConcurrentDictionary<long, UdpSocket> _byKey = new();
    private readonly RunningCompletions _running = new();
    private long _lastKey;
    private bool _isQueued;
    private bool _isBroken;

    // Who reads holds it. The following are its own, but for the look of the background thread.
    private readonly Lock _reading = new();
    private readonly byte[] _events = new byte[MostEvents * Epoll.EventLength];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferSize);
    private bool _isArmed = true;
    private int _reads;

    private UdpReceiver(SafeFileHandle sockets, SafeFileHandle outer) => (_sockets, _outer) = (sockets, outer);

    /// <summary>The one of the process, or null where the system has no epoll.</summary>
    public static UdpReceiver? Shared => Process.Value;

    /// <summary>How many sockets it reads.</summary>
    public int Count => _byKey.Count;

    /// <summary>Starts one of its own, or none where the system has no epoll.</summary>
    public static UdpReceiver? TryStart()
    {
        try
        {
            var sockets = Epoll.Create(Epoll.CloseOnExec);
            var outer = Epoll.Create(Epoll.CloseOnExec);
            var receiver = new UdpReceiver(sockets, outer);
            if (receiver.TryArm(Epoll.Add))
            {
                new Thread(receiver.Watch) { IsBackground = true, Name = "EmailAuth DNS" }.UnsafeStart();
                return receiver;
            }

            // A set that the system did not make cannot be added, and takes no member.
            sockets.Dispose();
            outer.Dispose();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // .NET receives then.
        }

        return null;
    }

    /// <summary>A key for a socket. It is not used again, so a report from before the end of a socket means nobody.</summary>
    public long NextKey() => Interlocked.Increment(ref _lastKey);

    /// <summary>Has a socket read from now on.</summary>
    /// <returns>False when the system takes no more.</returns>
    public bool TryAdd(long key, UdpSocket socket, SafeHandle handle)
    {
        _byKey[key] = socket;
        Span<byte> interest = stackalloc byte[Epoll.EventLength];
        Epoll.Write(interest, Epoll.Readable, key);
        if (!Volatile.Read(ref _isBroken) && Epoll.Control(_sockets, Epoll.Add, handle, ref interest[0]) == 0)
        {
            return true;
        }

        _byKey.TryRemove(key, out _);
        return false;
    }

    /// <summary>Ends <see cref="TryAdd"/>, before the socket is closed.</summary>
    public void Remove(long key, SafeHandle handle)
    {
        Span<byte> interest = stackalloc byte[Epoll.EventLength];
        _ = Epoll.Control(_sockets, Epoll.Remove, handle, ref interest[0]);
        _byKey.TryRemove(key, out _);
    }

    /// <summary>Reads and completes, on a thread of the pool, until nothing is left or others are at it.</summary>
    public void Execute()
    {
        Volatile.Write(ref _isQueued, false);
        for (var round = 0; Read() is { } ended; round++)
        {
            ended.Run();
            _running.Remove(ended);
            if (round == MostRounds)
            {
                ReadElsewhere();
                return;
            }
        }
    }

    private void ReadElsewhere()
    {
        // One in the queue of a busy pool is enough.
        if (!Interlocked.Exchange(ref _isQueued, true))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    // Tries that have ended, to be completed; or null: nothing has come and the outer set reports again, or another thread reads.
    private Completions? Read()
    {
        while (_reading.TryEnter())
        {
            Completions? ended = null;
            try
            {
                if (!Volatile.Read(ref _isArmed))
                {
                    ended = ReadReady();
                }
            }
            finally
            {
                _reading.Exit();
            }

            // If the outer set has reported meanwhile, who was woken by that may have found the way closed.
            if (ended is not null || Volatile.Read(ref _isArmed))
            {
                return ended;
            }
        }

        return null;
    }

    private Completions? ReadReady()
    {
        _reads++;
        var count = Wait(_sockets, _events, 0);
        if (count <= 0)
        {
            Volatile.Write(ref _isArmed, true);
            TryArm(Epoll.Change);
            return null;
        }

        var ended = new Completions();
        for (var i = 0; i < count && !ended.IsFull; i++)
        {
            if (_byKey.TryGetValue(Epoll.Key(_events.AsSpan(i * Epoll.EventLength, Epoll.EventLength)), out var socket))
            {
                socket.Read(_buffer, ended);
            }
        }

        _running.Add(ended);
        if (ended.IsFull)
        {
            ReadElsewhere();
        }

        return ended;
    }

    private bool TryArm(int operation)
    {
        Span<byte> interest = stackalloc byte[Epoll.EventLength];
        Epoll.Write(interest, Epoll.Readable | Epoll.Once, 0);
        return Epoll.Control(_outer, operation, _sockets, ref interest[0]) == 0;
    }

    // The background thread.
    private void Watch()
    {
        var report = new byte[Epoll.EventLength];
        var reads = 0;
        while (!Volatile.Read(ref _isBroken))
        {
            var isAtWork = !Volatile.Read(ref _isArmed) || _running.Count > 0;
            if (Wait(_outer, report, isAtWork ? TickMilliseconds : Timeout.Infinite) > 0)
            {
                Volatile.Write(ref _isArmed, false);
                ReadElsewhere();
            }
            else if (isAtWork)
            {
                _running.OnTick();
                if (!Volatile.Read(ref _isArmed) && Volatile.Read(ref _reads) == reads)
                {
                    ReadElsewhere();
                }
            }

            reads = Volatile.Read(ref _reads);
        }
    }

    private int Wait(SafeFileHandle set, byte[] events, int milliseconds)
    {
        var count = Epoll.Wait(set, ref events[0], events.Length / Epoll.EventLength, milliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Epoll.Interrupted)
        {
            // Not known to happen. What waits ends by its deadline, and new sockets are read by .NET.
            Volatile.Write(ref _isBroken, true);
        }

        return count;
    }
}
