using System.Net;
using EmailAuth.Composition;
using EmailAuth.Hosting;
using EmailAuth.Messages;

namespace EmailAuth;

/// <summary>
/// One client's connection, fed in SMTP order: client, HELO, MAIL FROM, header fields, body, end; then the next message, or the end of the
/// connection. Each lookup starts as soon as what it needs is known. For one caller at a time.
/// </summary>
/// <remarks>
/// A call out of order is the caller's mistake and throws <see cref="InvalidOperationException"/>. The body is never kept: memory does not
/// grow with the message.
/// </remarks>
/// <example>
/// <code>
/// using System.Net;
/// using EmailAuth;
/// using EmailAuth.Dns;
///
/// var pipeline = new AuthenticationPipeline(new StubResolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
///
/// await using AuthenticationSession session = pipeline.BeginSession(IPAddress.Parse("192.0.2.1")); // the client connects
/// session.SetHelo("mail.example.com");
/// session.SetMailFrom("alice@example.com");
/// session.AddRecipient("bob@example.org");
/// session.AddHeaderField("From"u8, " Alice &lt;alice@example.com&gt;"u8); // raw: the space and folding are kept
/// session.AddHeaderField("Subject"u8, " Hello"u8);
/// session.EndOfHeaders();
/// session.AppendBody("Hello Bob\r\n"u8); // in any pieces
/// AuthenticationOutcome outcome = await session.CompleteAsync();
/// Console.WriteLine(outcome.Header);
///
/// session.SetMailFrom("carol@example.com"); // the connection's next message
/// </code>
/// </example>
public sealed class AuthenticationSession : IAsyncDisposable
{
    private readonly Evaluators _evaluators;
    private readonly ConnectionChecks _connection;
    private MessageEvaluation _message;
    private HeaderBlockBuilder? _fields;
    private ObservedMessage? _observed;
    private bool _isReported;
    private Stage _stage = Stage.Envelope;

    internal AuthenticationSession(Evaluators evaluators, IPAddress? client, string? helo)
    {
        _evaluators = evaluators;
        _connection = new ConnectionChecks(evaluators, client);
        _message = new MessageEvaluation(evaluators, _connection.Dns);
        if (helo is not null)
        {
            _connection.StartHelo(helo);
        }
    }

    private enum Stage
    {
        Envelope,
        Header,
        Body,
        Completing,
        Completed,
        Disposed,
    }

    /// <summary>
    /// Whether the client proved who it is by SMTP AUTH (RFC 4954); may be set until the message is complete. It stays for the connection.
    /// </summary>
    public bool IsAuthenticatedSubmission { get; set; }

    /// <summary>
    /// What the client said in HELO or EHLO. A later HELO replaces an earlier one; after a completed message it begins the next one, as a
    /// client may say EHLO again at any time (RFC 5321 section 4.1.4).
    /// </summary>
    /// <param name="helo">The argument, as the client sent it.</param>
    /// <exception cref="InvalidOperationException">The message's header has begun and it is not complete.</exception>
    public void SetHelo(string helo)
    {
        ArgumentNullException.ThrowIfNull(helo);
        ResetCompleted();
        Expect(_stage == Stage.Envelope, "HELO comes before the message.");
        _connection.StartHelo(helo);
    }

    /// <summary>What the client said in MAIL FROM; SPF starts. After a completed message it begins the next one.</summary>
    /// <param name="reversePath">The reverse-path, with or without angle brackets; empty for the null one.</param>
    /// <exception cref="InvalidOperationException">The message's header has begun and it is not complete.</exception>
    public void SetMailFrom(string reversePath)
    {
        ArgumentNullException.ThrowIfNull(reversePath);
        ResetCompleted();
        Expect(_stage == Stage.Envelope, "MAIL FROM comes before the message.");
        _message.StartMailFrom(_connection, reversePath);

        // RFC 5321 section 4.1.1.2: MAIL begins with no recipients.
        _observed = _evaluators.Observers.AreGiven ? new ObservedMessage { MailFrom = reversePath } : null;
    }

    /// <summary>
    /// A mailbox that the client named in RCPT TO and that was accepted, after <see cref="SetMailFrom"/>. No verdict depends on recipients: they
    /// are for observers, because reports name them.
    /// </summary>
    /// <param name="mailbox">The forward-path, with or without angle brackets. Recipients past <see cref="MessageLimits.MaxRecipients"/> are only counted.</param>
    /// <exception cref="InvalidOperationException">The message's header has begun.</exception>
    public void AddRecipient(string mailbox)
    {
        ArgumentNullException.ThrowIfNull(mailbox);
        Expect(_stage == Stage.Envelope, "RCPT TO comes after MAIL FROM and before the message.");
        if (_evaluators.Observers.AreGiven)
        {
            (_observed ??= new ObservedMessage()).AddRecipient(mailbox, _evaluators.Options.MessageLimits);
        }
    }

    /// <summary>Adds a header field.</summary>
    /// <param name="name">The text before the colon.</param>
    /// <param name="value">
    /// The text after the colon, raw: the leading space and folding with CRLF kept, without the final CRLF. Simple canonicalization
    /// (RFC 6376 section 3.4.1) depends on each byte.
    /// </param>
    /// <exception cref="InvalidOperationException">The header has ended.</exception>
    public void AddHeaderField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Expect(_stage is Stage.Envelope or Stage.Header, "Header fields come before the body.");
        _stage = Stage.Header;
        _message.Begin();
        _fields ??= new HeaderBlockBuilder(_evaluators.Options.MessageLimits);
        _fields.Add(name, value);
    }

    /// <summary>The header has ended: signatures are parsed, and their keys, the author's policy and the indicator are asked for.</summary>
    /// <exception cref="InvalidOperationException">The header has ended before.</exception>
    public void EndOfHeaders()
    {
        Expect(_stage is Stage.Envelope or Stage.Header, "The header has ended before.");
        _fields ??= new HeaderBlockBuilder(_evaluators.Options.MessageLimits);
        SetHeader(_fields.Build());
    }

    /// <summary>Adds the next bytes of the body, cut anywhere.</summary>
    /// <param name="chunk">The bytes as they arrived, dot-stuffing undone.</param>
    /// <exception cref="InvalidOperationException">The header has not ended, or the message has.</exception>
    public void AppendBody(ReadOnlySpan<byte> chunk)
    {
        Expect(_stage == Stage.Body, "The body comes after the end of the header.");
        _message.AppendBody(chunk);
    }

    /// <summary>
    /// The message has ended: decides. Afterwards <see cref="SetHelo"/>, <see cref="SetMailFrom"/> and <see cref="Reset"/> make the session ready
    /// for the connection's next message.
    /// </summary>
    /// <param name="cancellationToken">Ends the checks; nothing of the message runs any longer, and the session is as ready as after an outcome.</param>
    /// <exception cref="InvalidOperationException">The header has not ended, or the message was completed before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the session was disposed of meanwhile.</exception>
    public async ValueTask<AuthenticationOutcome> CompleteAsync(CancellationToken cancellationToken = default)
    {
        Expect(_stage == Stage.Body, "The message is complete after its header and body.");
        _stage = Stage.Completing;
        try
        {
            var outcome = await _message.CompleteAsync(_connection, IsAuthenticatedSubmission, cancellationToken).ConfigureAwait(false);
            Observe(outcome);
            return outcome;
        }
        finally
        {
            await EndMessageAsync().ConfigureAwait(false);
            if (Interlocked.CompareExchange(ref _stage, Stage.Completed, Stage.Completing) == Stage.Disposed)
            {
                // The session was disposed of meanwhile: nothing more can be reported.
                TellObservers(null);
            }
        }
    }

    /// <summary>
    /// Says what the host did with the message that was completed; observers (<see cref="IEvaluatedMessageObserver"/>) get the message now.
    /// Without this call they get it when the next message begins or the session ends, without an action.
    /// </summary>
    /// <param name="applied">What was done.</param>
    /// <exception cref="InvalidOperationException">The message is not complete, or this was reported before.</exception>
    public void ReportApplied(AppliedAction applied)
    {
        ArgumentNullException.ThrowIfNull(applied);
        Expect(_stage == Stage.Completed && !_isReported, "What was done is reported once, after the message is complete.");
        _isReported = true;
        TellObservers(applied);
    }

    /// <summary>
    /// Prepares for the next message of the connection. A message in progress is abandoned and its lookups are cancelled; what is known
    /// about the client and its HELO stays.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
    /// <exception cref="InvalidOperationException"><see cref="CompleteAsync"/> has not ended: cancel it.</exception>
    public void Reset()
    {
        Expect(_stage != Stage.Completing, "CompleteAsync has not ended; cancel it first.");
        _isReported = false;
        _connection.Abandon(_message);
        EndFields();
        _message = new MessageEvaluation(_evaluators, _connection.Dns);
        _stage = Stage.Envelope;

        // Last: an observer may call the session, for example to end it, and the effect of that call must stay.
        TellObservers(null);
    }

    /// <summary>Ends the session; nothing of it runs after this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        // CompleteAsync may end at the same time: only one of the two ends the message.
        if (Interlocked.CompareExchange(ref _stage, Stage.Disposed, Stage.Completing) == Stage.Completing)
        {
            // CompleteAsync may be reading the header: it ends without its lookups, and cleans up.
            _message.Cancel();
            await _connection.EndAsync().ConfigureAwait(false);
        }
        else if (Interlocked.Exchange(ref _stage, Stage.Disposed) != Stage.Disposed)
        {
            TellObservers(null);
            await EndMessageAsync().ConfigureAwait(false);
            await _connection.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sets the whole envelope at once.</summary>
    internal void SetEnvelope(SmtpEnvelope envelope)
    {
        IsAuthenticatedSubmission = envelope.IsAuthenticatedSubmission;
        if (envelope.MailFrom is not null)
        {
            SetMailFrom(envelope.MailFrom);
        }

        _message.HasReconstructedEnvelope = envelope.IsReconstructed;

        _observed = _evaluators.Observers.AreGiven ? new ObservedMessage { Envelope = envelope } : null;
    }

    /// <summary>Sets the whole header at once; its bytes must stay valid until the message is complete.</summary>
    internal void SetHeader(HeaderBlock header)
    {
        Expect(_stage is Stage.Envelope or Stage.Header, "The header has ended before.");
        _stage = Stage.Body;
        _message.StartHeader(_connection, header);
    }

    private void Observe(AuthenticationOutcome outcome)
    {
        var observers = _evaluators.Observers;
        if (observers.AreListening)
        {
            (_observed ??= new ObservedMessage()).Complete(
                outcome,
                _message.LookupsAnsweredAtOnce,
                _evaluators.Options.TimeProvider.GetUtcNow(),
                _evaluators.Options.KeepHeader && observers.AreGiven ? _message.CopyHeader() : default(ReadOnlyMemory<byte>?),
                observers.AreGiven && _message.IsReport,
                (_connection.Client, _connection.Helo, IsAuthenticatedSubmission));
        }
    }

    // Observers get each message once: it is forgotten before they are called.
    private void TellObservers(AppliedAction? applied)
    {
        if (Interlocked.Exchange(ref _observed, null)?.With(applied) is { } evaluated)
        {
            _evaluators.Observers.Tell(evaluated);
        }
    }

    private void ResetCompleted()
    {
        if (_stage == Stage.Completed)
        {
            Reset();
        }
    }

    private ValueTask EndMessageAsync()
    {
        var end = _message.DisposeAsync();
        if (!end.IsCompletedSuccessfully)
        {
            return EndMessageAsync(end);
        }

        EndFields();
        return default;
    }

    private async ValueTask EndMessageAsync(ValueTask end)
    {
        await end.ConfigureAwait(false);
        EndFields();
    }

    private void EndFields()
    {
        _fields?.Dispose();
        _fields = null;
    }

    private void Expect(bool condition, string order)
    {
        ObjectDisposedException.ThrowIf(_stage == Stage.Disposed, this);
        if (!condition)
        {
            throw new InvalidOperationException($"{order} The session is at: {_stage}.");
        }
    }
}
