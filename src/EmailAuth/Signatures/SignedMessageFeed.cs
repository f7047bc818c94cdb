using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>A message that comes in pieces, for whoever verifies its signatures: the verification begins when the header has ended.</summary>
/// <typeparam name="T">The verification.</typeparam>
internal sealed class SignedMessageFeed<T> : IDisposable
    where T : class
{
    private SignedMessage? _message;
    private T? _verification;

    /// <summary>Makes a feed.</summary>
    /// <param name="limits">How much of the header is read.</param>
    /// <param name="open">Prepares the message.</param>
    /// <param name="begin">Begins the verification.</param>
    public SignedMessageFeed(MessageLimits limits, Func<HeaderBlock, SignedMessage> open, Func<SignedMessage, T> begin) =>
        Message = new MessageSplitter(
            limits,
            header =>
            {
                _message = open(header);
                _verification = begin(_message);
            },
            chunk => _message!.Body.Append(chunk));

    /// <summary>Takes the message.</summary>
    public MessageSplitter Message { get; }

    /// <summary>The message has ended; what is left is to complete its verification, before this is disposed of.</summary>
    public T Complete()
    {
        Message.Complete();
        _message!.Body.Complete();
        return _verification!;
    }

    public void Dispose()
    {
        _message?.Dispose();
        Message.Dispose();
    }
}
