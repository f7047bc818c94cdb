using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Service;

namespace EmailAuth.Milter.Tests.TestSupport;

/// <summary>The service as it runs, on a Unix socket in a folder of its own.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly MilterHost _host;
    private readonly string _folder;

    private RunningService(MilterHost host, string folder, string path)
    {
        _host = host;
        _folder = folder;
        SocketPath = path;
    }

    public string SocketPath { get; }

    public MilterHost Host => _host;

    public static async Task<RunningService> StartAsync(
        IMessageAuthenticator authenticator, Func<MilterOptions, MilterOptions>? change = null, TimeProvider? timeProvider = null)
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-milter-").FullName;
        var path = Path.Combine(folder, "milter.sock");
        var options = MilterOptions.For("mx.example.org") with
        {
            Listen = [new ListenAddress(null, path)],
            LogLevel = LogLevel.None,
        };
        var host = MilterHost.Create(
            change?.Invoke(options) ?? options, new ConfigurationSource(null, []), (_, _) => authenticator, timeProvider);
        var service = new RunningService(host, folder, path);
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public Task<MtaConnection> ConnectAsync() => MtaConnection.OpenAsync(SocketPath);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
