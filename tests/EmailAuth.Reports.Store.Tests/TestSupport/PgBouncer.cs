using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>A real pgbouncer in transaction mode, reachable through a socket in its folder only: each transaction may get another connection of the server.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const int Port = 6432;

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private PgBouncer(DirectoryInfo folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>The program, or null when it is not installed.</summary>
    public static string? Program { get; } = File.Exists("/usr/sbin/pgbouncer") ? "/usr/sbin/pgbouncer" : null;

    /// <summary>Starts it before a server.</summary>
    /// <param name="server">The server.</param>
    /// <param name="poolSize">How many connections it has to a database.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<PgBouncer> StartAsync(PostgresServer server, int poolSize, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory($"/tmp/ea-pb-{Guid.NewGuid():N}"[..18]);
        var settings = Path.Combine(folder.FullName, "pgbouncer.ini");
        var users = Path.Combine(folder.FullName, "users");
        await File.WriteAllTextAsync(users, "\"postgres\" \"\"\n", cancellationToken);
        await File.WriteAllTextAsync(
            settings,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                [databases]
                * = host={server.SocketFolder}
                [pgbouncer]
                unix_socket_dir = {folder.FullName}
                listen_port = {Port}
                auth_type = trust
                auth_file = {users}
                pool_mode = transaction
                default_pool_size = {poolSize}
                max_client_conn = 500
                server_idle_timeout = 1
                server_login_retry = 1

                """),
            cancellationToken);

        // It refuses to run as root, too.
        var isRoot = Environment.UserName == "root";
        if (isRoot)
        {
            using var owner = Process.Start("chown", ["-R", "postgres", folder.FullName]);
            await owner.WaitForExitAsync(cancellationToken);
        }

        string[] arguments = isRoot ? ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", Program!, settings] : [settings];
        var process = Process.Start(new ProcessStartInfo(isRoot ? "setpriv" : Program!, arguments) { UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var said = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            said.AppendLine(line);
            if (line.Contains("process up", StringComparison.Ordinal))
            {
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new PgBouncer(folder, process);
            }
        }

        throw new InvalidOperationException($"pgbouncer does not start: {said}");
    }

    /// <summary>The address of a database of the server, through pgbouncer.</summary>
    public string AddressOf(string address) =>
        string.Create(CultureInfo.InvariantCulture, $"postgres:///{address.Split('/', '?')[3]}?host={_folder.FullName}&port={Port}&username=postgres&timeout=30");

    public ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
