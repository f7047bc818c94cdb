namespace EmailAuth.Milter.Service;

/// <summary>Limits how many connections are served at a time, so that file descriptors remain for everything else. Thread-safe.</summary>
internal sealed class ConnectionRoom : IDisposable
{
    private readonly SemaphoreSlim? _places;

    /// <summary>Creates room for a number of connections.</summary>
    public ConnectionRoom(int capacity)
    {
        Capacity = capacity;
        _places = new SemaphoreSlim(capacity, capacity);
    }

    /// <summary>Creates room for as many connections as the budget has descriptors for; without a budget, for any number.</summary>
    public ConnectionRoom(DescriptorBudget? budget)
    {
        Budget = budget;
        Capacity = budget?.Connections;
        _places = budget is null ? null : new SemaphoreSlim(budget.Connections, budget.Connections);
    }

    /// <summary>The budget that gives the number; null when the number does not come from a budget.</summary>
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
