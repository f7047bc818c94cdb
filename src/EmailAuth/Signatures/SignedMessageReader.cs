using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>A message that comes in pieces, for whoever verifies its signatures: the verification begins when the header has ended.</summary>
/// <typeparam name="TResult">What the verification comes to.</typeparam>
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

    /// <summary>Takes the message.</summary>
    public MessageSplitter Feed { get; }

    /// <summary>The message has ended: decides. Before this is disposed of.</summary>
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
