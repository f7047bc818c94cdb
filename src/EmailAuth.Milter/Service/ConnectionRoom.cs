namespace EmailAuth.Milter.Service;

/// <summary>Limits how many connections are served at a time, so that file descriptors and memory remain for everything else. Thread-safe.</summary>
internal sealed class ConnectionRoom : IDisposable
{
    // A message in progress has a piece of the body, its header and the answers of its checks: about 100 KB, measured with headers of 27 KB. Half of the
    // memory is for them: .NET cannot go on in every place where memory ends.
    private const int BytesOfConnection = 128 * 1024;
    private const int LeastConnections = 16;

    private readonly SemaphoreSlim? _places;

    /// <summary>Creates room for a number of connections.</summary>
    public ConnectionRoom(int capacity)
    {
        Capacity = capacity;
        _places = new SemaphoreSlim(capacity, capacity);
    }

    /// <summary>Creates room for as many connections as there are descriptors and memory for.</summary>
    /// <param name="budget">The descriptors; null for any number.</param>
    /// <param name="memory">How many bytes the process may use.</param>
    public ConnectionRoom(DescriptorBudget? budget, long memory)
    {
        Budget = budget;
        OfMemory = (int)Math.Clamp(memory / 2 / BytesOfConnection, LeastConnections, int.MaxValue);
        var capacity = Math.Min(budget?.Connections ?? int.MaxValue, OfMemory);
        (Capacity, _places) = (capacity, new SemaphoreSlim(capacity, capacity));
    }

    /// <summary>How many connections the memory is enough for.</summary>
    public int OfMemory { get; } = int.MaxValue;

    /// <summary>The descriptors; null when there is no limit of them.</summary>
    public DescriptorBudget? Budget { get; }

    /// <summary>The number of connections; null for any number.</summary>
    public int? Capacity { get; }

    /// <summary>Takes a place, and waits until one is free.</summary>
    /// <param name="wait">How long to wait for it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether a place was taken. <see cref="Leave"/> frees it.</returns>
    public async ValueTask<bool> EnterAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        _places is null || await _places.WaitAsync(wait, cancellationToken);

    /// <summary>Frees a place.</summary>
    public void Leave() => _places?.Release();

    public void Dispose() => _places?.Dispose();
}
