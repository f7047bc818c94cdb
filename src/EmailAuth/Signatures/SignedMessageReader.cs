using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>Reads a message that arrives in pieces, and begins to verify its signatures when the header has ended.</summary>
/// <typeparam name="TResult">The result of the verification.</typeparam>
internal sealed class SignedMessageReader<TResult> : IDisposable
{
    private SignedMessage? _message;
    private ISignatureVerification<TResult>? _verification;

    /// <param name="limits">How much of the header is read.</param>
    /// <param name="open">Prepares the message.</param>
    /// <param name="begin">Begins the verification.</param>
    public SignedMessageReader(MessageLimits limits, Func<HeaderBlock, SignedMessage> open, Func<SignedMessage, ISignatureVerification<TResult>> begin) =>
        Feed = new MessageSplitter(
            limits,
            header =>
            {
                _message = open(header);
                _verification = begin(_message);
            },
            chunk => _message!.Body.Append(chunk));

    /// <summary>Where the message goes.</summary>
    public MessageSplitter Feed { get; }

    /// <summary>Ends the message and decides. Call it before this object is disposed.</summary>
    public ValueTask<TResult> CompleteAsync(CancellationToken cancellationToken)
    {
        Feed.Complete();
        _message!.Body.Complete();
        return _verification!.CompleteAsync(cancellationToken);
    }

    public void Dispose()
    {
        _message?.Dispose();
        Feed.Dispose();
    }
}
