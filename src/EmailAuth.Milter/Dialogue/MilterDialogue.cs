using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Protocol;

namespace EmailAuth.Milter.Dialogue;

/// <summary>
/// One MTA connection's dialogue: takes packets, tells the authentication, writes the replies. Not thread-safe; one packet at a time.
/// </summary>
internal sealed partial class MilterDialogue : IAsyncDisposable
{
    private readonly MilterOptions _options;
    private readonly MilterEvents _events;
    private readonly TimeProvider _timeProvider;
    private readonly MilterMacros _macros = new();
    private readonly FaultIsolatedSession _authentication;

    private MilterNegotiation _agreed = new(MilterNegotiation.NewestVersion, MilterActions.None, MilterProtocolFlags.None);
    private IPAddress? _client;
    private string? _helo;
    private string _reversePath = string.Empty;
    private long _bodyBytes;
    private bool _isTrusted;
    private bool _isTrustLogged;
    private bool _isSubmission;

    public MilterDialogue(IMessageAuthenticator authenticator, MilterOptions options, MilterEvents events, TimeProvider timeProvider)
    {
        _options = options;
        _events = events;
        _timeProvider = timeProvider;
        _authentication = new FaultIsolatedSession(authenticator, events, () => QueueId);
    }

    public MilterPhase Phase { get; private set; }

    /// <summary>How the MTA broke the protocol, after <see cref="DialogueAction.Violation"/>.</summary>
    public string? Violation { get; private set; }

    /// <summary>Whether a message is in hand.</summary>
    public bool IsInMessage => Phase >= MilterPhase.Envelope;

    /// <summary>The MTA's name of the message in hand, or null.</summary>
    public string? QueueId => _macros.QueueId;

    /// <summary>Takes a packet and writes the reply that it calls for.</summary>
    public DialogueAction Receive(in MilterPacket packet, IBufferWriter<byte> output)
    {
        if (packet.Command == MilterCommand.Body)
        {
            return Body(packet, output);
        }

        if (packet.Payload.IsSingleSegment)
        {
            return Receive(packet.Command, packet.Payload.FirstSpan, output);
        }

        var length = (int)packet.Payload.Length;
        var joined = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            packet.Payload.CopyTo(joined);
            return Receive(packet.Command, joined.AsSpan(0, length), output);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    /// <summary>Waits for the verdict and answers the end of the message; the next message may then come.</summary>
    /// <exception cref="OperationCanceledException">The connection ends.</exception>
    public async Task CompleteMessageAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        var started = _timeProvider.GetTimestamp();
        var pending = _authentication.CompleteAsync(cancellationToken);
        if (!pending.IsCompleted)
        {
            await output.KeepWaitingAsync(pending, _options.ProgressInterval, _timeProvider, cancellationToken);
        }

        var found = await pending;
        var verdict = found ?? new MessageAnswer { Decision = _options.OnInternalError, Reason = "internal error" };
        output.WriteAnswer(verdict, _agreed);
        _authentication.ReportApplied(verdict.Applied(_agreed));
        _events.MessageDecided(new MessageLogEntry
        {
            QueueId = QueueId,
            Client = _client,
            Helo = _helo,
            ReversePath = _reversePath,
            NotJudged = found is null ? null : _isTrusted ? "trusted network" : _isSubmission ? "authenticated client" : null,
            Verdict = verdict,
            BodyBytes = _bodyBytes,
            Wait = _timeProvider.GetElapsedTime(started),
        });
        EndMessage();
    }

    public ValueTask DisposeAsync() => _authentication.DisposeAsync();

    private DialogueAction Receive(MilterCommand command, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (Phase == MilterPhase.Opened)
        {
            return command == MilterCommand.OptionNegotiation
                ? Negotiate(payload, output)
                : Violate($"{command.Name()} before the negotiation");
        }

        return command switch
        {
            MilterCommand.OptionNegotiation => Violate("a second negotiation"),
            MilterCommand.Macro => _macros.Apply(payload) ? DialogueAction.Continue : Violate("a malformed MACRO packet"),
            MilterCommand.Connect => Connect(payload, output),
            MilterCommand.Helo => Helo(payload, output),
            MilterCommand.Mail => Mail(payload, output),
            MilterCommand.Recipient => Recipient(payload, output),
            MilterCommand.Data => PassOver(command, MilterProtocolFlags.NoReplyToData, output),
            MilterCommand.Unknown => PassOver(command, MilterProtocolFlags.NoReplyToUnknown, output),
            MilterCommand.Header => Header(payload, output),
            MilterCommand.EndOfHeaders => EndOfHeaders(output),
            MilterCommand.Body => throw new UnreachableException(), // has its own way, as it may come in parts
            MilterCommand.EndOfBody => EndOfBody(payload),
            MilterCommand.Abort => Abort(),
            MilterCommand.QuitNewConnection => QuitNewConnection(),
            MilterCommand.Quit => DialogueAction.Close,
            // A command is the octet that the MTA sent: it need not be one of the enum.
            _ => Violate($"an unknown command, {command.Name()}"),
        };
    }

    private DialogueAction Negotiate(ReadOnlySpan<byte> offer, IBufferWriter<byte> output)
    {
        var answer = MilterNegotiation.Answer(offer);
        if (!answer.IsSuccess)
        {
            return Violate(answer.Error.Reason);
        }

        // What is written into a message says that it was held: it must be possible.
        if (_options.Quarantines && !answer.Value.Actions.HasFlag(MilterActions.Quarantine))
        {
            return Violate("the MTA does not let a milter hold messages, which the settings ask for (quarantine)");
        }

        _agreed = answer.Value;
        Phase = MilterPhase.Negotiated;
        output.WriteNegotiation(_agreed);
        _events.Negotiated(_agreed);
        return DialogueAction.Continue;
    }

    private DialogueAction Connect(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (Phase != MilterPhase.Negotiated)
        {
            return Violate("a second CONNECT");
        }

        var client = MilterClient.Parse(payload);
        if (!client.IsSuccess)
        {
            return Violate(client.Error.Reason);
        }

        Phase = MilterPhase.Connected;
        _client = client.Value.Address ?? MilterClient.ParseAddress(_macros.ClientAddress);

        // A client that came by a socket of this machine is trusted; one whose address the MTA lost is a stranger.
        // Its mail is not judged, so that nothing is asked about it; but forged results in it are removed (RFC 8601 section 5).
        _isTrusted = _client is null ? client.Value.IsLocal : _options.LeavesUnchecked(_client);
        _authentication.Begin(_isTrusted ? null : _client);
        return Reply(MilterReply.Continue, MilterProtocolFlags.NoReplyToConnect, output);
    }

    private DialogueAction Helo(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (Phase is not (MilterPhase.Connected or MilterPhase.Envelope))
        {
            return Violate($"HELO {Phase.Moment()}");
        }

        var reader = new MilterPayloadReader(payload);
        if (!reader.TryReadString(out var helo) || !reader.IsAtEnd)
        {
            return Violate("a malformed HELO packet");
        }

        // RFC 5321 section 4.1.4: HELO and EHLO also give up a message.
        if (IsInMessage)
        {
            EndMessage();
        }

        _helo = helo;
        if (!_isTrusted)
        {
            _authentication.SetHelo(helo);
        }

        return Reply(MilterReply.Continue, MilterProtocolFlags.NoReplyToHelo, output);
    }

    private DialogueAction Mail(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (Phase < MilterPhase.Connected)
        {
            return Violate($"MAIL {Phase.Moment()}");
        }

        if (MilterPayloadReader.ReadPath(payload) is not { } path)
        {
            return Violate("a malformed MAIL packet");
        }

        // A message in hand is given up by the next one: MTAs need not say so. The macros are those of the next one already.
        if (IsInMessage)
        {
            EndMessage(keepMacros: true);
        }

        Phase = MilterPhase.Envelope;
        _reversePath = path;
        _isSubmission = !_isTrusted && _options.SkipAuthenticated && _macros.AuthenticatedIdentity is not null;
        if (_isTrusted && !_isTrustLogged)
        {
            // Not at CONNECT: a proxy that names the client later (XCLIENT) first comes as itself, and sends nothing.
            _isTrustLogged = true;
            _events.ClientTrusted(_client);
        }

        if (_isTrusted || _isSubmission)
        {
            _authentication.SetSubmission();
        }
        else
        {
            _authentication.SetMailFrom(_reversePath, _macros.AuthenticatedIdentity is not null);
        }

        return Reply(MilterReply.Continue, MilterProtocolFlags.NoReplyToMail, output);
    }

    private DialogueAction Recipient(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (Phase != MilterPhase.Envelope)
        {
            return Violate($"RCPT {Phase.Moment()}");
        }

        if (MilterPayloadReader.ReadPath(payload) is not { } path)
        {
            return Violate("a malformed RCPT packet");
        }

        _authentication.AddRecipient(path);
        return Reply(MilterReply.Continue, MilterProtocolFlags.NoReplyToRecipient, output);
    }

    private DialogueAction PassOver(MilterCommand command, MilterProtocolFlags without, IBufferWriter<byte> output) =>
        Phase == MilterPhase.Envelope || (command == MilterCommand.Unknown && Phase == MilterPhase.Connected)
            ? Reply(MilterReply.Continue, without, output)
            : Violate($"{command.Name()} {Phase.Moment()}");

    private DialogueAction Header(ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        if (Phase is not (MilterPhase.Envelope or MilterPhase.Header))
        {
            return Violate($"HEADER {Phase.Moment()}");
        }

        var reader = new MilterPayloadReader(payload);
        if (!reader.TryReadBytes(out var name) || !reader.TryReadBytes(out var raw) || !reader.IsAtEnd)
        {
            return Violate("a malformed HEADER packet");
        }

        Phase = MilterPhase.Header;
        if (IsListening)
        {
            using var value = new FieldValue(raw, _agreed.HasLeadingSpace);
            _authentication.AddHeaderField(name, value.Bytes);
        }

        return Reply(MilterReply.Continue, MilterProtocolFlags.NoReplyToHeader, output);
    }

    private DialogueAction EndOfHeaders(IBufferWriter<byte> output)
    {
        if (Phase is not (MilterPhase.Envelope or MilterPhase.Header))
        {
            return Violate($"EOH {Phase.Moment()}");
        }

        BeginBody();
        return Reply(MilterReply.Continue, MilterProtocolFlags.NoReplyToEndOfHeaders, output);
    }

    private DialogueAction Abort()
    {
        if (IsInMessage)
        {
            EndMessage();
        }

        return DialogueAction.Continue;
    }

    private DialogueAction QuitNewConnection()
    {
        EndMessage();
        _authentication.EndClient();
        _macros.Reset();
        _helo = null;
        _client = null;
        _isTrusted = _isTrustLogged = false;
        Phase = MilterPhase.Negotiated;
        return DialogueAction.Continue;
    }

    // Whether the message's bytes are of use.
    private bool IsListening => _authentication.IsListening;

    private void EndMessage(bool keepMacros = false)
    {
        _authentication.EndMessage();
        if (!keepMacros)
        {
            _macros.ResetMessage();
        }

        _isSubmission = false;
        _bodyBytes = 0;
        _reversePath = string.Empty;
        Phase = MilterPhase.Connected;
    }

    private DialogueAction Reply(MilterReply reply, MilterProtocolFlags without, IBufferWriter<byte> output)
    {
        if (!_agreed.Steps.HasFlag(without))
        {
            output.WriteReply(reply);
        }

        return DialogueAction.Continue;
    }

    private DialogueAction Violate(string what)
    {
        Violation = what;
        return DialogueAction.Violation;
    }
}
