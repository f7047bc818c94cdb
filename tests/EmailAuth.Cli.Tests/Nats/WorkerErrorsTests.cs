using NATS.Client.JetStream.Models;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>What is missing or does not fit is said in one line, with what to do.</summary>
public sealed class WorkerErrorsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_does_not_exist_is_named_with_what_to_do()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await RefusedAsync(work.WorkerArguments(), 3, "there is no stream 'MAIL': make it, or let --create do it");
        await RefusedAsync(work.SubmitArguments("testdata/messages"), 3, "there is no stream 'MAIL': make it, or let --create do it");
        await work.Context.CreateStreamAsync(new StreamConfig("MAIL", ["MAIL.x", "MAIL.x.y.z", "other"]), Cancel);
        await RefusedAsync(work.SubmitArguments("testdata/messages"), 3, "the stream 'MAIL' does not take the subject MAIL.lines: give one of its subjects with --subject");
        await RefusedAsync(work.WorkerArguments(), 3, "no stream keeps results.*, which --results needs");
        await RefusedAsync(work.WorkerArguments("--results", "MAIL.x", "--create"), 3, "cannot make the stream 'MAIL_x' for MAIL.x.>: ", isOnlyResults: true);
        await work.Context.CreateStreamAsync(new StreamConfig("results", ["results.*"]), Cancel);
        await RefusedAsync(work.WorkerArguments(), 3, "no stream keeps results.dead.*, which --dead-letters needs");
        await RefusedAsync(work.SubmitArguments("--subject", "results.1", "testdata/messages"), 3, "the subject results.1 is of the stream 'results', not of 'MAIL'");
        await RefusedAsync(work.WorkerArguments("--dead-letters", "results"), 3, "the stream 'MAIL' has no consumer 'judge'");
    }

    [Fact]
    public async Task Streams_and_consumers_that_cannot_do_the_work_are_refused()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(TimeSpan.FromSeconds(30), retention: StreamConfigRetention.Limits);
        await RefusedAsync(["worker", .. work.WorkerArguments()[1..7], "--results", "MAIL.results", "--create"], 2, "--results must not be a subject of the stream 'MAIL'");
        await ConsumerAsync(work, new ConsumerConfig("limited") { MaxDeliver = 5 });
        await ConsumerAsync(work, new ConsumerConfig("unacknowledged") { AckPolicy = ConsumerConfigAckPolicy.None });
        await ConsumerAsync(work, new ConsumerConfig("push") { DeliverSubject = "somewhere" });
        await RefusedAsync(Arguments("limited"), 3, "delivers a message 5 times at most");
        await RefusedAsync(Arguments("unacknowledged"), 3, "its ack policy must be explicit");
        await RefusedAsync(Arguments("push"), 3, "is a push consumer");

        string[] Arguments(string consumer) => ["worker", "--nats", server.Url, "--stream", "MAIL", "--consumer", consumer, "--results", "results", "--zone", NatsWork.Zone];
    }

    [Theory]
    [InlineData("--nats must not have a user or a password", "--nats", "nats://joe:secret@127.0.0.1:1")]
    [InlineData("--nats must be nats://HOST:PORT", "--nats", "http://127.0.0.1:1")]
    [InlineData("--nats must be nats://HOST:PORT", "--nats", "127.0.0.1")]
    [InlineData("--nats must be nats://HOST:PORT", "--nats", "nats://127.0.0.1:1,")]
    [InlineData("--stream must be a name", "--stream", "a.b")]
    [InlineData("--consumer must be a name", "--consumer", "a>")]
    [InlineData("--results must be a subject", "--results", "a.*")]
    [InlineData("--results must be a subject", "--results", "a..b")]
    [InlineData("--results must be a subject", "--results", "$JS.API")]
    [InlineData("--dead-letters must be a subject", "--dead-letters", "a b")]
    [InlineData("--max-deliver must be a number", "--max-deliver", "0")]
    [InlineData("--in-flight must be a number", "--in-flight", "0")]
    [InlineData("--drain-timeout must be a number", "--drain-timeout", "-1")]
    [InlineData("--listen must be", "--listen", "nowhere")]
    [InlineData("--listen must be", "--listen", "unix:/tmp/x")]
    [InlineData("exclude each other", "--nats-user", "joe", "--nats-token-file", "x")]
    [InlineData("--nats-cert and --nats-cert-key belong together", "--nats-cert", "x")]
    [InlineData("--nats-user needs a password", "--nats-user", "joe")]
    public async Task A_wrong_option_is_refused(string reason, params string[] options)
    {
        string[] needed = ["--nats", "nats://127.0.0.1:1", "--stream", "MAIL", "--consumer", "judge", "--results", "results"];
        var others = needed.Chunk(2).Where(pair => pair[0] != options[0]).SelectMany(static pair => pair);
        var run = await CommandRun.OfAsync(["worker", .. others, .. options, "--zone", NatsWork.Zone]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nats")]
    [InlineData("--stream")]
    [InlineData("--consumer")]
    [InlineData("--results")]
    public async Task An_option_that_is_needed_is_named(string option)
    {
        string[] needed = ["--nats", "nats://127.0.0.1:1", "--stream", "MAIL", "--consumer", "judge", "--results", "results"];
        var run = await CommandRun.OfAsync(["worker", .. needed.Chunk(2).Where(pair => pair[0] != option).SelectMany(static pair => pair)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_has_no_JetStream_is_named()
    {
        await RefusedAsync(["submit", "--nats", "nats://127.0.0.1:1", "--stream", "MAIL", "testdata/messages"], 3, "cannot connect to nats://127.0.0.1:1: ");
    }

    private static async Task ConsumerAsync(NatsWork work, ConsumerConfig config) => await work.Context.CreateOrUpdateConsumerAsync("MAIL", config, Cancel);

    private static async Task RefusedAsync(string[] arguments, int exitCode, string reason, bool isOnlyResults = false)
    {
        // The last of two equal options would be an error of its own.
        if (isOnlyResults)
        {
            var at = Array.IndexOf(arguments, "--results");
            arguments = [.. arguments[..at], .. arguments[(at + 2)..]];
        }

        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
