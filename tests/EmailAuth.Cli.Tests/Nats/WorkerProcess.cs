using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>A worker, or a run that submits, in a process of its own.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private WorkerProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public static WorkerProcess Start(string[] arguments) => new(Process.Start(CommandRun.InterruptibleStartInfo(arguments))!);

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan ProcessorTime => _process.TotalProcessorTime;

    public bool HasEnded => _process.HasExited;

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends it as a service manager does, and returns what it said.</summary>
    public async Task<(int ExitCode, string Error)> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        return await EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Error)> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (_process.ExitCode, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
