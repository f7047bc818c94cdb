using System.Diagnostics;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>A collector that follows, in a process of its own.</summary>
internal sealed class CollectorProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    private CollectorProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public static CollectorProcess Start(string store, params IEnumerable<string> journals) => new(Process.Start(CommandRun.StartInfo(
        [.. Arguments(store, journals), "--follow"]))!);

    /// <summary>Imports what is left, with a collector that ends by itself.</summary>
    public static async Task FinishAsync(string store, params IEnumerable<string> journals)
    {
        var run = await CommandRun.OfAsync(Arguments(store, journals));
        Assert.True(run.ExitCode == 0, run.Error);
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Ends it as a service manager does, and returns what it said.</summary>
    public async Task<(int ExitCode, string Error)> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

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

    private static string[] Arguments(string store, IEnumerable<string> journals) =>
        ["reports", "collect", "--store", store, "--keep", "0", "--batch", "300", .. journals.SelectMany(static folder => new[] { "--journal", folder })];
}
