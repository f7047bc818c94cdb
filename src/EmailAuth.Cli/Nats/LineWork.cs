using System.Globalization;
using System.Text;
using EmailAuth.Cli.Output;
using EmailAuth.Testing;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EmailAuth.Cli.Nats;

/// <summary>The work with one delivered line: judge it, store the result, acknowledge. Thread-safe.</summary>
/// <param name="options">The subjects, and how often a line is tried.</param>
/// <param name="publisher">Stores.</param>
/// <param name="log">Is told about lines that are given up.</param>
/// <param name="maxPayload">The longest message that the server takes now, headers included.</param>
internal sealed class LineWork(WorkerOptions options, StreamPublisher publisher, WorkerLog log, Func<int> maxPayload)
{
    public const string ReasonHeader = "EmailAuth-Reason";
    public const string StreamHeader = "EmailAuth-Stream";
    public const string SequenceHeader = "EmailAuth-Sequence";
    public const string DeliveriesHeader = "EmailAuth-Deliveries";
    public const string IdHeader = "EmailAuth-Id";
    public const string LengthHeader = "EmailAuth-Length";

    private const int MaxReasonLength = 500;
    private const int MaxIdLength = 200;

    // Room for the headers of a dead letter, whose line may be as long as the server allows.
    private const int HeaderRoom = 2048;

    private static readonly TimeSpan LongestReturn = TimeSpan.FromMinutes(1);

    /// <summary>Does the work.</summary>
    /// <param name="runner">Judges.</param>
    /// <param name="item">The line.</param>
    /// <param name="cancellationToken">Abandons it: the line is not acknowledged.</param>
    public async Task<WorkOutcome> DoAsync(VectorRunner runner, WorkItem item, CancellationToken cancellationToken)
    {
        if (item.Deliveries > (ulong)options.MaxDeliver)
        {
            return await GiveUpAsync(item, string.Create(CultureInfo.InvariantCulture, $"delivered {item.Deliveries - 1} times, and no worker finished it"), cancellationToken);
        }

        JudgedLine judged;
        try
        {
            judged = await JudgedLine.OfAsync(runner, BatchLine.Parse(item.Line.Span), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return await FailAsync(item, e, cancellationToken);
        }

        if (judged.Result is not { } result)
        {
            return await GiveUpAsync(item, judged.Reason!, cancellationToken);
        }

        var stored = await StoreResultAsync(item, result, cancellationToken);
        if (stored.Refusal is { } refusal)
        {
            return await GiveUpAsync(item, $"the result cannot be stored: {refusal}", cancellationToken);
        }

        await item.AckAsync(cancellationToken);
        return stored.IsNew ? WorkOutcome.Result : WorkOutcome.Known;
    }

    // An error of ours may not come back with other timing; if it does, the line is given up.
    private async Task<WorkOutcome> FailAsync(WorkItem item, Exception error, CancellationToken cancellationToken)
    {
        log.InternalError(item, error);
        if (item.Deliveries >= (ulong)options.MaxDeliver)
        {
            return await GiveUpAsync(item, $"an internal error, each time: {error.GetType().Name}", cancellationToken);
        }

        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(item.Deliveries, 10)));
        await item.ReturnAsync(pause < LongestReturn ? pause : LongestReturn, cancellationToken);
        return WorkOutcome.Returned;
    }

    private Task<StoredMessage> StoreResultAsync(WorkItem item, string result, CancellationToken cancellationToken) => publisher.StoreAsync(
        string.Concat(options.Results, ".", item.Name), Encoding.UTF8.GetBytes(result), new NatsJSPubOpts { MsgId = item.Name, ExpectedLastSubjectSequence = 0, RetryAttempts = 1 }, null, cancellationToken);

    // First the copy, then the result that says so: who reads the result finds the copy.
    private async Task<WorkOutcome> GiveUpAsync(WorkItem item, string reason, CancellationToken cancellationToken)
    {
        var room = Math.Max(0, maxPayload() - HeaderRoom);
        var copy = item.Line.Length <= room ? item.Line : item.Line[..room];
        var letter = new NatsJSPubOpts { MsgId = $"dead.{item.Name}", ExpectedLastSubjectSequence = 0, RetryAttempts = 1 };
        var kept = await publisher.StoreAsync($"{options.DeadLetters}.{item.Name}", copy, letter, () => HeadersOf(item, reason), cancellationToken);
        if (kept.Refusal is { } refusal)
        {
            // The stream of dead letters takes shorter messages than the server does: the reason alone is better than nothing.
            log.Warn($"the dead letter is kept without the line: {refusal}");
            await publisher.StoreAsync($"{options.DeadLetters}.{item.Name}", ReadOnlyMemory<byte>.Empty, letter, () => HeadersOf(item, reason), cancellationToken);
        }

        var stored = await StoreResultAsync(item, BatchResult.ToErrorLine((long)Math.Max(1, item.Sequence), reason), cancellationToken);
        await item.TerminateAsync(cancellationToken);
        if (!stored.IsNew && stored.Refusal is null)
        {
            return WorkOutcome.Known;
        }

        log.GivenUp(item, reason);
        return WorkOutcome.DeadLetter;
    }

    private static NatsHeaders HeadersOf(WorkItem item, string reason)
    {
        var headers = new NatsHeaders
        {
            [ReasonHeader] = Line(reason, MaxReasonLength),
            [StreamHeader] = item.Stream,
            [SequenceHeader] = item.Sequence.ToString(CultureInfo.InvariantCulture),
            [DeliveriesHeader] = item.Deliveries.ToString(CultureInfo.InvariantCulture),
            [LengthHeader] = item.Length.ToString(CultureInfo.InvariantCulture),
        };
        if (item.Id is { } id)
        {
            headers[IdHeader] = Line(id, MaxIdLength);
        }

        return headers;
    }

    // A header of NATS is one line of US-ASCII here; a reason may have a piece of the line in it.
    private static string Line(string text, int most)
    {
        var shown = VisibleText.Of(text.Length <= most ? text : text[..most]);
        return string.Create(shown.Length, shown, static (line, source) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
            }
        });
    }
}
