using System.Buffers;

namespace EmailAuth.Milter.Protocol;

/// <content>A message: its envelope, its header, its body, which comes in pieces and is never held, and its end.</content>
internal sealed partial class MilterDialogue
{
    // The handler's answer to an earlier part of a body packet: the rest of the packet is ignored.
    private MilterResponse? _bodyAnswer;

    private async ValueTask<MilterConnectionResult?> MailAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_phase < MilterPhase.Connected)
        {
            return Unexpected("MAIL");
        }

        if (MilterPayloadReader.ReadPath(payload.Span, out var arguments) is not { } path)
        {
            return Malformed("MAIL");
        }

        // The next message abandons a message in progress: MTAs need not send ABORT. The macros already belong to the next message.
        if (IsInMessage)
        {
            await _handler.OnAbortAsync(Context).ConfigureAwait(false);
        }

        _phase = MilterPhase.Envelope;
        Reply(MilterCommand.Mail, MilterSteps.NoReplyToMail, await _handler.OnMailAsync(Context, path, arguments, cancellationToken).ConfigureAwait(false));
        return null;
    }

    private async ValueTask<MilterConnectionResult?> RecipientAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_phase != MilterPhase.Envelope)
        {
            return Unexpected("RCPT");
        }

        if (MilterPayloadReader.ReadPath(payload.Span, out var arguments) is not { } path)
        {
            return Malformed("RCPT");
        }

        var response = await _handler.OnRecipientAsync(Context, path, arguments, cancellationToken).ConfigureAwait(false);
        Reply(MilterCommand.Recipient, MilterSteps.NoReplyToRecipient, response);
        return null;
    }

    private async ValueTask<MilterConnectionResult?> DataAsync(CancellationToken cancellationToken)
    {
        if (_phase != MilterPhase.Envelope)
        {
            return Unexpected("DATA");
        }

        Reply(MilterCommand.Data, MilterSteps.NoReplyToData, await _handler.OnDataAsync(Context, cancellationToken).ConfigureAwait(false));
        return null;
    }

    private async ValueTask<MilterConnectionResult?> HeaderAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (_phase is not (MilterPhase.Envelope or MilterPhase.Header))
        {
            return Unexpected("HEADER");
        }

        // Two strings, and nothing after them.
        var end = payload.Span.IndexOf((byte)0);
        if (end < 0 || end == payload.Length - 1 || payload.Span[(end + 1)..].IndexOf((byte)0) != payload.Length - end - 2)
        {
            return Malformed("HEADER");
        }

        _phase = MilterPhase.Header;
        using var value = new FieldValue(payload[(end + 1)..^1], Agreed.HasLeadingSpace);
        var response = await _handler.OnHeaderAsync(Context, payload[..end], value.Bytes, cancellationToken).ConfigureAwait(false);
        Reply(MilterCommand.Header, MilterSteps.NoReplyToHeader, response);
        return null;
    }

    private async ValueTask<MilterConnectionResult?> EndOfHeadersAsync(CancellationToken cancellationToken)
    {
        if (_phase is not (MilterPhase.Envelope or MilterPhase.Header))
        {
            return Unexpected("EOH");
        }

        _phase = MilterPhase.Body;
        var response = await _handler.OnEndOfHeadersAsync(Context, cancellationToken).ConfigureAwait(false);
        Reply(MilterCommand.EndOfHeaders, MilterSteps.NoReplyToEndOfHeaders, response);
        return null;
    }

    private async ValueTask<MilterConnectionResult?> BodyAsync(MilterPacket packet, CancellationToken cancellationToken)
    {
        if (!IsInMessage)
        {
            return Unexpected("BODY");
        }

        _phase = MilterPhase.Body;
        foreach (var part in packet.Payload)
        {
            await TakeBodyAsync(part, cancellationToken).ConfigureAwait(false);
        }

        if (packet.IsComplete)
        {
            var response = _bodyAnswer ?? MilterResponse.Continue;
            _bodyAnswer = null;
            Reply(MilterCommand.Body, MilterSteps.NoReplyToBody, response);
        }

        return null;
    }

    private async ValueTask TakeBodyAsync(ReadOnlyMemory<byte> part, CancellationToken cancellationToken)
    {
        if (part.IsEmpty || _bodyAnswer is not null)
        {
            return;
        }

        var response = await _handler.OnBodyAsync(Context, part, cancellationToken).ConfigureAwait(false);
        if (response.Reply != MilterReply.Continue && (response.Reply != MilterReply.Skip || Agreed.Steps.HasFlag(MilterSteps.Skip)))
        {
            _bodyAnswer = response;
        }
    }

    private async ValueTask<MilterConnectionResult?> EndOfMessageAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (!IsInMessage)
        {
            return Unexpected("EOB");
        }

        // The last piece of the body may come with the end of the message. If the answer to it is final, it is the answer to the message.
        _phase = MilterPhase.Body;
        await TakeBodyAsync(payload, cancellationToken).ConfigureAwait(false);
        var response = _bodyAnswer is { Reply: not MilterReply.Skip } early ? early : null;
        _bodyAnswer = null;
        if (response is null)
        {
            var modifications = new MilterModifications(Agreed);
            var pending = _handler.OnEndOfMessageAsync(Context, modifications, cancellationToken);
            response = pending.IsCompleted
                ? await pending.ConfigureAwait(false)
                : await KeepWaitingAsync(pending.AsTask(), cancellationToken).ConfigureAwait(false);
            if (response.Reply is MilterReply.Continue or MilterReply.Skip or MilterReply.Accept)
            {
                _output.Write(modifications.Packets);
            }
        }

        Write(response.Reply == MilterReply.Skip ? MilterReply.Continue : response.Reply, response);
        EndMessage();
        return null;
    }

    // The MTA gives up after a time without a reply; each PROGRESS restarts that time. When the connection is to end, the handler is still waited for:
    // it is told by its token, and its methods never run beside each other.
    private async Task<MilterResponse> KeepWaitingAsync(Task<MilterResponse> pending, CancellationToken cancellationToken)
    {
        await flush().ConfigureAwait(false);
        while (!pending.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            await ((Task)pending).WaitAsync(_options.ProgressInterval, _options.TimeProvider, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!pending.IsCompleted && !cancellationToken.IsCancellationRequested)
            {
                _output.WriteReply(MilterReply.Progress);
                await flush().ConfigureAwait(false);
            }
        }

        var response = await pending.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return response;
    }
}
