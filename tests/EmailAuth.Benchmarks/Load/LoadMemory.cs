using System.Globalization;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Load;

/// <summary>Memory at rest, with idle connections, with messages in the middle of their bodies, and after them.</summary>
internal static class LoadMemory
{
    private const int Connections = 1_000;
    private const int Messages = 3_000;

    public static async Task PrintAsync(LoadContestant[] contestants, DomainMail mail, NsdServer server)
    {
        var table = new Table("memory, MB", "start", $"after {Messages:N0} messages", $"{Connections:N0} idle connections", "all in mid-body", "messages ended", "closed");
        using var dns = DelayedDns.Start("127.0.0.77", server.EndPoint, TimeSpan.Zero);
        var row = LoadRow.All(mail.Headers.Count)[0];
        foreach (var contestant in contestants)
        {
            await using var daemon = await contestant.StartAsync(dns.EndPoint).ConfigureAwait(false);
            var messages = contestant.MessagesOf(mail);
            var figures = new List<double> { daemon.Megabytes };
            await LoadRun.MeasureAsync(daemon, new LoadRow { Name = row.Name, Text = row.Text, Draw = row.Draw, WarmUps = 0, Messages = Messages }, messages).ConfigureAwait(false);
            figures.Add(daemon.Megabytes);
            var connections = new List<LoadConnection>();
            for (var i = 0; i < Connections; i++)
            {
                connections.Add(await LoadConnection.OpenAsync(daemon.EndPoint).ConfigureAwait(false));
            }

            figures.Add(daemon.Megabytes);
            foreach (var connection in connections)
            {
                await connection.SendHalfAsync(messages[0]).ConfigureAwait(false);
            }

            await Task.Delay(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            figures.Add(daemon.Megabytes);
            foreach (var connection in connections)
            {
                await connection.SendOtherHalfAsync(messages[0]).ConfigureAwait(false);
            }

            figures.Add(daemon.Megabytes);
            connections.ForEach(static connection => connection.Dispose());
            await Task.Delay(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
            figures.Add(daemon.Megabytes);
            table.Add([contestant.Name, .. figures.Select(static figure => figure.ToString("0", CultureInfo.InvariantCulture))]);
        }

        table.Write(Console.Out);
    }
}
