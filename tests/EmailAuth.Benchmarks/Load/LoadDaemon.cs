using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Benchmarks.Load;

/// <summary>A milter that runs in processes of its own, and what they take.</summary>
internal sealed class LoadDaemon : IAsyncDisposable
{
    private static readonly double TicksPerSecond = 100;

    private readonly Process _process;
    private readonly string _folder;

    private LoadDaemon(Process process, string folder, EndPoint endPoint)
    {
        _process = process;
        _folder = folder;
        EndPoint = endPoint;
    }

    public EndPoint EndPoint { get; }

    /// <summary>The processor time of it and its children.</summary>
    public TimeSpan ProcessorTime => TimeSpan.FromSeconds(Tree().Sum(static id => Ticks(id)) / TicksPerSecond);

    /// <summary>The memory that it and its children hold, in MB.</summary>
    public double Memory => Tree().Sum(static id => ResidentKilobytes(id)) / 1024;

    /// <summary>Starts a program, and waits until it accepts connections.</summary>
    /// <param name="folder">Its files, which go when it ends.</param>
    /// <param name="endPoint">Where it listens.</param>
    /// <param name="command">The program and its arguments.</param>
    public static async Task<LoadDaemon> StartAsync(string folder, EndPoint endPoint, params string[] command)
    {
        var log = Path.Combine(folder, "output.log");
        var arguments = string.Join(' ', command.Select(static word => $"'{word}'"));
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec {arguments} >'{log}' 2>&1 </dev/null"]) { UseShellExecute = false })!;
        var daemon = new LoadDaemon(process, folder, endPoint);
        var started = Stopwatch.GetTimestamp();
        while (!await daemon.AcceptsAsync().ConfigureAwait(false))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
            {
                var said = await File.ReadAllTextAsync(log).ConfigureAwait(false);
                await daemon.DisposeAsync().ConfigureAwait(false);
                throw new InvalidOperationException($"{command[0]} does not listen: {said}");
            }

            await Task.Delay(50).ConfigureAwait(false);
        }

        return daemon;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AcceptsAsync()
    {
        using var socket = new Socket(EndPoint.AddressFamily, SocketType.Stream, EndPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPoint).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private List<int> Tree()
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Stat(id) is { } stat)
            {
                parents[id] = int.Parse(stat[1], CultureInfo.InvariantCulture);
            }
        }

        var tree = new List<int> { _process.Id };
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(parents.Where(pair => pair.Value == tree[i]).Select(static pair => pair.Key));
        }

        return tree;
    }

    private static double Ticks(int id) =>
        Stat(id) is { } stat ? double.Parse(stat[11], CultureInfo.InvariantCulture) + double.Parse(stat[12], CultureInfo.InvariantCulture) : 0;

    private static double ResidentKilobytes(int id)
    {
        const string Name = "VmRSS:";
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(static line => line.StartsWith(Name, StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line[Name.Length..].Replace("kB", null, StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has ended
        }
    }

    // The fields after the program's name, which may hold spaces: the state is the first, the parent the second (proc(5)).
    private static string[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // it has ended
        }
    }
}
