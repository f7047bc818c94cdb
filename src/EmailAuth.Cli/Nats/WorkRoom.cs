using System.Threading.Channels;

namespace EmailAuth.Cli.Nats;

/// <summary>The messages in flight: how many there may be, in number and memory. No more are asked for than there is room, so the server holds the rest. Thread-safe.</summary>
/// <param name="places">The most messages.</param>
/// <param name="bytes">The most bytes of them.</param>
/// <remarks>
/// Of the places, most are for messages that wait for the DNS. Those that nobody has begun are fewer: more would not be done sooner, would keep
/// other workers from them, and would live long enough to make the collection of garbage dear.
/// </remarks>
internal sealed class WorkRoom(int places, long bytes)
{
    private const int MostNotBegun = 256;

    private readonly Lock _lock = new();
    private readonly HashSet<WorkItem> _items = [];
    private readonly Channel<bool> _left = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _bytes;
    private int _notBegun;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>The messages in flight now.</summary>
    public WorkItem[] Items
    {
        get
        {
            lock (_lock)
            {
                return [.. _items];
            }
        }
    }

    public void Enter(WorkItem item)
    {
        lock (_lock)
        {
            _items.Add(item);
            _bytes += item.Length;
            _notBegun++;
        }
    }

    /// <summary>The work with one of the messages begins.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _notBegun--;
        }

        _left.Writer.TryWrite(true);
    }

    public void Leave(WorkItem item)
    {
        lock (_lock)
        {
            _items.Remove(item);
            _bytes -= item.Length;
        }

        _left.Writer.TryWrite(true);
    }

    /// <summary>Waits until a good part of the room is free.</summary>
    /// <param name="largest">The most bytes that a message can have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>For how many messages there is room, whatever their sizes are.</returns>
    public async Task<int> FreeAsync(int largest, CancellationToken cancellationToken)
    {
        // Asking for single messages would cost a request for each.
        var worth = Math.Max(1, (int)Math.Min(Math.Min(places, MostNotBegun), bytes / largest) / 4);
        while (true)
        {
            if (Free(largest) is var free && free >= worth)
            {
                return free;
            }

            await _left.Reader.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Waits until nothing is in flight.</summary>
    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        while (Count > 0)
        {
            await _left.Reader.ReadAsync(cancellationToken);
        }
    }

    // One message has room in any case.
    private int Free(int largest)
    {
        lock (_lock)
        {
            var most = Math.Min(places - _items.Count, MostNotBegun - _notBegun);
            return _items.Count == 0 ? (int)Math.Clamp(bytes / largest, 1, most) : (int)Math.Min(most, (bytes - _bytes) / largest);
        }
    }
}
