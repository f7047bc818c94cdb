using System.Globalization;
using System.Text.Json;
using EmailAuth.Milter.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>What the running milter writes to standard output.</summary>
public sealed class LogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-log-").FullName;

    private string ConfigurationFile => Path.Combine(_folder, "milter.json");

    private string SocketPath => Path.Combine(_folder, "milter.sock");

    [Fact]
    public async Task The_log_level_changes_with_SIGHUP()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGHUP.");
        Configure("information");
        await using var milter = await StartAsync();
        await SendAsync("Q1");
        await SaysAsync(milter, "Q1: client=192.0.2.1");

        await ReloadAsync(milter, "warning", "configuration read again");
        await SendAsync("Q2");
        await ReloadAsync(milter, "debug", "configuration read again");
        await SendAsync("Q3");
        await SaysAsync(milter, "Q3: client=192.0.2.1");

        // Reasons of the library appear at debug only, and its own line of a message never.
        await SaysAsync(milter, "of a message of example.com ended in temperror: ");
        Assert.DoesNotContain("Q2:", milter.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("after a restart", milter.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Message of example.com", milter.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_line_of_a_JSON_log_is_an_object()
    {
        Configure("debug", "json");
        await using var milter = await StartAsync();
        await SendAsync("Q1\"\n{}");
        await SaysAsync(milter, "\"action\":");

        var lines = milter.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();

        Assert.All(lines, line => Assert.Equal(["time", "level", "category", "event_id", "message"], line.EnumerateObject().Take(5).Select(m => m.Name)));
        var message = Assert.Single(lines, line => line.TryGetProperty("action", out _));
        Assert.Equal("Q1\"\n{}", message.GetProperty("queue_id").GetString());
        Assert.Equal("temperror", message.GetProperty("dmarc").GetProperty("result").GetString());
        Assert.Equal("example.com", message.GetProperty("author").GetString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<Daemon> StartAsync() => MilterProcess.StartAsync(ConfigurationFile, SocketPath);

    private async Task SendAsync(string queueId)
    {
        using var mta = await MtaConnection.OpenAsync(SocketPath);
        await mta.SendAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message(queueId), Packets.Quit]);
        while (await mta.ReadAsync() is not null)
        {
        }
    }

    private async Task ReloadAsync(Daemon milter, string level, string answer)
    {
        Configure(level);
        var said = milter.Output.Length;
        await Daemon.RunAsync("kill", "-HUP", milter.Process.Id.ToString(CultureInfo.InvariantCulture));
        await Eventually.True(() => milter.Output[said..].Contains(answer, StringComparison.Ordinal), () => milter.Output);
    }

    private static Task SaysAsync(Daemon milter, string text) =>
        Eventually.True(() => milter.Output.Contains(text, StringComparison.Ordinal), () => milter.Output);

    // Nobody answers at port 1: each lookup fails at once.
    private void Configure(string level, string format = "text") => File.WriteAllText(
        ConfigurationFile,
        $$"""
        {
          "AuthservId": "mx.example.org", "Listen": "unix:{{SocketPath}}", "SocketMode": "0666", "UncheckedClients": [], "Dns": { "Servers": "127.0.0.1:1", "Timeout": "500ms" },
          "LogLevel": "{{level}}", "LogFormat": "{{format}}"
        }
        """);
}
