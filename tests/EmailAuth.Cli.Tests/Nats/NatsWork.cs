using System.Globalization;
using System.Text;
using EmailAuth.Tests.TestSupport;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>Streams of a test, what is put into them and what came out.</summary>
internal sealed class NatsWork : IAsyncDisposable
{
    public const string Stream = "MAIL";
    public const string Consumer = "judge";
    public const string Results = "results";
    public const string Zone = "testdata/zones/rfc8463.json";
    public const string Host = "mx.example.org";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly NatsConnection _connection;

    public NatsWork(NatsServer server)
    {
        Server = server;
        _connection = new NatsConnection(server.Options);
        Context = new NatsJSContext(_connection);
    }

    public NatsServer Server { get; }

    public NatsJSContext Context { get; }

    public NatsConnection Connection => _connection;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The arguments of a worker.</summary>
    public string[] WorkerArguments(params string[] more) =>
    [
        "worker", "--nats", Server.Url, "--stream", Stream, "--consumer", Consumer, "--results", Results, "--zone", Zone, "--authserv-id", Host, .. more,
    ];

    /// <summary>The arguments of a run that submits.</summary>
    public string[] SubmitArguments(params string[] more) => ["submit", "--nats", Server.Url, "--stream", Stream, .. more];

    /// <summary>Lines of the batch format: a message with two signatures, each time with another field on top.</summary>
    public static string Lines(int count)
    {
        var message = File.ReadAllBytes(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"));
        var lines = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            lines.Append(Line(i.ToString(CultureInfo.InvariantCulture), [.. Encoding.ASCII.GetBytes($"X-Number: {i}\r\n"), .. message])).Append('\n');
        }

        return lines.ToString();
    }

    public static string Line(string id, byte[] message) =>
        $$$"""{"id":"{{{id}}}","input":{"ip":"192.0.2.1","helo":"mail.football.example.com","mail_from":"joe@football.example.com","message_b64":"{{{Convert.ToBase64String(message)}}}"}}""";

    /// <summary>What <c>emailauth batch</c> prints for lines.</summary>
    public static async Task<string[]> BatchAsync(string lines)
    {
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(lines), "batch", "--zone", Zone, "--authserv-id", Host);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Makes the streams and the consumer, as an operator would who wants other values than --create gives.</summary>
    public async Task CreateAsync(TimeSpan ackWait, TimeSpan? duplicateWindow = null, StreamConfigRetention retention = StreamConfigRetention.Workqueue)
    {
        var window = duplicateWindow ?? TimeSpan.FromMinutes(2);
        await Context.CreateStreamAsync(new StreamConfig(Stream, [$"{Stream}.>"]) { Retention = retention, DuplicateWindow = window }, Cancel);
        await Context.CreateStreamAsync(new StreamConfig(Results, [$"{Results}.>"]) { DuplicateWindow = window }, Cancel);
        await CreateConsumerAsync(ackWait);
    }

    /// <summary>Deletes the consumer and makes it again, which delivers every line that is in the stream.</summary>
    public async Task MakeConsumerAgainAsync(TimeSpan ackWait)
    {
        await Context.DeleteConsumerAsync(Stream, Consumer, Cancel);
        await CreateConsumerAsync(ackWait);
    }

    /// <summary>Puts a line into the stream, or nothing when it remembers the id.</summary>
    /// <returns>Its number.</returns>
    public async Task<ulong> PutAsync(byte[] line, string? id = null)
    {
        var acknowledged = await Context.PublishAsync($"{Stream}.lines", line, opts: new NatsJSPubOpts { MsgId = id }, cancellationToken: Cancel);
        if (!acknowledged.Duplicate)
        {
            acknowledged.EnsureSuccess();
        }

        return acknowledged.Seq;
    }

    /// <summary>Waits until each line has a result and is acknowledged.</summary>
    /// <param name="messages">How many results there are to be.</param>
    public Task UntilDoneAsync(long messages) => UntilAsync(async limit =>
        (await Context.GetConsumerAsync(Stream, Consumer, limit)).Info is { NumPending: 0, NumAckPending: 0 } && await CountAsync($"{Results}.*", limit) >= messages);

    /// <summary>Waits until there are so many results.</summary>
    public Task UntilResultsAsync(long messages) => UntilAsync(async limit => await CountAsync($"{Results}.*", limit) >= messages);

    /// <summary>Waits until the stream has no line.</summary>
    public Task UntilEmptyAsync() => UntilAsync(async _ => await LinesLeftAsync() == 0);

    /// <summary>How many lines the stream has.</summary>
    public async Task<long> LinesLeftAsync() => (await Context.GetStreamAsync(Stream, cancellationToken: Cancel)).Info.State.Messages;

    /// <summary>All messages under a subject of the stream of results, in its order.</summary>
    public async Task<List<INatsJSMsg<string>>> ReadAsync(string subject = $"{Results}.*", string stream = Results)
    {
        var config = new ConsumerConfig { AckPolicy = ConsumerConfigAckPolicy.None, DeliverPolicy = ConsumerConfigDeliverPolicy.All };
        var consumer = await Context.CreateOrUpdateConsumerAsync(stream, config, Cancel);
        var messages = new List<INatsJSMsg<string>>();
        var count = (long)consumer.Info.NumPending;
        while (messages.Count < count)
        {
            await foreach (var message in consumer.FetchNoWaitAsync<string>(new NatsJSFetchOpts { MaxMsgs = 1000 }, cancellationToken: Cancel))
            {
                messages.Add(message);
            }
        }

        // A consumer of one subject is not made in the same way by all versions of the server.
        return [.. messages.Where(message => message.Subject.StartsWith(subject[..^1], StringComparison.Ordinal)
            && (subject[^1] == '>' || message.Subject.IndexOf('.', subject.Length - 1) < 0))];
    }

    /// <summary>The results are those of batch, each once, and their subjects are as many.</summary>
    public async Task AssertResultsAsync(IReadOnlyCollection<string> expected)
    {
        var results = await ReadAsync();
        Assert.Equal(expected.Count, results.Count);
        Assert.Equal(expected.Count, results.Select(static result => result.Subject).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(expected.Order(StringComparer.Ordinal), results.Select(static result => result.Data!).Order(StringComparer.Ordinal));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static async Task UntilAsync(Func<CancellationToken, Task<bool>> isSo)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Limit);
        while (!await isSo(limit.Token))
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task CreateConsumerAsync(TimeSpan ackWait) => await Context.CreateOrUpdateConsumerAsync(
        Stream, new ConsumerConfig(Consumer) { AckWait = ackWait, MaxDeliver = -1, MaxAckPending = 65_536 }, Cancel);

    private async Task<long> CountAsync(string subject, CancellationToken cancellationToken)
    {
        try
        {
            var info = (await Context.GetStreamAsync(Results, new StreamInfoRequest(), cancellationToken)).Info;
            return info.State.Messages - (subject == $"{Results}.*" ? await DeadAsync(cancellationToken) : 0);
        }
        catch (NatsJSApiException e) when (e.Error.Code == 404)
        {
            // A worker makes it first.
            return 0;
        }
    }

    private async Task<long> DeadAsync(CancellationToken cancellationToken)
    {
        var info = (await Context.GetStreamAsync(Results, new StreamInfoRequest { SubjectsFilter = $"{Results}.dead.>" }, cancellationToken)).Info;
        return info.State.Subjects?.Count ?? 0;
    }
}
