using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// One connection's dialogue: takes packets, calls the handler, writes the replies. Each method returns null while the connection continues.
/// Not thread-safe; one packet at a time. Used again for one connection after another.
/// </summary>
/// <param name="flush">Sends replies while the handler works. It cancels the handler when sending fails, and does not throw.</param>
internal sealed partial class MilterDialogue(Func<ValueTask> flush)
{
    private MilterHandler _handler = null!;
    private MilterConnectionOptions _options = MilterConnectionOptions.Default;
    private IBufferWriter<byte> _output = null!;
    private MilterPhase _phase;

    /// <summary>Belongs to one connection: a handler may keep it.</summary>
    public MilterContext Context { get; private set; } = null!;

    /// <summary>Whether a message is in progress.</summary>
    public bool IsInMessage => _phase >= MilterPhase.Envelope;

    private MilterNegotiation Agreed => Context.Agreed!;

    /// <summary>Begins a connection; nothing of the earlier one is kept.</summary>
    /// <param name="handler">The milter.</param>
    /// <param name="options">What is wanted of the MTA.</param>
    /// <param name="output">Receives the replies.</param>
    public void Begin(MilterHandler handler, MilterConnectionOptions options, IBufferWriter<byte> output)
    {
        (_handler, _options, _output) = (handler, options, output);
        Context = new MilterContext();
        _phase = MilterPhase.Opened;
        _bodyAnswer = null;
    }

    /// <summary>Ends the connection, so that nothing of it is reachable from here.</summary>
    public void End() => Begin(null!, MilterConnectionOptions.Default, null!);

    /// <summary>Handles a packet and writes its reply.</summary>
    public async ValueTask<MilterConnectionResult?> ReceiveAsync(MilterPacket packet, CancellationToken cancellationToken)
    {
        if (packet.Command == MilterCommand.Body)
        {
            return await BodyAsync(packet, cancellationToken).ConfigureAwait(false);
        }

        if (packet.Payload.IsSingleSegment)
        {
            return await ReceiveAsync(packet.Command, packet.Payload.First, cancellationToken).ConfigureAwait(false);
        }

        var length = (int)packet.Payload.Length;
        var joined = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            packet.Payload.CopyTo(joined);
            return await ReceiveAsync(packet.Command, joined.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    private ValueTask<MilterConnectionResult?> ReceiveAsync(MilterCommand command, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_phase == MilterPhase.Opened)
        {
            return new(command == MilterCommand.OptionNegotiation ? Negotiate(payload.Span) : Unexpected(command.Name()));
        }

        return command switch
        {
            MilterCommand.OptionNegotiation => new(End(MilterConnectionEnd.UnexpectedCommand, "a second negotiation")),
            MilterCommand.Macro => new(Context.Macros.Apply(payload.Span) ? null : Malformed("MACRO")),
            MilterCommand.Connect => ConnectAsync(payload, cancellationToken),
            MilterCommand.Helo => HeloAsync(payload, cancellationToken),
            MilterCommand.Mail => MailAsync(payload, cancellationToken),
            MilterCommand.Recipient => RecipientAsync(payload, cancellationToken),
            MilterCommand.Data => DataAsync(cancellationToken),
            MilterCommand.Unknown => UnknownCommandAsync(payload, cancellationToken),
            MilterCommand.Header => HeaderAsync(payload, cancellationToken),
            MilterCommand.EndOfHeaders => EndOfHeadersAsync(cancellationToken),
            MilterCommand.Body => throw new UnreachableException(), // handled elsewhere, as it may come in parts
            MilterCommand.EndOfBody => EndOfMessageAsync(payload, cancellationToken),
            MilterCommand.Abort => AbortAsync(),
            MilterCommand.QuitNewConnection => QuitNewConnectionAsync(),
            MilterCommand.Quit => new(MilterConnectionResult.Quit),
            // A command is any octet that the MTA sent: it need not be a member of the enum.
            _ => new(End(MilterConnectionEnd.UnknownCommand, $"an unknown command, {command.Name()}")),
        };
    }

    private MilterConnectionResult? Negotiate(ReadOnlySpan<byte> offer)
    {
        if (MilterNegotiation.Answer(offer, _options, out var error) is not { } agreed)
        {
            return End(error.End, error.Reason);
        }

        Context.Agreed = agreed;
        _phase = PhaseBeforeClient;
        _output.WriteNegotiation(agreed, _options.Macros);
        _handler.OnNegotiated(Context);
        return null;
    }

    private async ValueTask<MilterConnectionResult?> ConnectAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_phase != MilterPhase.Negotiated)
        {
            return End(MilterConnectionEnd.UnexpectedCommand, "a second CONNECT");
        }

        if (MilterClient.Parse(payload.Span, Context.Macros, out var error) is not { } client)
        {
            return End(MilterConnectionEnd.MalformedPacket, error);
        }

        _phase = MilterPhase.Connected;
        Reply(MilterCommand.Connect, MilterSteps.NoReplyToConnect, await _handler.OnConnectAsync(Context, client, cancellationToken).ConfigureAwait(false));
        return null;
    }

    private async ValueTask<MilterConnectionResult?> HeloAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_phase is not (MilterPhase.Connected or MilterPhase.Envelope))
        {
            return Unexpected("HELO");
        }

        if (new MilterPayloadReader(payload.Span).ReadSingle() is not { } name)
        {
            return Malformed("HELO");
        }

        // RFC 5321 section 4.1.4: HELO and EHLO also abandon a message.
        await AbortAsync().ConfigureAwait(false);
        Reply(MilterCommand.Helo, MilterSteps.NoReplyToHelo, await _handler.OnHeloAsync(Context, name, cancellationToken).ConfigureAwait(false));
        return null;
    }

    private async ValueTask<MilterConnectionResult?> UnknownCommandAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_phase is not (MilterPhase.Connected or MilterPhase.Envelope))
        {
            return Unexpected(nameof(MilterCommand.Unknown));
        }

        // Not every MTA ends the command with NUL.
        var response = await _handler.OnUnknownCommandAsync(Context, Encoding.UTF8.GetString(payload.Span.TrimEnd((byte)0)), cancellationToken).ConfigureAwait(false);
        Reply(MilterCommand.Unknown, MilterSteps.NoReplyToUnknown, response);
        return null;
    }

    private async ValueTask<MilterConnectionResult?> AbortAsync()
    {
        if (IsInMessage)
        {
            await _handler.OnAbortAsync(Context).ConfigureAwait(false);
            EndMessage();
        }

        return null;
    }

    private async ValueTask<MilterConnectionResult?> QuitNewConnectionAsync()
    {
        await AbortAsync().ConfigureAwait(false);
        await _handler.OnCloseAsync(Context).ConfigureAwait(false);
        Context.Macros.Reset();
        _phase = PhaseBeforeClient;
        return null;
    }

    private void EndMessage()
    {
        Context.Macros.ResetMessage();
        _phase = MilterPhase.Connected;
    }

    // Writes the handler's answer, and ends the message if the answer is final.
    private void Reply(MilterCommand command, MilterSteps without, MilterResponse response)
    {
        var reply = response.Reply == MilterReply.Skip && !(command == MilterCommand.Body && Agreed.Steps.HasFlag(MilterSteps.Skip))
            ? MilterReply.Continue
            : response.Reply;
        if (Agreed.Steps.HasFlag(without))
        {
            // An answer that cannot be sent must not be lost: it may be a refusal.
            if (reply is MilterReply.Continue or MilterReply.Skip)
            {
                return;
            }

            throw new InvalidOperationException($"The handler answers {command.Name()} with '{response}', but asked for no reply to this step ({without}).");
        }

        Write(reply, response);
        if (IsInMessage && IsLast(reply, command))
        {
            EndMessage();
        }
    }

    private void Write(MilterReply reply, MilterResponse response)
    {
        if (response.Text is { } text)
        {
            _output.WriteReplyCode(text);
        }
        else
        {
            _output.WriteReply(reply);
        }
    }

    private static bool IsLast(MilterReply reply, MilterCommand command) =>
        reply is MilterReply.Accept or MilterReply.Discard
        || (reply is not (MilterReply.Continue or MilterReply.Skip) && command is not (MilterCommand.Recipient or MilterCommand.Unknown));

    // A milter that asked for no CONNECT gets what follows it at once.
    private MilterPhase PhaseBeforeClient => Agreed.Steps.HasFlag(MilterSteps.NoConnect) ? MilterPhase.Connected : MilterPhase.Negotiated;

    private MilterConnectionResult Unexpected(string command) => End(MilterConnectionEnd.UnexpectedCommand, $"{command} {_phase.Moment()}");

    private static MilterConnectionResult Malformed(string command) => End(MilterConnectionEnd.MalformedPacket, $"a malformed {command} packet");

    private static MilterConnectionResult End(MilterConnectionEnd end, string reason) => new() { End = end, Reason = reason };
}
