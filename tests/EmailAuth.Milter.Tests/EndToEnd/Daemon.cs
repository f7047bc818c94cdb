using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>A program that runs in the background, and what it says.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    // Where the tests were started with nohup, SIGHUP is ignored by all that they start, too: a signal that a test sends would be lost.
    private static readonly string[] WithHangup = IgnoresHangup() ? [Programs.Find("env")!, "--default-signal=HUP"] : [];

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Daemon(Process process)
    {
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public Process Process => _process;

    /// <summary>Processor time that the program has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program and waits until it answers.</summary>
    public static async Task<Daemon> StartAsync(string program, IEnumerable<string> arguments, Func<Task<bool>> answers)
    {
        string[] command = [.. WithHangup, program, .. arguments];
        var daemon = new Daemon(Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        })!);
        try
        {
            await Eventually.AsyncTrue(
                async () => daemon._process.HasExited || await answers(), () => $"{program} does not answer: {daemon.Output}");
            Assert.False(daemon._process.HasExited, $"{program} ended at once: {daemon.Output}");
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Whether something listens at a port of this machine.</summary>
    public static Task<bool> ListensAsync(int port) => ListensAsync(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Whether something listens at an address of this machine.</summary>
    public static async Task<bool> ListensAsync(IPEndPoint endPoint)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    // The first bit of the mask in Linux's proc is signal 1.
    private static bool IgnoresHangup() =>
        OperatingSystem.IsLinux() &&
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } ignored &&
        (Convert.ToUInt64(ignored[7..].Trim(), 16) & 1) != 0;

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
