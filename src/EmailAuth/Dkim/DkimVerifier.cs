using System.Buffers;
using System.IO.Pipelines;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>
/// Verifies the DKIM signatures of messages (RFC 6376, with RFC 8301, RFC 8463 and RFC 8616). Thread-safe. Keep one for the life of
/// the process: it caches the keys that it has used.
/// </summary>
/// <remarks>
/// Messages are judged by the bytes in which they arrived: lines end with CRLF, and nothing is repaired. Only a message that is kept with LF
/// line ends (<see cref="LineEndings.AreLineFeeds"/>) is judged as if they were CRLF. Every message and every answer of a server
/// gives a <see cref="DkimResult"/>; only cancellation and what a stream or a pipe throws come out as exceptions. When there are more signatures than
/// <see cref="DkimOptions.MaxSignatures"/>, those that may authenticate the author are checked first: their domain is that of From, above it
/// or below it. A message that MimeKit has parsed: see the namespace <c>EmailAuth.MimeKit</c>.
/// </remarks>
/// <example>
/// <code>
/// using EmailAuth.Dkim;
/// using EmailAuth.Dns;
///
/// var verifier = new DkimVerifier(new StubResolver());
/// await using var message = File.OpenRead("message.eml");
/// DkimResults results = await verifier.VerifyAsync(message);
///
/// foreach (DkimResult signature in results.Signatures)
/// {
///     Console.WriteLine($"{signature.Domain} ({signature.Selector}): {signature.Code} {signature.Reason}");
/// }
/// </code>
/// </example>
public sealed class DkimVerifier
{
    private readonly DkimOptions _options;
    private readonly TimeProvider _time;
    private readonly SignatureJudge _judge;
    private readonly MessageVerifier<DkimResults> _messages;

    /// <summary>Makes a verifier.</summary>
    /// <param name="resolver">The resolver to ask for keys.</param>
    /// <param name="options">How signatures are judged, or null for <see cref="DkimOptions.Default"/>.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="options"/> contradict each other.</exception>
    public DkimVerifier(IDnsResolver resolver, DkimOptions? options = null, TimeProvider? timeProvider = null)
        : this(resolver, options, timeProvider, null)
    {
    }

    internal DkimVerifier(IDnsResolver resolver, DkimOptions? options, TimeProvider? timeProvider, KeyCache? keys)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        PlatformCryptography.Probe();
        _options = options ?? DkimOptions.Default;
        _options.Validate(nameof(options));
        _time = timeProvider ?? TimeProvider.System;
        _judge = new SignatureJudge(_options, keys, _time);
        _messages = new MessageVerifier<DkimResults>(resolver, _time, _options.MessageLimits, Begin);
    }

    /// <summary>Verifies a message that is at hand.</summary>
    /// <param name="message">The message as it arrived.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<DkimResults> VerifyAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies a message that is at hand in pieces. Nothing of its body is copied.</summary>
    /// <param name="message">The message as it arrived, cut anywhere.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<DkimResults> VerifyAsync(ReadOnlySequence<byte> message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies a message as it is read. Nothing of its body is kept.</summary>
    /// <param name="message">The message as it arrived; read to its end and left open.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<DkimResults> VerifyAsync(Stream message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies a message that comes through a pipe. The body is not kept.</summary>
    /// <param name="message">
    /// The message as it arrived; read to its end and not completed. A read that is cancelled (<see cref="PipeReader.CancelPendingRead"/>)
    /// ends the verification with an <see cref="OperationCanceledException"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<DkimResults> VerifyAsync(PipeReader message, CancellationToken cancellationToken = default) =>
        _messages.VerifyAsync(message, cancellationToken);

    /// <summary>Verifies a message as something gives it piece by piece.</summary>
    internal ValueTask<DkimResults> FeedAsync(Func<MessageSplitter, ValueTask> fill, CancellationToken cancellationToken) =>
        _messages.FeedAsync(fill, cancellationToken);

    /// <summary>Begins to verify: parses the signatures, asks for keys and body hashes. The body comes after this.</summary>
    internal DkimVerification Begin(SignedMessage message) => new(message, _options, _judge);
}
