using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>Many messages through a real server, with 1, 2 and 4 workers: the results are those of <c>emailauth batch</c>.</summary>
/// <remarks>
/// EMAILAUTH_TEST_NATS_MESSAGES is the number for each count of workers; without it 20,000 for four workers and 2,000 for fewer. The output has
/// the rates and what a message costs; "nats" of .ci/long runs it with 200,000.
/// </remarks>
public sealed class WorkerCountTests(ITestOutputHelper output)
{
    private static readonly int? Given = int.TryParse(Environment.GetEnvironmentVariable("EMAILAUTH_TEST_NATS_MESSAGES"), CultureInfo.InvariantCulture, out var number) ? number : null;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(2, 2_000)]
    [InlineData(4, 20_000)]
    public async Task The_results_are_those_of_batch(int workers, int messages)
    {
        messages = Given ?? messages;
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(TimeSpan.FromSeconds(30));
        var lines = NatsWork.Lines(messages);
        using var file = new TemporaryFile(lines, ".jsonl");
        var (expected, before) = await BatchAsync(lines);
        var served = server.ProcessorTime;

        var start = Stopwatch.GetTimestamp();
        var submitted = await CommandRun.OfAsync(work.SubmitArguments("--lines", file.Path));
        var submitting = Stopwatch.GetElapsedTime(start);
        Assert.Equal((0, $"{messages} messages submitted\n", ""), (submitted.ExitCode, submitted.Output, submitted.Error));
        Assert.Equal(messages, await work.LinesLeftAsync());
        var stored = server.ProcessorTime;

        start = Stopwatch.GetTimestamp();
        var processes = Enumerable.Range(0, workers).Select(_ => WorkerProcess.Start(work.WorkerArguments())).ToList();
        await work.UntilDoneAsync(messages);
        var elapsed = Stopwatch.GetElapsedTime(start);
        var used = TimeSpan.Zero;
        foreach (var process in processes)
        {
            used += process.ProcessorTime;
            var (exitCode, error) = await process.StopAsync();
            Assert.True(exitCode == 0, error);
            Assert.DoesNotContain("warning", error, StringComparison.Ordinal);
            process.Dispose();
        }

        var done = server.ProcessorTime;
        await work.AssertResultsAsync(expected);
        Assert.Equal(0, await work.LinesLeftAsync());

        // On a busy machine the same work takes more time at one moment than at another: before and after.
        var (_, after) = await BatchAsync(lines);
        var batch = (before + after) / 2;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{workers} workers, {messages} messages: submitted {messages / submitting.TotalSeconds:F0}/s; judged {messages / elapsed.TotalSeconds:F0}/s, {used.TotalMicroseconds / messages:F0} us of processor time each; batch {batch.TotalMicroseconds / messages:F0} us, {batch / used:P0} of the rate per CPU second; nats-server {(stored - served).TotalMicroseconds / messages:F0} us to store a line, {(done - stored).TotalMicroseconds / messages:F0} us for its delivery, acknowledgement and result"));
    }

    // The processor time is the whole process's, as that of the workers is.
    private static async Task<(string[] Results, TimeSpan Used)> BatchAsync(string lines)
    {
        var batch = CommandRun.StartInfo(["batch", "--zone", NatsWork.Zone, "--authserv-id", NatsWork.Host]);
        var start = new ProcessStartInfo("bash", ["-c", "TIMEFORMAT='%U %S'; time \"$@\"", "batch", batch.FileName, .. batch.ArgumentList])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = batch.WorkingDirectory,
        };
        using var process = Process.Start(start)!;
        var (reading, timing) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(lines), Cancel);
        process.StandardInput.Close();
        var results = (await reading).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
        var seconds = (await timing).Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Sum(static text => double.Parse(text, CultureInfo.InvariantCulture));
        return (results, TimeSpan.FromSeconds(seconds));
    }
}
