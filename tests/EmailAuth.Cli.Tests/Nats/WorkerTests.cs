using System.Globalization;
using System.Text;
using EmailAuth.Cli.Nats;
using EmailAuth.Cli.Tests.Serve;
using EmailAuth.Tests.TestSupport;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>What becomes of single lines: results, lines that cannot be judged, lines that come again, the end of a worker.</summary>
public sealed class WorkerTests
{
    private static readonly TimeSpan AckWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_makes_what_is_missing_judges_and_ends_with_a_signal()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        var lines = NatsWork.Lines(3);
        using var file = new TemporaryFile(lines, ".jsonl");
        var submitted = await CommandRun.OfAsync(work.SubmitArguments("--create", "--lines", file.Path));
        Assert.Equal((0, "3 messages submitted\n", ""), (submitted.ExitCode, submitted.Output, submitted.Error));
        using var worker = WorkerProcess.Start(work.WorkerArguments("--create"));
        await UntilConsumerAsync(work);
        await work.UntilDoneAsync(3);
        var (exitCode, error) = await worker.StopAsync();
        Assert.Equal(0, exitCode);
        Assert.EndsWith("emailauth: ended after 3 messages\n", error, StringComparison.Ordinal);
        await work.AssertResultsAsync(await NatsWork.BatchAsync(lines));

        // A line that was acknowledged is gone, and what was made is made once.
        Assert.Equal(0, await work.LinesLeftAsync());
        using var again = WorkerProcess.Start(work.WorkerArguments("--create"));
        await work.PutAsync(Encoding.UTF8.GetBytes(lines.Split('\n')[0]), "again");
        await work.UntilDoneAsync(4);
        Assert.Equal(0, (await again.StopAsync()).ExitCode);
        Assert.Equal("again", (await work.ReadAsync())[3].Subject.Split('.')[1]);
    }

    [Fact]
    public async Task A_line_that_cannot_be_judged_has_a_result_that_says_why_and_a_copy()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(AckWait);
        string[] lines =
        [
            NatsWork.Lines(1).TrimEnd('\n'), "nonsense", "[]", """{"id":"no input"}""", "{\"id\":\"1\",\"input\":{\"message_b64\":\"*\"}}",
            """{"id":"1","zone":{"x":[{"type":"A","data":"not an address"}]},"input":{}}""", "\u0001\r\n{\"Injected: x", "{}",
        ];
        foreach (var line in lines)
        {
            await work.PutAsync(Encoding.UTF8.GetBytes(line));
        }

        await work.PutAsync([], "empty");
        using var worker = WorkerProcess.Start(work.WorkerArguments());
        await work.UntilDoneAsync(lines.Length + 1);
        var (exitCode, error) = await worker.StopAsync();
        Assert.Equal(0, exitCode);

        // As batch says it of its line with this number. Batch skips an empty line, so the last one is compared apart.
        var results = (await work.ReadAsync()).Select(static result => result.Data!).Order(StringComparer.Ordinal).ToList();
        var expected = await NatsWork.BatchAsync(string.Join('\n', lines.Select(static line => line.Replace("\n", "", StringComparison.Ordinal))));
        Assert.Equal(9, results.Count);
        foreach (var line in expected.Where((_, index) => index != 6))
        {
            Assert.Contains(line, results);
        }

        Assert.Single(results, static result => result.StartsWith("""{"id":null,"error":"line 9: """, StringComparison.Ordinal));
        var letters = await work.ReadAsync($"{NatsWork.Results}.dead.*");
        Assert.Equal(8, letters.Count);
        Assert.Equal(lines.Skip(1).Append("").Order(StringComparer.Ordinal), letters.Select(static letter => letter.Data ?? "").Order(StringComparer.Ordinal));
        Assert.All(letters, static letter =>
        {
            Assert.Equal(NatsWork.Stream, letter.Headers![LineWork.StreamHeader].ToString());
            Assert.Equal("1", letter.Headers[LineWork.DeliveriesHeader].ToString());
            Assert.DoesNotContain("Injected", letter.Headers.Keys);
        });
        var named = Assert.Single(letters, static letter => letter.Subject == $"{NatsWork.Results}.dead.empty");
        Assert.Equal(("9", "empty"), (named.Headers![LineWork.SequenceHeader].ToString(), named.Headers[LineWork.IdHeader].ToString()));
        Assert.Equal(8, error.Split("is now a dead letter: ").Length - 1);
        Assert.Equal(0, await work.LinesLeftAsync());
    }

    [Fact]
    public async Task A_line_that_no_worker_finished_is_given_up()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(AckWait);
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(1)), "deadly");
        var consumer = await work.Context.GetConsumerAsync(NatsWork.Stream, NatsWork.Consumer, Cancel);
        for (var delivery = 0; delivery < 3; delivery++)
        {
            var message = await consumer.NextAsync<string>(cancellationToken: Cancel);
            await message!.NakAsync(cancellationToken: Cancel);
        }

        using var worker = WorkerProcess.Start(work.WorkerArguments("--max-deliver", "3", "--dead-letters", "results.given-up"));
        await work.UntilDoneAsync(1);
        Assert.Equal(0, (await worker.StopAsync()).ExitCode);
        var letter = Assert.Single(await work.ReadAsync("results.given-up.*"));
        Assert.Equal("delivered 3 times, and no worker finished it", letter.Headers![LineWork.ReasonHeader].ToString());
        Assert.Equal(NatsWork.Lines(1), letter.Data);
        var result = Assert.Single(await work.ReadAsync());
        Assert.Equal("""{"id":null,"error":"line 1: delivered 3 times, and no worker finished it"}""", result.Data);
    }

    [Fact]
    public async Task A_message_that_is_twice_in_the_stream_has_one_result()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);

        // The server forgets ids after the shortest time that it allows.
        await work.CreateAsync(AckWait, TimeSpan.FromMilliseconds(100));
        var line = Encoding.UTF8.GetBytes(NatsWork.Lines(1));
        await work.PutAsync(line, "one.message");
        while (await work.LinesLeftAsync() < 2)
        {
            await Task.Delay(50, Cancel);
            await work.PutAsync(line, "one.message");
        }

        await using var run = await InProcessAsync(work, NatsWork.Zone);
        await work.UntilDoneAsync(1);
        await run.StopAsync();
        Assert.Single(await work.ReadAsync());
        Assert.Equal(0, await work.LinesLeftAsync());
    }

    [Fact]
    public async Task Lines_that_a_consumer_made_again_delivers_again_keep_their_results()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);

        // The stream keeps what was acknowledged, as one does whose server was killed before it had removed it.
        await work.CreateAsync(AckWait, retention: StreamConfigRetention.Limits);
        var lines = NatsWork.Lines(3);
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await work.PutAsync(Encoding.UTF8.GetBytes(line));
        }

        await using (var first = await InProcessAsync(work, NatsWork.Zone))
        {
            await work.UntilDoneAsync(3);
        }

        var results = await work.ReadAsync();
        Assert.Equal(3, await work.LinesLeftAsync());
        await work.MakeConsumerAgainAsync(AckWait);
        await using (var again = await InProcessAsync(work, NatsWork.Zone))
        {
            await work.UntilDoneAsync(3);
            await again.StopAsync();
            Assert.Contains("ended after 3 messages", again.Log, StringComparison.Ordinal);
        }

        await work.AssertResultsAsync(await NatsWork.BatchAsync(lines));
        Assert.Equal(results.Select(static result => result.Metadata!.Value.Sequence.Stream), (await work.ReadAsync()).Select(static result => result.Metadata!.Value.Sequence.Stream));
    }

    [Fact]
    public async Task Lines_that_stay_after_their_acknowledgement_are_reported_once()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(AckWait);
        await work.PutAsync("1"u8.ToArray());
        await work.PutAsync("2"u8.ToArray());
        using var log = new StringWriter();
        var left = new LeftLines(work.Context, NatsWork.Stream, new WorkerLog(log));

        // The server is not killed for this: the consumer that has it all behind it is made up.
        var consumer = (await work.Context.GetConsumerAsync(NatsWork.Stream, NatsWork.Consumer, Cancel)).Info;
        await LookTwiceAsync(consumer);
        await LookTwiceAsync(consumer with { NumPending = 0, NumAckPending = 2, Delivered = Sequence(2) });
        await LookTwiceAsync(consumer with { NumPending = 0, Delivered = Sequence(1) });
        await LookTwiceAsync(consumer with { NumPending = 0, Delivered = Sequence(2), Config = consumer.Config with { FilterSubject = "MAIL.some" } });
        await left.LookAsync(consumer with { NumPending = 0, NumAckPending = 1, Delivered = Sequence(2) }, Cancel);
        Assert.Empty(log.ToString());
        await LookTwiceAsync(consumer with { NumPending = 0, Delivered = Sequence(2) });
        await LookTwiceAsync(consumer with { NumPending = 0, Delivered = Sequence(2) });
        Assert.StartsWith("emailauth: warning: the stream 'MAIL' has 2 lines that were acknowledged", Assert.Single(log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

        async Task LookTwiceAsync(ConsumerInfo info)
        {
            await left.LookAsync(info, Cancel);
            await left.LookAsync(info, Cancel);
        }

        static SequenceInfo Sequence(ulong number) => new() { StreamSeq = number };
    }

    [Fact]
    public async Task A_longest_line_and_its_dead_letter_fit()
    {
        const int MaxPayload = 64 * 1024;
        await using var server = await NatsServer.StartAsync($"max_payload: {MaxPayload}");
        await using var work = new NatsWork(server);
        await work.CreateAsync(AckWait);

        // Exactly as much as the server takes with and without JetStream's own needs; and one that is judged.
        await work.PutAsync(Encoding.ASCII.GetBytes(new string('x', MaxPayload)));
        var message = Encoding.ASCII.GetBytes($"From: a@example.com\r\n\r\n{new string('y', 45_000)}\r\n");
        await work.PutAsync(Encoding.ASCII.GetBytes(NatsWork.Line("large", message)));
        using var worker = WorkerProcess.Start(work.WorkerArguments("--in-flight", "1"));
        await work.UntilDoneAsync(2);
        Assert.Equal(0, (await worker.StopAsync()).ExitCode);
        var letter = Assert.Single(await work.ReadAsync($"{NatsWork.Results}.dead.*"));
        Assert.Equal(MaxPayload.ToString(CultureInfo.InvariantCulture), letter.Headers![LineWork.LengthHeader].ToString());
        Assert.Equal(new string('x', MaxPayload - 2048), letter.Data);
        var results = await work.ReadAsync();
        Assert.Equal(2, results.Count);
        Assert.Single(results, static result => result.Data!.StartsWith("""{"id":"large","spf":""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_in_flight_is_finished_at_the_end_and_nothing_more_is_begun()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(AckWait);
        var lines = NatsWork.Lines(5).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines.Take(4))
        {
            await work.PutAsync(Encoding.UTF8.GetBytes(line));
        }

        var resolver = new HeldResolver(ServeRun.Zone);
        await using var run = await InProcessAsync(work, resolver, options => options with { InFlight = 4 });
        await resolver.Asked.WaitAsync(Limit, Cancel);
        await UntilAsync(async () => (await work.Context.GetConsumerAsync(NatsWork.Stream, NatsWork.Consumer, Cancel)).Info.NumAckPending == 4);
        await work.PutAsync(Encoding.UTF8.GetBytes(lines[4]));
        var stopping = run.StopAsync();
        await UntilAsync(() => Task.FromResult(run.Log.Contains("stopping: 4 messages in flight", StringComparison.Ordinal)));
        Assert.False(stopping.IsCompleted);
        Assert.Equal("stopping", run.Worker.Problem);
        resolver.Release();
        await stopping.WaitAsync(Limit, Cancel);
        Assert.Equal(4, (await work.ReadAsync()).Count);
        var consumer = (await work.Context.GetConsumerAsync(NatsWork.Stream, NatsWork.Consumer, Cancel)).Info;
        Assert.Equal((0, 1ul), (consumer.NumAckPending, consumer.NumPending));
    }

    [Fact]
    public async Task Lines_that_are_not_finished_in_time_are_delivered_again()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(TimeSpan.FromSeconds(1));
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(1)));
        var resolver = new HeldResolver(ServeRun.Zone);
        await using (var run = await InProcessAsync(work, resolver, static options => options with { DrainTimeout = TimeSpan.Zero }))
        {
            await resolver.Asked.WaitAsync(Limit, Cancel);
            await run.StopAsync();
            Assert.Contains("1 messages were not finished in time", run.Log, StringComparison.Ordinal);
        }

        await using var second = await InProcessAsync(work, NatsWork.Zone);
        await work.UntilDoneAsync(1);
        await second.StopAsync();
        await work.AssertResultsAsync(await NatsWork.BatchAsync(NatsWork.Lines(1)));
    }

    [Fact]
    public async Task A_line_in_progress_is_reported_to_the_server()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(TimeSpan.FromMilliseconds(900));
        await using var signs = await work.Connection.SubscribeCoreAsync<string>("$JS.ACK.>", cancellationToken: Cancel);
        await work.Connection.PingAsync(Cancel);
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(1)));
        var resolver = new HeldResolver(ServeRun.Zone);
        await using var run = await InProcessAsync(work, resolver);
        for (var seen = 0; seen < 3;)
        {
            var sign = await signs.Msgs.ReadAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
            seen += sign.Data == "+WPI" ? 1 : 0;
        }

        resolver.Release();
        await work.UntilDoneAsync(1);
        await run.StopAsync();
    }

    [Fact]
    public async Task A_server_that_is_away_is_waited_for()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(TimeSpan.FromSeconds(2));
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(1)));
        var resolver = new HeldResolver(ServeRun.Zone);
        await using var run = await InProcessAsync(work, resolver);
        await resolver.Asked.WaitAsync(Limit, Cancel);
        server.Kill();
        await UntilAsync(() => Task.FromResult(run.Worker.Problem is not null));
        Assert.Equal("the NATS server cannot be reached", run.Worker.Problem);
        resolver.Release();
        await server.RestartAsync();
        await work.UntilDoneAsync(1);
        Assert.Null(run.Worker.Problem);
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(2).Split('\n')[1]));
        await work.UntilDoneAsync(2);
        await run.StopAsync();
        await work.AssertResultsAsync(await NatsWork.BatchAsync(NatsWork.Lines(2)));
    }

    [Fact]
    public async Task A_consumer_that_is_deleted_ends_the_worker()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(AckWait);
        using var worker = WorkerProcess.Start(work.WorkerArguments());
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(1)));
        await work.UntilDoneAsync(1);
        await work.Context.DeleteConsumerAsync(NatsWork.Stream, NatsWork.Consumer, Cancel);
        var (exitCode, error) = await worker.EndAsync();
        Assert.Equal(3, exitCode);
        Assert.Contains("emailauth: the consumer 'judge' of the stream 'MAIL' is gone: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_and_metrics_are_served()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await work.CreateAsync(AckWait);
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(1)));
        await work.PutAsync("nonsense"u8.ToArray());
        var port = LoopbackPort.Take();
        using var worker = WorkerProcess.Start(work.WorkerArguments("--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}")));
        await work.UntilDoneAsync(2);
        using var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        Assert.Equal("ok\n", await client.GetStringAsync("/health", Cancel));
        await UntilAsync(async () => Value(await client.GetStringAsync("/metrics", Cancel), "emailauth_worker_in_flight_count") == "0");
        var metrics = await client.GetStringAsync("/metrics", Cancel);
        Assert.Equal("1", Value(metrics, "emailauth_worker_messages_total", "outcome=\"result\""));
        Assert.Equal("1", Value(metrics, "emailauth_worker_messages_total", "outcome=\"dead_letter\""));
        Assert.Equal("0", Value(metrics, "emailauth_worker_messages_total", "outcome=\"known\""));
        Assert.Equal("2", Value(metrics, "emailauth_results_total", "emailauth_method=\"dkim\"", "emailauth_result=\"pass\""));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync("/", Cancel)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.MethodNotAllowed, (await client.PostAsync("/metrics", null, Cancel)).StatusCode);
        Assert.Equal(0, (await worker.StopAsync()).ExitCode);
    }

    // A line of a scrape: NAME{LABELS} VALUE, and perhaps a time.
    private static string? Value(string metrics, string name, params string[] labels) => metrics.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Select(static line => line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0]).SingleOrDefault();

    private static Task<WorkerRun> InProcessAsync(NatsWork work, string zone) =>
        InProcessAsync(work, new ZoneResolver(Zone.Load(Repository.PathOf(zone.Split('/'))).Value!));

    private static Task<WorkerRun> InProcessAsync(NatsWork work, EmailAuth.Dns.IDnsResolver resolver, Func<WorkerOptions, WorkerOptions>? change = null) =>
        WorkerRun.StartAsync(work, resolver, change, Cancel);

    private static Task UntilConsumerAsync(NatsWork work) => UntilAsync(async () =>
    {
        try
        {
            await work.Context.GetConsumerAsync(NatsWork.Stream, NatsWork.Consumer, Cancel);
            return true;
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            return false;
        }
    });

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Limit);
        while (!await isSo())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
