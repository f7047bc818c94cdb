using System.Collections.Immutable;
using System.Net;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Protocol;
using EmailAuth.Policy;

namespace EmailAuth.Milter.Dialogue;

/// <summary>One MTA connection: passes the MTA's commands to the authentication, and answers the end of each message with its verdict.</summary>
internal sealed class AuthenticatingHandler : MilterHandler, IAsyncDisposable
{
    // Nothing is answered before the end of the message, so the MTA need not wait until then. Observers need the recipients, but not those that
    // the MTA rejects (RejectedRecipients), because the message does not go to them.
    private const MilterSteps Steps =
        MilterSteps.NoReplyToConnect | MilterSteps.NoReplyToHelo | MilterSteps.NoReplyToMail | MilterSteps.NoReplyToRecipient |
        MilterSteps.NoReplyToHeader | MilterSteps.NoReplyToEndOfHeaders | MilterSteps.NoReplyToBody |
        MilterSteps.NoData | MilterSteps.NoUnknown | MilterSteps.Skip | MilterSteps.HeaderLeadingSpace;

    // The MTA need not send the other steps.
    private static readonly ImmutableSortedDictionary<MilterMacroStage, string> Macros = new Dictionary<MilterMacroStage, string>
    {
        [MilterMacroStage.Connect] = "j {daemon_name} {client_addr}",
        [MilterMacroStage.Mail] = "i {auth_authen}",
        [MilterMacroStage.EndOfMessage] = "i",
    }.ToImmutableSortedDictionary();

    // Never what OnInternalError says: a sender can bring this about.
    private static readonly MessageAnswer NoMemory = new()
    {
        Decision = MilterDecision.TemporaryFailure,
        Reply = new SmtpReply(451, "4.3.1", "Too many long headers at a time, try again later"),
        Reason = "no memory for its header while so many others are long",
    };

    private readonly MilterOptions _options;
    private readonly MilterEvents _events;
    private readonly TimeProvider _timeProvider;
    private readonly FaultIsolatedSession _authentication;
    private readonly HeaderMemory _headerMemory;
    private readonly Action? _waits;

    private MilterMacros? _macros;
    private IPAddress? _client;
    private string? _helo;
    private string _reversePath = string.Empty;
    private long _headerBytes;
    private long _headerBytesHeld;
    private long _bodyBytes;
    private bool _isTrusted;
    private bool _isTrustLogged;
    private bool _isSubmission;
    private bool _hasHeaderEnded;
    private bool _lacksMemory;

    /// <param name="authenticator">Judges the messages.</param>
    /// <param name="options">The settings.</param>
    /// <param name="events">Where it is reported.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="headerMemory">The room for long headers, which all connections share.</param>
    /// <param name="waits">Called when a verdict takes time.</param>
    public AuthenticatingHandler(
        IMessageAuthenticator authenticator, MilterOptions options, MilterEvents events, TimeProvider timeProvider, HeaderMemory headerMemory,
        Action? waits = null)
    {
        _headerMemory = headerMemory;
        _waits = waits;
        _options = options;
        _events = events;
        _timeProvider = timeProvider;
        _authentication = new FaultIsolatedSession(authenticator, events, () => QueueId);
    }

    /// <summary>Whether a message is in progress.</summary>
    public bool IsInMessage { get; private set; }

    /// <summary>The MTA's queue id of the message in progress, or null.</summary>
    public string? QueueId => _macros?["i"];

    // Whether the message's bytes are still needed.
    private bool IsListening => _authentication.IsListening;

    /// <summary>What the milter asks of an MTA. If a setting says quarantine, holding must be possible, because the field in the message will say so.</summary>
    public static MilterConnectionOptions ConnectionOptions(MilterOptions options, TimeProvider timeProvider) => new()
    {
        RequiredActions = MilterActions.AddHeaders | (options is { Quarantines: true, QuarantineBy: QuarantineBy.Hold } ? MilterActions.Quarantine : MilterActions.None),
        OptionalActions = MilterActions.ChangeHeaders | MilterActions.Quarantine,
        Steps = Steps,
        Macros = Macros,
        MaxPacketBytes = options.MaxPacketBytes,
        IdleTimeout = options.IdleTimeout,
        PacketTimeout = options.PacketTimeout,
        ProgressInterval = options.ProgressInterval,
        TimeProvider = timeProvider,
    };

    public override void OnNegotiated(MilterContext context)
    {
        _macros = context.Macros;
        _events.Negotiated(context);
    }

    public override ValueTask<MilterResponse> OnConnectAsync(MilterContext context, MilterClient client, CancellationToken cancellationToken)
    {
        // A client that connected through a socket on this machine is trusted; a client whose address the MTA does not know is not.
        // Its mail is not judged, so no lookups are made, but forged results in it are removed (RFC 8601 section 5).
        _client = client.Address;
        _isTrusted = _client is null ? client.IsLocal : _options.LeavesUnchecked(_client);
        _authentication.Begin(_isTrusted ? null : _client);
        return Continue();
    }

    public override ValueTask<MilterResponse> OnHeloAsync(MilterContext context, string name, CancellationToken cancellationToken)
    {
        _helo = name;
        if (!_isTrusted)
        {
            _authentication.SetHelo(name);
        }

        return Continue();
    }

    public override ValueTask<MilterResponse> OnMailAsync(
        MilterContext context, string reversePath, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        IsInMessage = true;
        _reversePath = reversePath;
        var isAuthenticated = context.Macros["auth_authen"] is not null;

        // A relay that authenticates vouches for itself, not for the clients whose mail it brings.
        _isSubmission = !_isTrusted && _options.SkipAuthenticated && isAuthenticated && !(_client is { } client && _options.IsRelay(client));
        if (_isTrusted && !_isTrustLogged)
        {
            // Not logged at CONNECT: a proxy that gives the client's address later (XCLIENT) connects under its own address and sends no mail.
            _isTrustLogged = true;
            _events.ClientTrusted(_client);
        }

        if (_isTrusted || _isSubmission)
        {
            _authentication.SetSubmission();
        }
        else
        {
            _authentication.SetMailFrom(reversePath, isAuthenticated);
        }

        if (_options.Signs(_client, isLocal: _client is null && _isTrusted, isAuthenticated))
        {
            _authentication.Sign();
        }

        return Continue();
    }

    public override ValueTask<MilterResponse> OnRecipientAsync(
        MilterContext context, string forwardPath, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        _authentication.AddRecipient(forwardPath);
        return Continue();
    }

    public override ValueTask<MilterResponse> OnHeaderAsync(
        MilterContext context, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        if (HasRoomFor(name.Length + value.Length))
        {
            _authentication.AddHeaderField(name.Span, value.Span);
        }

        return Continue();
    }

    public override ValueTask<MilterResponse> OnEndOfHeadersAsync(MilterContext context, CancellationToken cancellationToken)
    {
        EndHeader();
        return Continue();
    }

    public override ValueTask<MilterResponse> OnBodyAsync(MilterContext context, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        EndHeader();
        _bodyBytes += piece.Length;
        _authentication.AppendBody(piece.Span);

        // The rest of the body is not needed once the message has failed.
        return IsListening ? Continue() : new(MilterResponse.Skip);
    }

    public override async ValueTask<MilterResponse> OnEndOfMessageAsync(
        MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
    {
        EndHeader();
        var started = _timeProvider.GetTimestamp();
        var deciding = _authentication.CompleteAsync(cancellationToken);
        if (!deciding.IsCompleted)
        {
            _waits?.Invoke();
        }

        var found = await deciding;
        var verdict = found ?? (_lacksMemory ? NoMemory : new MessageAnswer { Decision = _options.OnInternalError, Reason = "internal error" });
        var response = verdict.Answer(modifications, context.Actions);
        _authentication.ReportApplied(verdict.Applied(context.Actions));
        Report(verdict, context.Actions, found is null ? null : _isTrusted || found.IsOfUncheckedClient ? "trusted network" : _isSubmission ? "authenticated client" : null, started);
        EndMessage();
        return response;
    }

    public override ValueTask OnAbortAsync(MilterContext context)
    {
        EndMessage();
        return default;
    }

    // The abandoned authentication may still be ending its lookups. The end of the connection waits for that; the next client does not.
    public override ValueTask OnCloseAsync(MilterContext context)
    {
        _authentication.EndClient();
        _helo = null;
        _client = null;
        _isTrusted = _isTrustLogged = false;
        return default;
    }

    public ValueTask DisposeAsync()
    {
        ReturnHeaderMemory();
        return _authentication.DisposeAsync();
    }

    private void Report(MessageAnswer verdict, MilterActions allowed, string? notJudged, long started)
    {
        var wait = _timeProvider.GetElapsedTime(started);
        _events.MessageDecided(verdict.Decision, wait, notJudged, verdict.Signing?.Result);
        if (_events.LogsMessages)
        {
            var relay = verdict.Outcome?.Relay;
            _events.LogMessage(new MessageLogEntry
            {
                QueueId = QueueId,
                Client = relay is null ? _client : relay.Address,
                Helo = relay is null ? _helo : relay.Helo,
                Relay = relay,
                ReversePath = _reversePath,
                NotJudged = notJudged,
                Verdict = verdict,
                CanRemoveFields = allowed.HasFlag(MilterActions.ChangeHeaders),
                BodyBytes = _bodyBytes,
                Wait = wait,
            });
        }
    }

    private static ValueTask<MilterResponse> Continue() => new(MilterResponse.Continue);

    // A message without room for its header is given up at once, so that others have what it held, and deferred at its end.
    private bool HasRoomFor(int bytes)
    {
        if (!IsListening || (_headerBytes += bytes) <= HeaderMemory.BytesOfConnection)
        {
            return true;
        }

        if (_headerMemory.TryTake(bytes, _headerBytesHeld))
        {
            _headerBytesHeld += bytes;
            return true;
        }

        _lacksMemory = true;
        _authentication.GiveUp();
        ReturnHeaderMemory();
        return false;
    }

    private void ReturnHeaderMemory()
    {
        _headerMemory.Return(_headerBytesHeld);
        _headerBytesHeld = 0;
    }

    // An MTA may leave out the end of the header.
    private void EndHeader()
    {
        if (!_hasHeaderEnded)
        {
            _hasHeaderEnded = true;
            _authentication.EndOfHeaders();
        }
    }

    private void EndMessage()
    {
        _authentication.EndMessage();
        ReturnHeaderMemory();
        IsInMessage = _isSubmission = _hasHeaderEnded = _lacksMemory = false;
        _bodyBytes = _headerBytes = 0;
        _reversePath = string.Empty;
    }
}
