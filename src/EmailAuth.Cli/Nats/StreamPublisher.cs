using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace EmailAuth.Cli.Nats;

/// <summary>What became of a message that was to be stored.</summary>
/// <param name="Sequence">Its number in the stream; 0 when it was there before, under a number that the server does not say.</param>
/// <param name="IsNew">Whether it was not there before.</param>
/// <param name="Refusal">Why the server will never take it; null when it has it.</param>
internal readonly record struct StoredMessage(ulong Sequence, bool IsNew, string? Refusal);

/// <summary>Stores messages in streams, and goes on trying while a server is away or full. Thread-safe.</summary>
/// <param name="context">The connection.</param>
/// <param name="clock">Times the pauses.</param>
/// <param name="warn">Is told why something cannot be stored now, in one line; not for each message.</param>
internal sealed class StreamPublisher(INatsJSContext context, TimeProvider clock, Action<string> warn)
{
    // The server's numbers of errors. Wrong last sequence: the subject has a message already.
    private const int WrongLastSequence = 10071;
    private const int ExceedsMaximumSize = 10054;
    private const int OtherStream = 10060;
    private const int Sealed = 10109;
    private const int InsufficientResources = 10023;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromSeconds(10);

    private long _warned;
    private long _failures;

    /// <summary>How many attempts failed so far.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Stores a message, and returns when the server has it.</summary>
    /// <param name="subject">Where.</param>
    /// <param name="data">The message.</param>
    /// <param name="options">Its id, and what the server has to check.</param>
    /// <param name="headers">Makes the further headers, for each attempt; null for no others.</param>
    /// <param name="cancellationToken">Ends the attempts. The message may be stored or not.</param>
    public async Task<StoredMessage> StoreAsync(
        string subject, ReadOnlyMemory<byte> data, NatsJSPubOpts options, Func<NatsHeaders>? headers, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var (stored, problem) = await TryAsync(subject, data, options, headers?.Invoke(), cancellationToken);
            if (problem is null)
            {
                return stored;
            }

            Interlocked.Increment(ref _failures);
            Warn($"cannot store at {subject}: {problem}; trying again");
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    private async Task<(StoredMessage Stored, string? Problem)> TryAsync(
        string subject, ReadOnlyMemory<byte> data, NatsJSPubOpts options, NatsHeaders? headers, CancellationToken cancellationToken)
    {
        try
        {
            var published = await context.TryPublishAsync(subject, data, NatsRawSerializer<ReadOnlyMemory<byte>>.Default, options, headers, cancellationToken);
            if (!published.Success)
            {
                return published.Error is NatsPayloadTooLargeException tooLarge ? Refused(tooLarge.Message) : (default, ReasonOf(published.Error));
            }

            return published.Value.Error switch
            {
                null => (new StoredMessage(published.Value.Seq, !published.Value.Duplicate, null), null),
                { ErrCode: WrongLastSequence } => (default, null),
                { ErrCode: ExceedsMaximumSize or OtherStream or Sealed } error => Refused(DescriptionOf(error)),
                var error => (default, DescriptionOf(error)),
            };
        }
        catch (NatsPayloadTooLargeException e)
        {
            return Refused(e.Message);
        }
        catch (NatsException e)
        {
            return (default, ReasonOf(e));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (default, "no answer in time");
        }
    }

    private static (StoredMessage Stored, string? Problem) Refused(string reason) => (new StoredMessage(0, false, reason), null);

    private static string DescriptionOf(ApiError error) => error.ErrCode == InsufficientResources
        ? "the server has no room left for JetStream (its max_file, max_mem or the account's)"
        : error.Description ?? $"error {error.ErrCode}";

    private static string ReasonOf(Exception e) => e is NatsNoRespondersException ? "no stream takes this subject now" : e.Message;

    // One line for many messages that wait for the same.
    private void Warn(string line)
    {
        var (now, last) = (clock.GetTimestamp(), Interlocked.Read(ref _warned));
        if ((last == 0 || clock.GetElapsedTime(last, now) > BetweenWarnings) && Interlocked.CompareExchange(ref _warned, now, last) == last)
        {
            warn(line);
        }
    }
}
