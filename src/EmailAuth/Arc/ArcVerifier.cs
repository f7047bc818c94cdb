using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>
/// Verifies the chain of a message that was forwarded (Authenticated Received Chain, RFC 8617). Thread-safe; meant to be kept, as it keeps
/// the keys it has met ready for use.
/// </summary>
/// <remarks>
/// Messages are judged by the bytes they arrived in; one that is kept with LF line ends (<see cref="LineEndings.AreLineFeeds"/>) as if they
/// were CRLF. Whatever a message or a server holds becomes an <see cref="ArcResult"/>; only
/// cancellation and what a stream throws come out as exceptions. A chain that passes says who handled the message, not that any of them
/// is to be believed: that is for the receiver to decide (RFC 8617 section 9.1).
/// </remarks>
public sealed class ArcVerifier
{
    private readonly IDnsResolver _resolver;
    private readonly ArcOptions _options;
    private readonly TimeProvider _time;
    private readonly KeyRules _rules;

    /// <summary>Makes a verifier.</summary>
    /// <param name="resolver">Whom to ask for keys.</param>
    /// <param name="options">How chains are judged, or null for <see cref="ArcOptions.Default"/>.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="options"/> contradict each other.</exception>
    public ArcVerifier(IDnsResolver resolver, ArcOptions? options = null, TimeProvider? timeProvider = null)
        : this(resolver, options, timeProvider, null)
    {
    }

    internal ArcVerifier(IDnsResolver resolver, ArcOptions? options, TimeProvider? timeProvider, KeyCache? keys)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        PlatformCryptography.Probe();
        _resolver = resolver;
        _options = options ?? ArcOptions.Default;
        _options.Validate(nameof(options));
        _time = timeProvider ?? TimeProvider.System;
        _rules = new KeyRules(_options.Signatures, keys ?? new KeyCache(_options.Signatures.MaxCachedKeys));
    }

    /// <summary>Verifies the chain of a message that is at hand.</summary>
    /// <param name="message">The message as it arrived.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<ArcResult> VerifyAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ArcResult>(cancellationToken);
        }

        if (LineEndings.AreLineFeedsWithin(message.Span, _options.Signatures.MessageLimits))
        {
            return VerifyLineFeedsAsync(message, cancellationToken);
        }

        var signed = Open(HeaderBlock.Parse(message, _options.Signatures.MessageLimits));
        var verification = Begin(signed);
        if (signed.Header.LimitReason is null)
        {
            signed.Body.Append(message.Span[signed.Header.BodyOffset..]);
        }

        signed.Body.Complete();
        var result = verification.CompleteAsync(cancellationToken);
        if (!result.IsCompletedSuccessfully)
        {
            return FinishAsync(result, signed);
        }

        signed.Dispose();
        return result;
    }

    /// <summary>Verifies the chain of a message as it is read. Nothing of its body is kept.</summary>
    /// <param name="message">The message as it arrived; read to its end and left open.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public async ValueTask<ArcResult> VerifyAsync(Stream message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var feed = Feed();
        await feed.Message.ReadAsync(message, cancellationToken).ConfigureAwait(false);
        return await feed.Complete().CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to verify: checks the chain's structure, asks for keys and body hashes. The body comes after this.</summary>
    internal ArcVerification Begin(SignedMessage message) => new(message, _options, _rules, _time);

    private SignedMessage Open(HeaderBlock header) => new(header, new DnsSession(_resolver, time: _time), ownsSession: true);

    private SignedMessageFeed<ArcVerification> Feed() =>
        new(_options.Signatures.MessageLimits, Open, Begin);

    private async ValueTask<ArcResult> VerifyLineFeedsAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        using var feed = Feed();
        feed.Message.Append(message.Span);
        return await feed.Complete().CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<ArcResult> FinishAsync(ValueTask<ArcResult> result, SignedMessage message)
    {
        using (message)
        {
            return await result.ConfigureAwait(false);
        }
    }
}
