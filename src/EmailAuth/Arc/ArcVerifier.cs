using System.Buffers;
using System.IO.Pipelines;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>
/// Verifies the chain of a message that was forwarded (Authenticated Received Chain, RFC 8617). Thread-safe. Keep one for the
/// life of the process: it caches the keys that it has used.
/// </summary>
/// <remarks>
/// Messages are judged by the bytes in which they arrived; a message that is kept with LF line ends (<see cref="LineEndings.AreLineFeeds"/>)
/// is judged as if they were CRLF. Every message and every answer of a server gives an <see cref="ArcResult"/>; only cancellation and what a
/// stream or a pipe throws come out as exceptions. A chain that passes says who handled the message, not that any of them is trustworthy: the receiver
/// decides that (RFC 8617 section 9.1). A message that MimeKit has parsed: see
/// the namespace <c>EmailAuth.MimeKit</c>.
/// </remarks>
/// <example>
/// <code>
/// using EmailAuth.Arc;
/// using EmailAuth.Dns;
///
/// var verifier = new ArcVerifier(new StubResolver());
/// await using var message = File.OpenRead("message.eml");
/// ArcResult result = await verifier.VerifyAsync(message);
///
/// Console.WriteLine($"{result.Code} {result.Reason}");
/// foreach (ArcSet set in result.Sets)
/// {
///     Console.WriteLine($"{set.Instance}: {set.Seal.Domain}");
/// }
/// </code>
/// </example>
public sealed class ArcVerifier
{
    private readonly ArcOptions _options;
    private readonly SignatureJudge _judge;
    private readonly MessageVerifier<ArcResult> _messages;

    /// <summary>Makes a verifier.</summary>
    /// <param name="resolver">The resolver to ask for keys.</param>
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
        _options = options ?? ArcOptions.Default;
        _options.Validate(nameof(options));
        var time = timeProvider ?? TimeProvider.System;
        _judge = new SignatureJudge(_options.Signatures, keys, time);
        _messages = new MessageVerifier<ArcResult>(resolver, time, _options.Signatures.MessageLimits, Begin);
    }

    /// <summary>Verifies the chain of a message that is at hand.</summary>
    /// <param name="message">The message as it arrived.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<ArcResult> VerifyAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies the chain of a message that is at hand in pieces. Nothing of its body is copied.</summary>
    /// <param name="message">The message as it arrived, cut anywhere.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<ArcResult> VerifyAsync(ReadOnlySequence<byte> message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies the chain of a message as it is read. Nothing of its body is kept.</summary>
    /// <param name="message">The message as it arrived; read to its end and left open.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<ArcResult> VerifyAsync(Stream message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies the chain of a message that comes through a pipe. The body is not kept.</summary>
    /// <param name="message">
    /// The message as it arrived; read to its end and not completed. A read that is cancelled (<see cref="PipeReader.CancelPendingRead"/>)
    /// ends the verification with an <see cref="OperationCanceledException"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<ArcResult> VerifyAsync(PipeReader message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies the chain of a message as something gives it piece by piece.</summary>
    internal ValueTask<ArcResult> FeedAsync(Func<MessageSplitter, ValueTask> fill, CancellationToken cancellationToken) =>
        _messages.FeedAsync(fill, cancellationToken);

    /// <summary>Begins to verify: checks the chain's structure, asks for keys and body hashes. The body comes after this.</summary>
    internal ArcVerification Begin(SignedMessage message) => new(message, _options, _judge);
}
