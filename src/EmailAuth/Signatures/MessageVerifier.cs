using System.Buffers;
using System.IO.Pipelines;
using EmailAuth.Dns;
using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>Reads whole messages in several forms for a verifier of their signatures. Thread-safe.</summary>
/// <typeparam name="TResult">The result of a verification.</typeparam>
/// <param name="resolver">The resolver to ask for keys.</param>
/// <param name="time">The clock.</param>
/// <param name="limits">How much of a header is read.</param>
/// <param name="begin">Begins a verification, when the header has ended.</param>
internal sealed class MessageVerifier<TResult>(
    IDnsResolver resolver, TimeProvider time, MessageLimits limits, Func<SignedMessage, ISignatureVerification<TResult>> begin)
{
    /// <summary>Verifies a message that is at hand. Allocates nothing beyond what its signatures need, when the keys are there.</summary>
    public ValueTask<TResult> VerifyAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        if (LineEndings.AreLineFeedsWithin(message.Span, limits))
        {
            return VerifyAsync(new ReadOnlySequence<byte>(message), cancellationToken);
        }

        var signed = Open(HeaderBlock.Parse(message, limits));
        var verification = begin(signed);
        if (signed.Header.LimitReason is null)
        {
            signed.Body.Append(message.Span[signed.Header.BodyOffset..]);
        }

        signed.Body.Complete();
        var results = verification.CompleteAsync(cancellationToken);
        if (!results.IsCompletedSuccessfully)
        {
            return FinishAsync(results, signed);
        }

        signed.Dispose();
        return results;
    }

    /// <summary>Verifies a message that is at hand in pieces.</summary>
    public ValueTask<TResult> VerifyAsync(ReadOnlySequence<byte> message, CancellationToken cancellationToken) =>
        FeedAsync(
            feed =>
            {
                feed.Append(message);
                return ValueTask.CompletedTask;
            },
            cancellationToken);

    /// <summary>Verifies a message as it is read to its end; the stream stays open.</summary>
    public ValueTask<TResult> VerifyAsync(Stream message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return FeedAsync(feed => feed.ReadAsync(message, cancellationToken), cancellationToken);
    }

    /// <summary>Verifies a message that comes through a pipe, to its end; the reader is not completed.</summary>
    public ValueTask<TResult> VerifyAsync(PipeReader message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return FeedAsync(feed => feed.ReadAsync(message, cancellationToken), cancellationToken);
    }

    /// <summary>Verifies a message as something gives it piece by piece. Nothing of its body is kept.</summary>
    /// <param name="fill">Gives the message, up to its end. What it throws comes out.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public async ValueTask<TResult> FeedAsync(Func<MessageSplitter, ValueTask> fill, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var reader = new SignedMessageReader<TResult>(limits, Open, begin);
        await fill(reader.Feed).ConfigureAwait(false);
        return await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private SignedMessage Open(HeaderBlock header) => new(header, new DnsSession(resolver, time: time), ownsSession: true);

    private static async ValueTask<TResult> FinishAsync(ValueTask<TResult> results, SignedMessage message)
    {
        using (message)
        {
            return await results.ConfigureAwait(false);
        }
    }
}
