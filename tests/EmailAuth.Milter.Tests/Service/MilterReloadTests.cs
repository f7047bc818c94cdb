using System.Net;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Service;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace EmailAuth.Milter.Tests.Service;

public sealed class MilterReloadTests : IDisposable
{
    private readonly FakeAuthenticator _authenticator = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-milter-").FullName;

    private string ConfigurationFile => Path.Combine(_folder, "milter.json");

    private string SocketPath => Path.Combine(_folder, "milter.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task New_connections_get_new_settings_and_open_ones_keep_theirs()
    {
        await using var host = await StartAsync();
        using var old = await MtaConnection.OpenAsync(SocketPath);
        await old.SendAsync(Packets.Offer());
        Assert.Equal("O", await old.ReadCodesAsync(1));

        Write("192.0.2.0/24");
        Assert.True(host.Reload.Reload());

        await old.SendAsync([Packets.Connect(), .. Packets.Message()]);
        Assert.Equal("ic", await old.ReadCodesAsync(2));
        Assert.Equal("begin 192.0.2.1 ", _authenticator.Calls.Last(call => call.StartsWith("begin", StringComparison.Ordinal)));
        using var fresh = await MtaConnection.OpenAsync(SocketPath);
        await fresh.SendAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()]);
        Assert.Equal("Oic", await fresh.ReadCodesAsync(3));
        Assert.Equal("begin  ", _authenticator.Calls.Last(call => call.StartsWith("begin", StringComparison.Ordinal))); // trusted: its address does not matter
    }

    [Fact]
    public async Task A_bad_configuration_changes_nothing()
    {
        await using var host = await StartAsync();
        var before = host.Runtime.Current;

        File.WriteAllText(ConfigurationFile, """{ "AuthservId": "" }""");

        Assert.False(host.Reload.Reload());
        Assert.Same(before, host.Runtime.Current);
        using var mta = await MtaConnection.OpenAsync(SocketPath);
        Assert.True(await mta.IsServedAsync());
    }

    [Fact]
    public async Task Start_and_reload_log_the_warnings_of_the_signing_table()
    {
        var (table, key) = (Path.Combine(_folder, "signing"), Path.Combine(_folder, "key.pem"));
        File.WriteAllText(key, Signatures.PemSigningKey.Create("ed25519-sha256"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead);
        }

        File.WriteAllText(table, "example.com s1 key.pem until 2020-12-31");
        var source = new ConfigurationSource(null, [new("AuthservId", "mx.example.org"), new("SigningTable", table)]);
        var options = source.Read().Options!;
        var logger = new CollectingLogger<MilterReload>();
        using var room = new ConnectionRoom(100_000);
        using var services = new ServiceCollection().BuildServiceProvider();
        using var reload = new MilterReload(
            source, (_, _) => _authenticator, new MilterRuntime(options, _authenticator), services, room, new StartReached(),
            new LogLevelSwitch(LogLevel.Information, static () => true), TimeProvider.System, logger);
        var expected = (LogLevel.Warning, $"SigningTable: {table}: every line of example.com has expired: its mail is not signed");

        await reload.StartedAsync(TestContext.Current.CancellationToken);
        Assert.Single(logger.Lines, expected);
        Assert.True(reload.Reload());
        Assert.Equal(2, logger.Lines.Count(line => line == expected));

        File.WriteAllText(table, "example.com s1 key.pem");
        Assert.True(reload.Reload());
        Assert.Equal(2, logger.Lines.Count(line => line == expected));
    }

    [Fact]
    public async Task Health_and_metrics_are_served_over_HTTP()
    {
        var port = LoopbackPort.Take();
        await using var host = await StartAsync(port);
        using (var mta = await MtaConnection.OpenAsync(SocketPath))
        {
            Assert.True(await mta.IsServedAsync());
        }

        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal("ok\n", await client.GetStringAsync("/health", TestContext.Current.CancellationToken));
        var metrics = await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains("emailauth_milter_messages_total", metrics, StringComparison.Ordinal);
        Assert.Contains("decision=\"accept\"", metrics, StringComparison.Ordinal);
        Assert.Contains("emailauth_milter_end_of_message_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/", TestContext.Current.CancellationToken)).StatusCode);
    }

    private async Task<MilterHost> StartAsync(int? httpPort = null)
    {
        Write("198.51.100.0/24", httpPort);
        var source = new ConfigurationSource(ConfigurationFile, []);
        var host = MilterHost.Create(source.Read().Options!, source, (_, _) => _authenticator);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private void Write(string trusted, int? httpPort = null) => File.WriteAllText(
        ConfigurationFile,
        $$"""
        {
          "AuthservId": "mx.example.org", "Listen": "unix:{{SocketPath}}", "UncheckedClients": "{{trusted}}", "LogLevel": "none",
          "Http": "{{(httpPort is null ? string.Empty : $"127.0.0.1:{httpPort}")}}"
        }
        """);
}
