namespace EmailAuth.Milter.Service;

/// <summary>How many connections may be served at a time, so that descriptors are left for everything else. Thread-safe.</summary>
internal sealed class ConnectionRoom : IDisposable
{
    private readonly SemaphoreSlim? _places;

    /// <summary>Room for a number of connections.</summary>
    public ConnectionRoom(int capacity)
    {
        Capacity = capacity;
        _places = new SemaphoreSlim(capacity, capacity);
    }

    /// <summary>Room for those that a budget has descriptors for; for any number without a budget.</summary>
    public ConnectionRoom(DescriptorBudget? budget)
    {
        Budget = budget;
        Capacity = budget?.Connections;
        _places = budget is null ? null : new SemaphoreSlim(budget.Connections, budget.Connections);
    }

    /// <summary>What the number comes from; null for another reason.</summary>
    public DescriptorBudget? Budget { get; }

    /// <summary>How many; null for any number.</summary>
    public int? Capacity { get; }

    /// <summary>Takes a place, waiting for one.</summary>
    /// <param name="wait">How long to wait for it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether there is one. It is given back with <see cref="Leave"/>.</returns>
    public async ValueTask<bool> EnterAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        _places is null || await _places.WaitAsync(wait, cancellationToken);

    /// <summary>Gives a place back.</summary>
    public void Leave() => _places?.Release();

    public void Dispose() => _places?.Dispose();
}
