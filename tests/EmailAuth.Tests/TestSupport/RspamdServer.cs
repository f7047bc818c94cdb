using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Rspamd on loopback with its DKIM module alone, which scans messages by HTTP.</summary>
internal sealed class RspamdServer : IAsyncDisposable
{
    // It compiles its patterns first.
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _client;

    private RspamdServer(Process process, DirectoryInfo folder, int port)
    {
        (_process, _folder) = (process, folder);
        _client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
    }

    /// <summary>Starts it, and returns when it answers.</summary>
    /// <param name="program">The program.</param>
    /// <param name="dns">The name server that it asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RspamdServer> StartAsync(string program, IPEndPoint dns, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-rspamd-");
        var port = LoopbackPort.Take();
        var settings = folder.CreateSubdirectory("local.d").FullName;
        foreach (var module in Directory.EnumerateFiles("/etc/rspamd/modules.d").Select(static file => Path.GetFileNameWithoutExtension(file)))
        {
            Write($"{module}.conf", $"enabled = {(module == "dkim" ? "true" : "false")};");
        }

        Write("options.inc", $"dns {{ nameserver = [\"{dns}\"]; timeout = 20s; }}");
        Write("logging.inc", "type = \"console\"; level = \"error\";");
        Write("worker-controller.inc", "enabled = false;");
        Write("worker-fuzzy.inc", "enabled = false;");
        Write("worker-proxy.inc", "enabled = false;");
        Write("worker-normal.inc", string.Create(CultureInfo.InvariantCulture, $"bind_socket = \"127.0.0.1:{port}\"; count = 1;"));
        string[] folders = [.. new[] { "LOCAL_CONFDIR", "DBDIR", "RUNDIR", "LOGDIR" }.SelectMany(name => new[] { "--var", $"{name}={folder.FullName}" })];
        var start = new ProcessStartInfo(program, ["-f", "-i", .. folders]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new RspamdServer(process, folder, port);
        try
        {
            await server.UntilItAnswersAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        void Write(string name, string text) => File.WriteAllText(Path.Combine(settings, name), text + "\n");
    }

    /// <summary>Scans a message.</summary>
    /// <returns>The symbols that it found.</returns>
    public async Task<IReadOnlyList<string>> SymbolsAsync(byte[] message, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(message);
        using var answer = await _client.PostAsync("/checkv2", content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return [.. json.RootElement.GetProperty("symbols").EnumerateObject().Select(static symbol => symbol.Name)];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task UntilItAnswersAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTime);
        while (!_process.HasExited)
        {
            try
            {
                using var answer = await _client.GetAsync("/ping", limit.Token);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
            }
        }

        throw new InvalidOperationException($"rspamd ended with {_process.ExitCode}.");
    }
}
