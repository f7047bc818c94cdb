using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Benchmarks.Dns;

/// <summary>c-ares, in a process of its own, through a small program that is compiled when it is needed.</summary>
internal sealed class CaresPeer : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-cares-");

    private string Program => Path.Combine(_folder.FullName, "cares");

    public string Name { get; private set; } = "c-ares";

    /// <summary>Compiles it, or says why that cannot be.</summary>
    public static async Task<(CaresPeer? Peer, string? Absent)> CompileAsync()
    {
        var peer = new CaresPeer();
        var source = Path.Combine(AppContext.BaseDirectory, "Compare", "peers", "cares.c");
        try
        {
            var (code, _, error) = await RunAsync("gcc", ["-O2", "-w", "-o", peer.Program, source, "-lcares"]).ConfigureAwait(false);
            if (code == 0)
            {
                return (peer, null);
            }

            peer.Dispose();
            return (null, error.Split('\n')[0]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            peer.Dispose();
            return (null, "there is no gcc");
        }
    }

    /// <summary>Asks so many questions, and says how many microseconds of processor time one takes.</summary>
    public async Task<double> MeasureAsync(int port, int count, int inFlight, long first)
    {
        string[] arguments = [.. new long[] { port, count, inFlight, first }.Select(number => number.ToString(CultureInfo.InvariantCulture))];
        var (code, output, error) = await RunAsync(Program, arguments).ConfigureAwait(false);
        if (code != 0 || output.Split(' ') is not [var used, "0", var version])
        {
            throw new InvalidOperationException($"c-ares was not answered: {output}{error}");
        }

        Name = $"c-ares {version.Trim()}";
        return double.Parse(used, CultureInfo.InvariantCulture) / count;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return (process.ExitCode, output, await error.ConfigureAwait(false));
    }
}
