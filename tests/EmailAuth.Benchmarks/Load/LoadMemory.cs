using System.Globalization;

namespace EmailAuth.Benchmarks.Load;

/// <summary>The memory of a milter at rest, with many connections at once, in each state of theirs, and afterwards.</summary>
internal static class LoadMemory
{
    /// <summary>The word that chooses it.</summary>
    public const string Name = "memory";

    private const int Connections = 2_000;

    // A milter reads what was sent within this time.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    public static Table NewTable() => new(
        $"MB, {Connections:N0} connections at a time", "at rest", "idle connections", "each within a body", "messages answered", "closed", $"{Rest.TotalSeconds:0} s later");

    public static async Task MeasureAsync(LoadContestant contestant, DomainMail mail, LoadDaemon daemon, Table table)
    {
        var message = contestant.MessagesOf(mail)[0];
        var row = new List<double> { daemon.Memory };
        var connections = new List<LoadConnection>();
        for (var i = 0; i < Connections; i++)
        {
            connections.Add(await LoadConnection.OpenAsync(daemon.EndPoint).ConfigureAwait(false));
        }

        await AddAsync(Pause).ConfigureAwait(false);
        foreach (var connection in connections)
        {
            await connection.BeginHalfAsync(message).ConfigureAwait(false);
        }

        await AddAsync(Pause).ConfigureAwait(false);
        foreach (var connection in connections)
        {
            await connection.EndHalfAsync(message).ConfigureAwait(false);
        }

        await AddAsync(Pause).ConfigureAwait(false);
        connections.ForEach(static connection => connection.Dispose());
        await AddAsync(Pause).ConfigureAwait(false);
        await AddAsync(Rest).ConfigureAwait(false);
        table.Add([contestant.Name, .. row.Select(static megabytes => megabytes.ToString("0", CultureInfo.InvariantCulture))]);

        async Task AddAsync(TimeSpan pause)
        {
            await Task.Delay(pause).ConfigureAwait(false);
            row.Add(daemon.Memory);
        }
    }
}
