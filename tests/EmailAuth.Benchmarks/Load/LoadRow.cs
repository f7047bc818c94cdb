namespace EmailAuth.Benchmarks.Load;

/// <summary>A load: which messages, how many at a time, and how far from the answers.</summary>
internal sealed class LoadRow
{
    /// <summary>The word that chooses it.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, for the table.</summary>
    public required string Text { get; init; }

    /// <summary>How many connections are open at a time.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>How many messages come a second, whatever the milter does; 0 when each connection waits for its answer.</summary>
    public int PerSecond { get; init; }

    /// <summary>How many messages a connection carries.</summary>
    public int PerConnection { get; init; } = int.MaxValue;

    /// <summary>How late DNS answers come.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How many messages are measured.</summary>
    public int Messages { get; init; } = 6_000;

    /// <summary>How many go before them, which fill the caches.</summary>
    public int WarmUps { get; init; } = 3_000;

    /// <summary>The numbers of the messages' domains, drawn anew for each milter, but equally for all.</summary>
    public required Func<int, int[]> Draw { get; init; }

    /// <summary>The loads, for so many domains.</summary>
    public static LoadRow[] All(int domains) =>
    [
        new() { Name = "hot", Text = "one domain, 16 connections", Draw = static count => new int[count] },
        new()
        {
            Name = "zipf", Text = $"{domains:N0} domains, Zipf 1, a connection for each message, 16 at a time", Draw = count => new Zipf(domains, 1).Draw(count),
            PerConnection = 1, Messages = 10_000, WarmUps = 10_000,
        },
        new()
        {
            Name = "open", Text = "one domain, 500 messages/s, a connection for each", Draw = static count => new int[count], PerConnection = 1, PerSecond = 500,
            Messages = 5_000, WarmUps = 2_000,
        },
        new()
        {
            Name = "openzipf", Text = $"{domains:N0} domains, Zipf 1, 500 messages/s, a connection for each", Draw = count => new Zipf(domains, 1).Draw(count),
            PerConnection = 1, PerSecond = 500, Messages = 5_000, WarmUps = 5_000,
        },
        new()
        {
            Name = "new", Text = "a new domain each, DNS answers after 20 ms, 256 connections", Draw = count => [.. Enumerable.Range(0, count).Select(i => i % domains)],
            Connections = 256, Delay = TimeSpan.FromMilliseconds(20), WarmUps = 500, Messages = 4_000,
        },
    ];
}
