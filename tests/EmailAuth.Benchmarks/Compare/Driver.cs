using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>
/// A peer in a process of its own, which stays and times itself. Its program takes lines of fields between tabs: "record NAME TYPE DATA" and
/// "item FIELD..." say what there is, "check ITEM" is answered with a verdict, and "time NANOSECONDS VERDICT ITEM..." with how many were judged,
/// in how many nanoseconds of processor time, and how many verdicts were others. It loads the items before its clock starts, begins with a line "ready NAME" or
/// "absent WHY", and ends when its input does.
/// </summary>
internal sealed class Driver : Contestant
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private string _name = "";

    private Driver(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(e.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    public override string Name => _name;

    /// <summary>Starts a driver and tells it the corpus.</summary>
    /// <returns>The driver, or why there is none.</returns>
    public static async Task<(Driver? Driver, string? Absent)> StartAsync(ProcessStartInfo start, Corpus corpus, CancellationToken cancellationToken)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (null, $"there is no {start.FileName}");
        }

        var driver = new Driver(process);
        try
        {
            var greeting = await driver.AnswerAsync(cancellationToken).ConfigureAwait(false);
            if (greeting is not ["ready", var name])
            {
                await driver.DisposeAsync().ConfigureAwait(false);
                return (null, greeting is ["absent", var why] ? why : string.Join(' ', greeting));
            }

            driver._name = name;
            foreach (var (record, type, data) in corpus.Records)
            {
                await driver.TellAsync(["record", record, type, data], cancellationToken).ConfigureAwait(false);
            }

            foreach (var item in corpus.Items)
            {
                await driver.TellAsync(["item", .. item], cancellationToken).ConfigureAwait(false);
            }

            return (driver, null);
        }
        catch (DriverException e)
        {
            await driver.DisposeAsync().ConfigureAwait(false);
            return (null, e.Message);
        }
        catch (OperationCanceledException)
        {
            await driver.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask<string> CheckAsync(int item, CancellationToken cancellationToken)
    {
        await TellAsync(["check", Text(item)], cancellationToken).ConfigureAwait(false);
        return string.Join(' ', await AnswerAsync(cancellationToken).ConfigureAwait(false));
    }

    public override async ValueTask<Timing> TimeAsync(Row row, TimeSpan budget, CancellationToken cancellationToken)
    {
        await TellAsync(["time", Text((long)budget.TotalNanoseconds), row.Expected, .. row.Timed.Select(item => Text(item))], cancellationToken).ConfigureAwait(false);
        var answer = await AnswerAsync(cancellationToken).ConfigureAwait(false);
        return answer is [var count, var nanoseconds, var wrong]
            ? new Timing(Number(count), Number(nanoseconds), Number(wrong))
            : throw Failure($"answered '{string.Join(' ', answer)}'");
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _process.Dispose();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Failure($"answered '{text}'");

    private async Task TellAsync(string[] fields, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(string.Join('\t', fields).AsMemory(), cancellationToken).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw Failure("ended");
        }
    }

    private async Task<string[]> AnswerAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var line = await _process.StandardOutput.ReadLineAsync(patience.Token).ConfigureAwait(false);
            return line?.Split('\t') ?? throw Failure("ended");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            _process.Kill(entireProcessTree: true);
            throw Failure($"said nothing for {Patience.TotalSeconds:0} seconds");
        }
    }

    private DriverException Failure(string what)
    {
        if (_process.WaitForExit(1000))
        {
            // All of its errors have been read only after this.
            _process.WaitForExit();
            what += $" (exit code {_process.ExitCode})";
        }

        lock (_errors)
        {
            return new DriverException($"{what} {_errors.ToString().Trim()}".Trim());
        }
    }
}
