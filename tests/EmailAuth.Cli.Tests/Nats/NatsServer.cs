using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Tests.TestSupport;
using NATS.Client.Core;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>A real nats-server with JetStream in a temporary folder, at a loopback port.</summary>
internal sealed class NatsServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly string _settings;
    private readonly int _port = LoopbackPort.Take();
    private Process? _process;

    private NatsServer(string settings) => _settings = settings;

    public string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{_port}");

    public string TlsUrl => string.Create(CultureInfo.InvariantCulture, $"tls://localhost:{_port}");

    /// <summary>The processor time that it has used since it was started.</summary>
    public TimeSpan ProcessorTime => _process!.TotalProcessorTime;

    private static string? Program { get; } = new[] { "/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server" }.FirstOrDefault(File.Exists);

    /// <summary>Starts a server; the test is skipped where there is none to start.</summary>
    /// <param name="settings">Further lines of its configuration.</param>
    public static async Task<NatsServer> StartAsync(string settings = "")
    {
        Assert.SkipWhen(Program is null, "nats-server is not installed.");
        var server = new NatsServer(settings);
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts the server after <see cref="Kill"/>, and returns when it takes connections.</summary>
    public async Task RestartAsync()
    {
        var configuration = _folder.Write("nats.conf", $$"""
            listen: "127.0.0.1:{{_port}}"
            jetstream { store_dir: "{{_folder.PathOf("store")}}", max_mem: 256M, max_file: 8G }
            {{_settings}}

            """);
        var log = _folder.PathOf("log");
        _process = Process.Start(new ProcessStartInfo(Program!, ["-c", configuration, "-l", log]) { UseShellExecute = false })!;
        var start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > StartTime)
            {
                throw new InvalidOperationException("nats-server does not start: " + (File.Exists(log) ? await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken) : "no log"));
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Kills it with SIGKILL, as a fault of the machine does.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>How a client of the test connects, on a busy machine too.</summary>
    public NatsOpts Options => new()
    {
        Url = Url,
        ConnectTimeout = Patience,
        CommandTimeout = Patience,
        RequestTimeout = Patience,
        ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(500),
    };

    public ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Kill();
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    // It listens to clients when JetStream has read its files.
    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), TestContext.Current.CancellationToken);
            return await socket.ReceiveAsync(new byte[16], TestContext.Current.CancellationToken) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
