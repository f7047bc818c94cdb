using System.Diagnostics;
using System.Text;
using Npgsql;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>A real PostgreSQL with a cluster in a temporary folder, reachable through a socket in it only.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Account = "postgres";

    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder;
    private readonly string[] _settings;
    private Process? _process;
    private int _databases;

    private PostgresServer(DirectoryInfo folder, string[] settings) => (_folder, _settings) = (folder, settings);

    /// <summary>The folder of the programs, or null when PostgreSQL is not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin")).Order(StringComparer.Ordinal).LastOrDefault(Directory.Exists)
        : null;

    /// <summary>Where clients connect.</summary>
    public string SocketFolder => _folder.FullName;

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Makes a cluster and starts the server.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="settings">Settings in place of those that tests have, as name=value.</param>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken, params string[] settings)
    {
        // The path of a socket must be short, so it is not in a deep folder of this machine's choice.
        var server = new PostgresServer(Directory.CreateDirectory($"/tmp/ea-pg-{Guid.NewGuid():N}"[..18]), settings);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    server._folder.FullName,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            }

            if (Environment.UserName == "root")
            {
                await RunAsync("chown", [Account, server._folder.FullName], cancellationToken);
            }

            await RunAsync(Command("initdb"), [.. Arguments("initdb"), "-D", server.Data, "-U", Account, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], cancellationToken);
            await server.RestartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server after <see cref="Kill"/>, and returns when it takes connections.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await TryStartAsync(cancellationToken))
        {
            // Processes of the killed server still have its memory; they end by themselves.
            if (Stopwatch.GetElapsedTime(start) > StartTime)
            {
                throw new InvalidOperationException("PostgreSQL does not start.");
            }

            await Task.Delay(20, cancellationToken);
        }
    }

    /// <summary>Kills the server with SIGKILL, as a fault of the machine does: all its processes, as one that has a connection would answer a last time.</summary>
    public void Kill()
    {
        _process!.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>The processor time of the server, with its processes that ended.</summary>
    public TimeSpan ProcessorTime()
    {
        const int TicksASecond = 100;
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(static folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                // proc(5): after the name in brackets come state, parent, ...; the 12th to 15th are its own time and that of its children.
                var text = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                if (Path.GetFileName(folder) == _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))
                {
                    ticks += fields[11..15].Sum(long.Parse);
                }
                else if (fields[1] == _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))
                {
                    ticks += fields[11..13].Sum(long.Parse);
                }
            }
            catch (IOException)
            {
                // The process has ended.
            }
        }

        return TimeSpan.FromSeconds((double)ticks / TicksASecond);
    }

    /// <summary>Makes a database, and returns its address.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var name = $"d{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(AddressOf("postgres"), $"create database {name}", cancellationToken);
        return AddressOf(name);
    }

    public string AddressOf(string database) => $"postgres:///{database}?host={_folder.FullName}&username={Account}&timeout=5";

    public async Task ExecuteAsync(string address, string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString(address));
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The first value that a query gives in a database; null when there is none.</summary>
    public async Task<object?> ScalarAsync(string address, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(address));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken) is var value && value is DBNull ? null : value;
    }

    /// <summary>How a test connects by itself.</summary>
    public string ConnectionString(string address) =>
        new NpgsqlConnectionStringBuilder { Host = _folder.FullName, Username = Account, Database = address.Split('/', '?')[3], Pooling = false }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Kill();
        }

        // Its other processes may still write.
        for (var tries = 0; _folder.Exists && tries < 50; tries++)
        {
            try
            {
                _folder.Delete(recursive: true);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(20);
                _folder.Refresh();
            }
        }
    }

    private static string Command(string program) => Environment.UserName == "root" ? "setpriv" : Path.Combine(Programs!, program);

    // The server refuses to run as root.
    private static string[] Arguments(string program) =>
        Environment.UserName == "root" ? ["--reuid", Account, "--regid", Account, "--clear-groups", Path.Combine(Programs!, program)] : [];

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program}: {await output}{await error}");
        }
    }

    private async Task<bool> TryStartAsync(CancellationToken cancellationToken)
    {
        // Without fsync: what is killed here is the server, not the machine.
        string[] options = ["-D", Data, "-k", _folder.FullName, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100", "-c", "shared_buffers=64MB"];
        var process = Process.Start(new ProcessStartInfo(Command("postgres"), [.. Arguments("postgres"), .. options, .. _settings.SelectMany(static setting => new[] { "-c", setting })]) { UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var said = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            said.AppendLine(line);
            if (line.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                _process = process;
                return true;
            }
        }

        await process.WaitForExitAsync(cancellationToken);
        process.Dispose();
        return said.ToString() is var text && (text.Contains("shared memory", StringComparison.Ordinal) || text.Contains("lock file", StringComparison.Ordinal))
            ? false
            : throw new InvalidOperationException($"PostgreSQL does not start: {text}");
    }
}
