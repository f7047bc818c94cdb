using EmailAuth.Messages;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Sessions open at the same time, messages of one connection, and threads.</summary>
internal static class SessionSeries
{
    private const int MessagesPerThread = 2_000;

    private static readonly OrdinaryMail Mail = new();

    public static IEnumerable<ScaleSeries> All =>
    [
        new()
        {
            Name = "sessions", Title = "Sessions that all have read half of their message, and then end one after the other", Unit = "sessions",
            Sizes = [1, 10, 100, 1_000, 3_000, 10_000], Prepare = OfSessions, Observed = "bytes held by each",
        },
        new()
        {
            Name = "messages", Title = "Messages of one session, one after the other",
            Unit = "messages", Sizes = [1, 10, 100, 1_000, 3_000], Prepare = OfMessages,
        },
        new()
        {
            Name = "resets", Title = "Messages of one session that are given up before their end",
            Unit = "messages", Sizes = [1, 10, 100, 1_000, 10_000], Prepare = OfResets,
        },
        new()
        {
            Name = "resets-deaf", Title = "The same with a resolver that answers none of them and hears no cancellation",
            Unit = "messages", Sizes = [1, 10, 100, 1_000, 10_000], Prepare = OfDeafResets,
        },
        new()
        {
            Name = "cores", Title = $"Threads that judge {MessagesPerThread} messages each", Unit = "threads",
            Sizes = [.. Enumerable.Range(1, Math.Min(2, Environment.ProcessorCount))], Prepare = OfThreads, Observed = "messages a second",
        },
    ];

    /// <summary>Ordinary messages, which take the code that nearly all series share.</summary>
    public static Work Ordinary { get; } = OfMessages(100);

    private static Work OfSessions(int count)
    {
        var header = HeaderBlock.Parse(Mail.Sample.Message);
        var body = Mail.Sample.Message.AsMemory(header.BodyOffset);

        // Once beforehand, as a full collection takes longer than what is measured.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var open = BeginAll(header, body, count);
        var held = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        GC.KeepAlive(open);
        return async cancellationToken =>
        {
            foreach (var session in BeginAll(header, body, count))
            {
                session.AppendBody(body.Span[(body.Length / 2)..]);
                Check(await session.CompleteAsync(cancellationToken));
                await session.DisposeAsync();
            }

            return held;
        };
    }

    private static AuthenticationSession[] BeginAll(HeaderBlock header, ReadOnlyMemory<byte> body, int count)
    {
        var sessions = new AuthenticationSession[count];
        for (var i = 0; i < count; i++)
        {
            sessions[i] = Mail.Pipeline.BeginSession(Mail.Envelope.ClientAddress, Mail.Envelope.Helo);
            sessions[i].BeginBody(Mail.Envelope.MailFrom!, header);
            sessions[i].AppendBody(body.Span[..(body.Length / 2)]);
        }

        return sessions;
    }

    private static Work OfMessages(int count) => async cancellationToken =>
    {
        var header = HeaderBlock.Parse(Mail.Sample.Message);
        await using var session = Mail.Pipeline.BeginSession(Mail.Envelope.ClientAddress, Mail.Envelope.Helo);
        for (var i = 0; i < count; i++)
        {
            session.BeginBody(Mail.Envelope.MailFrom!, header);
            session.AppendBody(Mail.Sample.Message.AsSpan(header.BodyOffset));
            Check(await session.CompleteAsync(cancellationToken));
            session.Reset();
        }

        return 0;
    };

    private static Work OfResets(int count) => async _ =>
    {
        var header = HeaderBlock.Parse(Mail.Sample.Message);
        await using var session = Mail.Pipeline.BeginSession(Mail.Envelope.ClientAddress, Mail.Envelope.Helo);
        for (var i = 0; i < count; i++)
        {
            session.BeginBody(Mail.Envelope.MailFrom!, header);
            session.Reset();
        }

        return 0;
    };

    private static Work OfDeafResets(int count) => async _ =>
    {
        var silence = new DeafResolver();
        var pipeline = new AuthenticationPipeline(silence, Judge.Options);
        await using var session = pipeline.BeginSession(Mail.Envelope.ClientAddress);
        for (var i = 0; i < count; i++)
        {
            session.SetMailFrom("a@example.com");
            session.Reset();
        }

        silence.Answer();
        return 0;
    };

    private static Work OfThreads(int threads) => async cancellationToken =>
    {
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, threads).Select(
            _ => Task.Factory.StartNew(JudgeAll, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return (long)(threads * MessagesPerThread / System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds);

        void JudgeAll()
        {
            for (var i = 0; i < MessagesPerThread; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Check(OrdinaryMail.Complete(Mail.Pipeline.AuthenticateAsync(Mail.Envelope, Mail.Sample.Message, CancellationToken.None)));
            }
        }
    };

    private static void Check(AuthenticationOutcome outcome)
    {
        if (!Judge.Passes(outcome))
        {
            throw new InvalidOperationException($"A message does not pass: {outcome.Header}");
        }
    }
}
