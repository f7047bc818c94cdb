using System.Buffers;
using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Net;
using EmailAuth.Composition;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailAuth;

/// <summary>
/// The front door: composes the methods of <see cref="AuthenticationMethods"/> for messages, and writes their Authentication-Results field (RFC 8601).
/// Thread-safe; make one for the process, as it keeps parsed records and keys.
/// </summary>
/// <remarks>
/// Whatever a sender or a DNS server does, the caller gets a result with a reason. Exceptions report the caller's own mistakes and
/// cancellation.
/// </remarks>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth;
/// using EmailAuth.Dns;
///
/// // One for the process.
/// var pipeline = new AuthenticationPipeline(new StubResolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
///
/// // For each message: what the SMTP dialogue said, and the message as it arrived.
/// var envelope = new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo: "mail.example.com", mailFrom: "alice@example.com");
/// await using var message = File.OpenRead("message.eml");
/// AuthenticationOutcome outcome = await pipeline.AuthenticateAsync(envelope, message);
///
/// Console.WriteLine(outcome.Header); // belongs at the very top of the message
/// Console.WriteLine($"{outcome.Disposition.Action}: {outcome.Disposition.Reason}");
/// </code>
/// </example>
public sealed class AuthenticationPipeline
{
    private volatile Evaluators _evaluators;

    /// <summary>Makes a pipeline.</summary>
    /// <param name="resolver">Answers all DNS questions.</param>
    /// <param name="options">How messages are judged.</param>
    /// <param name="logger">Where to log a line a message, or null.</param>
    /// <param name="observers">Get each message that was judged, in this order; null for telemetry and the log alone.</param>
    /// <exception cref="ArgumentException">An observer is null.</exception>
    public AuthenticationPipeline(
        IDnsResolver resolver,
        AuthenticationOptions options,
        ILogger<AuthenticationPipeline>? logger = null,
        IEnumerable<IEvaluatedMessageObserver>? observers = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        ArgumentNullException.ThrowIfNull(options);
        ImmutableArray<IEvaluatedMessageObserver> told = [.. observers ?? []];
        if (told.Contains(null!))
        {
            throw new ArgumentException("An observer is null.", nameof(observers));
        }

        var log = logger ?? (ILogger)NullLogger.Instance;
        _evaluators = new Evaluators(resolver, options, log, new MessageObservers(log, options.RecordsTelemetry, told));
        PlatformCryptography.Probe();
        if (PlatformFault is { } fault)
        {
            HostCode.Try(static start => Log.NoCryptography(start.log, start.fault), (log, fault));
        }
    }

    private AuthenticationPipeline(Evaluators evaluators) => _evaluators = evaluators;

    /// <summary>How messages are judged.</summary>
    public AuthenticationOptions Options => Evaluators.Options;

    /// <summary>
    /// Why this host cannot verify signatures, in one line for the operator, or null when it can. On Linux .NET needs OpenSSL (libssl),
    /// which is loaded when a pipeline is made, so that a later chroot or lack of descriptors does not matter. Where it cannot be loaded,
    /// signatures end in temperror. Always null when <see cref="AuthenticationOptions.Methods"/> has no method that verifies signatures.
    /// </summary>
    public string? PlatformFault => Options.NeedsCryptography ? PlatformCryptography.Detail : null;

    /// <summary>The options, the resolver and the evaluators.</summary>
    internal Evaluators Evaluators => _evaluators;

    /// <summary>Judges the messages of later sessions by other options. The caches start empty, because their bounds may have changed.</summary>
    internal void Replace(IDnsResolver resolver, AuthenticationOptions options)
    {
        var current = _evaluators;
        _evaluators = new Evaluators(resolver, options, current.Logger, current.Observers.With(options.RecordsTelemetry));
    }

    /// <summary>
    /// A pipeline with another resolver or other options that shares this one's log, observers and caches of parsed records and keys, which
    /// do not depend on options. It is cheap enough to make one for a single message, except where the options ask for documents of the web.
    /// </summary>
    /// <remarks>
    /// With <see cref="Bimi.BimiOptions.RetrieveIndicator"/> or <see cref="Bimi.BimiOptions.VerifyEvidence"/>, the web client, the fetched documents and the
    /// limits of both are shared only if the resolver, <see cref="AuthenticationOptions.Bimi"/> and <see cref="AuthenticationOptions.TimeProvider"/> are the
    /// same; keep another one for as long as this.
    /// </remarks>
    /// <param name="resolver">Answers all DNS questions.</param>
    /// <param name="options">How messages are judged.</param>
    public AuthenticationPipeline With(IDnsResolver resolver, AuthenticationOptions options)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        ArgumentNullException.ThrowIfNull(options);
        return new(Evaluators.With(resolver, options));
    }

    /// <summary>Begins a session, fed in SMTP order. Lookups that need only the client start at once.</summary>
    /// <param name="clientAddress">The address the client connected from, or null when it is not known.</param>
    /// <param name="helo">What the client said in HELO or EHLO, or null when it has not said it yet.</param>
    public AuthenticationSession BeginSession(IPAddress? clientAddress, string? helo = null) => new(Evaluators, clientAddress, helo);

    /// <summary>Judges a message that is in memory.</summary>
    /// <param name="envelope">What the client said in the SMTP dialogue.</param>
    /// <param name="message">
    /// The message as it arrived: CRLF line ends, dot-stuffing undone. One with LF line ends (<see cref="LineEndings.AreLineFeeds"/>) is judged
    /// as if they were CRLF, and the outcome says so.
    /// </param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled. Nothing runs any longer.</exception>
    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(
        SmtpEnvelope envelope, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        cancellationToken.ThrowIfCancellationRequested();
        if (LineEndings.AreLineFeedsWithin(message.Span, Options.MessageLimits))
        {
            return await AuthenticateAsync(envelope, new ReadOnlySequence<byte>(message), cancellationToken).ConfigureAwait(false);
        }

        // Nothing is copied, not even the header.
        var header = HeaderBlock.Rent(message, Options.MessageLimits);
        var session = Begin(envelope);
        try
        {
            session.SetHeader(header);
            session.AppendBody(message.Span[header.BodyOffset..]);
            return await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await session.DisposeAsync().ConfigureAwait(false);
            header.Release();
        }
    }

    /// <summary>Judges a message that is in memory in pieces. Its body is never copied.</summary>
    /// <param name="envelope">What the client said in the SMTP dialogue.</param>
    /// <param name="message">The message as it arrived, or with LF line ends as above; cut anywhere.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled. Nothing runs any longer.</exception>
    public ValueTask<AuthenticationOutcome> AuthenticateAsync(
        SmtpEnvelope envelope, ReadOnlySequence<byte> message, CancellationToken cancellationToken = default) =>
        FeedAsync(
            envelope,
            feed =>
            {
                feed.Append(message);
                return ValueTask.CompletedTask;
            },
            cancellationToken);

    /// <summary>Judges a message as it is read. Its body is never held.</summary>
    /// <param name="envelope">What the client said in the SMTP dialogue.</param>
    /// <param name="message">The message as it arrived, or with LF line ends as above; read to its end and left open. Its exceptions reach the caller.</param>
    /// <param name="cancellationToken">Ends the reading and the checks.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled. Nothing runs any longer.</exception>
    public ValueTask<AuthenticationOutcome> AuthenticateAsync(
        SmtpEnvelope envelope, Stream message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return FeedAsync(envelope, feed => feed.ReadAsync(message, cancellationToken), cancellationToken);
    }

    /// <summary>Judges a message as it comes through a pipe. Its body is never held.</summary>
    /// <remarks>
    /// The reader is consumed up to the end of the message and never completed: the caller must do that, whatever the result.
    /// When the writer completes the pipe with an exception, it reaches the caller.
    /// </remarks>
    /// <param name="envelope">What the client said in the SMTP dialogue.</param>
    /// <param name="message">The message as it arrived, or with LF line ends as above; read to its end.</param>
    /// <param name="cancellationToken">Ends the reading and the checks.</param>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled, or the read was (<see cref="PipeReader.CancelPendingRead"/>). Nothing runs any more then; bytes that were not
    /// read stay in the reader.
    /// </exception>
    public ValueTask<AuthenticationOutcome> AuthenticateAsync(
        SmtpEnvelope envelope, PipeReader message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return FeedAsync(envelope, feed => feed.ReadAsync(message, cancellationToken), cancellationToken);
    }

    /// <summary>Judges a message that a callback gives piece by piece.</summary>
    /// <param name="envelope">What the client said in the SMTP dialogue.</param>
    /// <param name="fill">Gives the message, up to its end. Its exceptions reach the caller.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    internal async ValueTask<AuthenticationOutcome> FeedAsync(
        SmtpEnvelope envelope, Func<MessageSplitter, ValueTask> fill, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        cancellationToken.ThrowIfCancellationRequested();
        var session = Begin(envelope);

        // It owns the bytes of the header, which the session's checks read, so it is disposed of after them.
        using var feed = new MessageSplitter(Options.MessageLimits, session.SetHeader, session.AppendBody);
        try
        {
            await fill(feed).ConfigureAwait(false);
            feed.Complete();
            return await session.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    private AuthenticationSession Begin(SmtpEnvelope envelope)
    {
        var session = BeginSession(envelope.ClientAddress, envelope.Helo);
        session.SetEnvelope(envelope);
        return session;
    }
}
