using System.IO.Pipelines;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using MimeKit;

namespace EmailAuth.Dkim;

/// <summary>
/// Verifies the DKIM signatures of messages (RFC 6376, with RFC 8301, RFC 8463 and RFC 8616). Thread-safe; meant to be kept, as it keeps the
/// keys it has met ready for use.
/// </summary>
/// <remarks>
/// Messages are judged by the bytes they arrived in: lines end with CRLF, and nothing is repaired. Only a message that is kept with LF line
/// ends (<see cref="LineEndings.AreLineFeeds"/>) is judged as if they were CRLF. Whatever a message or a server holds
/// becomes a <see cref="DkimResult"/>; only cancellation and what a stream throws come out as exceptions.
/// </remarks>
public sealed class DkimVerifier
{
    private readonly DkimOptions _options;
    private readonly TimeProvider _time;
    private readonly SignatureJudge _judge;
    private readonly MessageVerifier<DkimResults> _messages;

    /// <summary>Makes a verifier.</summary>
    /// <param name="resolver">Whom to ask for keys.</param>
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
        VerifyAsync(message, [], cancellationToken);

    /// <summary>Verifies a message that is at hand; of more signatures than are checked, some go first.</summary>
    /// <param name="message">The message as it arrived.</param>
    /// <param name="preferredDomains">Signatures of these domains, of their parents and of domains below them go first; usually the domain of From.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<DkimResults> VerifyAsync(
        ReadOnlyMemory<byte> message, IReadOnlyList<DomainName> preferredDomains, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(preferredDomains);
        return _messages.VerifyAsync(message, preferredDomains, cancellationToken);
    }

    /// <summary>Verifies a message as it is read. Nothing of its body is kept.</summary>
    /// <param name="message">The message as it arrived; read to its end and left open.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public ValueTask<DkimResults> VerifyAsync(Stream message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _messages.VerifyAsync(message, cancellationToken);
    }

    /// <summary>Verifies a message as it comes through a pipe. Nothing of its body is kept.</summary>
    /// <param name="message">The message as it arrived; read to its end and not completed.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public async ValueTask<DkimResults> VerifyAsync(PipeReader message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var reader = _messages.Read([]);
        while (true)
        {
            var read = await message.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var segment in read.Buffer)
            {
                reader.Feed.Append(segment.Span);
            }

            message.AdvanceTo(read.Buffer.End);
            if (read.IsCanceled)
            {
                // Half a message says nothing of the whole.
                throw new OperationCanceledException("The read was cancelled (CancelPendingRead).");
            }

            if (read.IsCompleted)
            {
                break;
            }
        }

        return await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies a message that MimeKit has parsed.</summary>
    /// <remarks>
    /// MimeKit writes the message anew, and signatures hold only when that gives the bytes that arrived. It does for a message that was
    /// parsed from those bytes and not changed since, as header fields and content are kept as read; line ends become CRLF, and what is not
    /// valid MIME (a missing final boundary, a field without a colon) may be written differently. Where the original bytes are at hand,
    /// hand in those.
    /// </remarks>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public async ValueTask<DkimResults> VerifyAsync(MimeMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var reader = _messages.Read([]);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.EnsureNewLine = false;
        var stream = new SplitterStream(reader.Feed);
        await using (stream.ConfigureAwait(false))
        {
            // The stream takes bytes into memory: there is nothing to wait for.
            message.WriteTo(format, stream, cancellationToken);
        }

        return await reader.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Begins to verify: parses the signatures, asks for keys and body hashes. The body comes after this.</summary>
    internal DkimVerification Begin(SignedMessage message, IReadOnlyList<DomainName> preferredDomains) =>
        new(message, _options, _judge, _time, preferredDomains);
}
