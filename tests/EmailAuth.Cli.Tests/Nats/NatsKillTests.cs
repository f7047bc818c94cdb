using System.Globalization;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>kill -9 of workers, of runs that submit, and of nats-server at random moments: each message is in the stream once and has one result.</summary>
/// <remarks>
/// nats-server 2.9 removes a line of a work queue when it is acknowledged, but writes that later than the consumer's state: after a kill, the stream
/// can have lines that the consumer is done with. They have their result, and a consumer that is made again has them all acknowledged a second time.
/// EMAILAUTH_TEST_KILLS is the number of rounds; EMAILAUTH_TEST_SEED repeats the moments of a run.
/// </remarks>
public sealed class NatsKillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AckWait = TimeSpan.FromSeconds(2);
    private static readonly int Rounds = Number("EMAILAUTH_TEST_KILLS") ?? 4;
    private static readonly int Messages = Rounds > 4 ? 3000 : 1500;
    private static readonly int Seed = Number("EMAILAUTH_TEST_SEED") ?? Environment.TickCount;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_message_has_one_result_whatever_is_killed()
    {
        output.WriteLine($"EMAILAUTH_TEST_SEED={Seed}");
        var random = new Random(Seed);
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);

        // The shortest window: what holds must not depend on it.
        await work.CreateAsync(AckWait, TimeSpan.FromMilliseconds(100));
        var lines = NatsWork.Lines(Messages);
        var expected = await NatsWork.BatchAsync(lines);
        using var file = new TemporaryFile(lines, ".jsonl");
        Assert.Equal(0, (await CommandRun.OfAsync(work.SubmitArguments("--lines", file.Path))).ExitCode);

        // A line in flight in a killed worker counts as delivered.
        string[] arguments = work.WorkerArguments("--max-deliver", "1000000", "--in-flight", "64");
        var workers = Enumerable.Range(0, 3).Select(_ => WorkerProcess.Start(arguments)).ToArray();
        for (var round = 1; round <= Rounds; round++)
        {
            await Task.Delay(random.Next(400), Cancel);
            var killed = random.Next(workers.Length);
            workers[killed].Dispose();
            if (round % 2 == 0)
            {
                server.Kill();
                await server.RestartAsync();
            }

            workers[killed] = WorkerProcess.Start(arguments);
            await RestartAsync(workers, arguments);
        }

        for (var done = work.UntilResultsAsync(Messages); !done.IsCompletedSuccessfully; await Task.WhenAny(done, Task.Delay(1000, Cancel)))
        {
            if (done.IsCompleted)
            {
                await done;
            }

            await RestartAsync(workers, arguments);
        }

        foreach (var worker in workers)
        {
            var (exitCode, error) = await worker.StopAsync();
            Assert.True(exitCode == 0 || HasMetAKilledServer(exitCode, error) || WasInterruptedAtItsStart(exitCode, error), error);
            worker.Dispose();
        }

        await work.AssertResultsAsync(expected);
        var left = await work.LinesLeftAsync();
        output.WriteLine($"{left} lines are left");
        if (left > 0)
        {
            // What src/WORKERS.md says to do.
            await work.MakeConsumerAgainAsync(AckWait);
            using var worker = WorkerProcess.Start(arguments);
            await work.UntilEmptyAsync();
            var (exitCode, error) = await worker.StopAsync();
            Assert.True(exitCode == 0, error);
            await work.AssertResultsAsync(expected);
        }

        Assert.Equal(0, await work.LinesLeftAsync());
        Assert.Empty(await work.ReadAsync($"{NatsWork.Results}.dead.*"));
    }

    // As a service manager does: a worker whose first connection meets a server that is being killed ends, and says so.
    private static async Task RestartAsync(WorkerProcess[] workers, string[] arguments)
    {
        for (var i = 0; i < workers.Length; i++)
        {
            while (workers[i].HasEnded)
            {
                var (exitCode, error) = await workers[i].EndAsync();
                Assert.True(HasMetAKilledServer(exitCode, error), error);
                workers[i].Dispose();
                workers[i] = WorkerProcess.Start(arguments);
                await Task.Delay(500, Cancel);
            }
        }
    }

    // Its questions at the start had no answer, which it learns after 10 s.
    private static bool HasMetAKilledServer(int exitCode, string error) => exitCode == 3 && !error.Contains("working on", StringComparison.Ordinal)
        && (error.Contains("emailauth: the NATS server: ", StringComparison.Ordinal) || error.Contains("emailauth: cannot connect to nats:", StringComparison.Ordinal));

    // All results may be there while the worker that was started last still asks for its stream.
    private static bool WasInterruptedAtItsStart(int exitCode, string error) =>
        exitCode == 130 && !error.Contains("working on", StringComparison.Ordinal) && error.TrimEnd().EndsWith("emailauth: interrupted", StringComparison.Ordinal);

    [Fact]
    public async Task A_run_that_is_killed_and_goes_on_puts_each_message_into_the_stream_once()
    {
        output.WriteLine($"EMAILAUTH_TEST_SEED={Seed}");
        var random = new Random(Seed);
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.Context.CreateStreamAsync(
            new StreamConfig(NatsWork.Stream, [$"{NatsWork.Stream}.>"]) { DuplicateWindow = TimeSpan.FromHours(1) }, Cancel);
        using var folder = new TemporaryFolder();
        var lines = folder.Write("lines.jsonl", NatsWork.Lines(Messages));
        string[] arguments = work.SubmitArguments("--manifest", folder.PathOf("run.jsonl"), "--in-flight", "64", "--lines", lines);
        for (var round = 1; round <= Rounds; round++)
        {
            using var run = WorkerProcess.Start(arguments);
            await Task.Delay(random.Next(400), Cancel);
            if (round % 2 == 0)
            {
                server.Kill();
                await server.RestartAsync();
            }
        }

        var last = await CommandRun.OfAsync(arguments);
        Assert.True(last.ExitCode == 0, last.Error);
        output.WriteLine(last.Output);
        var stored = await work.ReadAsync($"{NatsWork.Stream}.>", NatsWork.Stream);
        Assert.Equal(Messages, stored.Count);
        Assert.Equal(
            (await File.ReadAllLinesAsync(lines, Cancel)).Order(StringComparer.Ordinal), stored.Select(static line => line.Data!).Order(StringComparer.Ordinal));
        var again = await CommandRun.OfAsync(arguments);
        Assert.Equal((0, $"0 messages submitted, {Messages} were submitted before\n"), (again.ExitCode, again.Output));
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
