using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>The dialogue of one message, from the negotiation to QUIT.</summary>
internal sealed class TrialDialogue(TrialPackets packets, MilterTrialMessage message, TimeProvider time)
{
    private const int BodyPieceBytes = 65_535;
    private const MilterActions AllActions = (MilterActions)0x1ff;
    private const MilterSteps AllSteps = (MilterSteps)0x1f_ffff;

    // The version from which DATA is a step.
    private const int VersionWithData = 4;

    // As much as a milter may change: more than any message that an MTA takes by default.
    private const long MaxChangeBytes = 256L * 1024 * 1024;

    private readonly TrialContent _content = new(message.Content);
    private readonly ImmutableArray<MilterTrialStep>.Builder _sent = ImmutableArray.CreateBuilder<MilterTrialStep>();
    private readonly ImmutableArray<MilterTrialChange>.Builder _changes = ImmutableArray.CreateBuilder<MilterTrialChange>();
    private TrialMacros _macros = new(message.Macros, ImmutableSortedDictionary<MilterMacroStage, string>.Empty);
    private ImmutableSortedDictionary<MilterMacroStage, string> _lists = ImmutableSortedDictionary<MilterMacroStage, string>.Empty;
    private MilterNegotiation _agreed = new(0, MilterActions.None, MilterSteps.None);
    private (MilterReply Reply, string? Text)? _answer;
    private long _changeBytes;

    /// <summary>Holds the dialogue.</summary>
    public async Task<MilterTrialResult> RunAsync(CancellationToken cancellationToken)
    {
        string? fault = null;
        try
        {
            await NegotiateAsync(cancellationToken).ConfigureAwait(false);
            if (await BeginAsync(cancellationToken).ConfigureAwait(false))
            {
                await SendMessageAsync(cancellationToken).ConfigureAwait(false);
            }

            packets.Add(MilterCommand.Quit, []);
            await packets.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (TrialFaultException e)
        {
            // A milter that has answered may hang up before it reads QUIT.
            fault = _answer is null ? e.Message : null;
        }

        return new MilterTrialResult
        {
            Version = (int)_agreed.Version,
            Actions = _agreed.Actions,
            Steps = _agreed.Steps,
            MacroLists = _lists,
            Sent = _sent.DrainToImmutable(),
            Changes = _changes.DrainToImmutable(),
            Answer = _answer?.Reply,
            AnswerText = _answer?.Text,
            Fault = fault,
            Content = _content.ToArray(),
        };
    }

    private async ValueTask NegotiateAsync(CancellationToken cancellationToken)
    {
        var offer = new byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(offer, MilterNegotiation.NewestVersion);
        BinaryPrimitives.WriteUInt32BigEndian(offer.AsSpan(4), (uint)AllActions);
        BinaryPrimitives.WriteUInt32BigEndian(offer.AsSpan(8), (uint)AllSteps);
        packets.Add(MilterCommand.OptionNegotiation, offer);
        var (code, payload) = await packets.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (code != (byte)MilterCommand.OptionNegotiation || payload.Length < offer.Length)
        {
            throw new TrialFaultException("the first reply is not an answer to the negotiation: this is not a milter, or it refuses the connection");
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(payload);
        if (version is < MilterNegotiation.OldestVersion or > MilterNegotiation.NewestVersion)
        {
            throw new TrialFaultException(string.Create(
                CultureInfo.InvariantCulture,
                $"the milter chose protocol version {version}; versions {MilterNegotiation.OldestVersion} to {MilterNegotiation.NewestVersion} exist"));
        }

        _agreed = new MilterNegotiation(
            version, (MilterActions)BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4)), (MilterSteps)BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(8)));
        _lists = TrialPayloads.ReadMacroLists(payload.AsSpan(offer.Length));
        _macros = new TrialMacros(message.Macros, _lists);
        if ((_agreed.Actions & ~AllActions) != MilterActions.None || (_agreed.Steps & ~AllSteps) != MilterSteps.None)
        {
            throw new TrialFaultException("the milter asks for actions or steps that were not offered: MTAs close the connection");
        }
    }

    // The connection and HELO. False when the reply ends the dialogue.
    private async ValueTask<bool> BeginAsync(CancellationToken cancellationToken)
    {
        AddMacros(MilterMacroStage.Connect, MilterCommand.Connect);
        return await SendAsync(
                MilterCommand.Connect, "CONNECT", message.Client.ToString(), TrialPayloads.OfClient(message.Client), MilterSteps.NoConnect, MilterSteps.NoReplyToConnect, cancellationToken)
                .ConfigureAwait(false)
            && AddMacros(MilterMacroStage.Helo, MilterCommand.Helo)
            && await SendAsync(
                MilterCommand.Helo, "HELO", message.Helo, TrialPayloads.OfTexts(message.Helo), MilterSteps.NoHelo, MilterSteps.NoReplyToHelo, cancellationToken)
                .ConfigureAwait(false);
    }

    private async ValueTask SendMessageAsync(CancellationToken cancellationToken)
    {
        AddMacros(MilterMacroStage.Mail, MilterCommand.Mail);
        if (!await SendAsync(
                MilterCommand.Mail, "MAIL", message.MailFrom, TrialPayloads.OfTexts([message.MailFrom, .. message.MailArguments]), MilterSteps.NoMail, MilterSteps.NoReplyToMail,
                cancellationToken).ConfigureAwait(false)
            || !await SendRecipientsAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (_agreed.Version >= VersionWithData)
        {
            AddMacros(MilterMacroStage.Data, MilterCommand.Data);
            if (!await SendAsync(MilterCommand.Data, "DATA", string.Empty, ReadOnlyMemory<byte>.Empty, MilterSteps.NoData, MilterSteps.NoReplyToData, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }

        if (await SendHeaderAsync(cancellationToken).ConfigureAwait(false) && await SendBodyAsync(cancellationToken).ConfigureAwait(false))
        {
            await EndMessageAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A refused recipient ends the message only when no recipient is left.
    private async ValueTask<bool> SendRecipientsAsync(CancellationToken cancellationToken)
    {
        var accepted = 0;
        (MilterReply, string?)? refusal = null;
        foreach (var recipient in message.Recipients)
        {
            AddMacros(MilterMacroStage.Recipient, MilterCommand.Recipient);
            if (await SendAsync(
                    MilterCommand.Recipient, "RCPT", recipient, TrialPayloads.OfTexts(recipient), MilterSteps.NoRecipients, MilterSteps.NoReplyToRecipient, cancellationToken)
                .ConfigureAwait(false))
            {
                accepted++;
                continue;
            }

            if (_answer?.Reply is MilterReply.Accept or MilterReply.Discard)
            {
                return false;
            }

            (refusal, _answer) = (_answer, null);
        }

        if (accepted == 0)
        {
            _answer = refusal;
        }

        return accepted > 0;
    }

    private async ValueTask<bool> SendHeaderAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, value) in _content.Fields)
        {
            if (!await SendAsync(
                    MilterCommand.Header, "header field", name, TrialPayloads.OfField(name, value, _agreed.HasLeadingSpace), MilterSteps.NoHeaders, MilterSteps.NoReplyToHeader, cancellationToken)
                .ConfigureAwait(false))
            {
                return false;
            }
        }

        AddMacros(MilterMacroStage.EndOfHeaders, MilterCommand.EndOfHeaders);
        return await SendAsync(
            MilterCommand.EndOfHeaders, "end of header", string.Empty, ReadOnlyMemory<byte>.Empty, MilterSteps.NoEndOfHeaders, MilterSteps.NoReplyToEndOfHeaders, cancellationToken)
            .ConfigureAwait(false);
    }

    private async ValueTask<bool> SendBodyAsync(CancellationToken cancellationToken)
    {
        for (var rest = _content.Body; !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(rest.Length, BodyPieceBytes)];
            rest = rest[piece.Length..];
            var detail = string.Create(CultureInfo.InvariantCulture, $"{piece.Length} octets");
            if (!await SendAsync(MilterCommand.Body, "body", detail, piece, MilterSteps.NoBody, MilterSteps.NoReplyToBody, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            if (_sent is [.., { Reply: MilterReply.Skip }])
            {
                break;
            }
        }

        return true;
    }

    private async ValueTask EndMessageAsync(CancellationToken cancellationToken)
    {
        AddMacros(MilterMacroStage.EndOfMessage, MilterCommand.EndOfBody);
        if (await SendAsync(MilterCommand.EndOfBody, "end of message", string.Empty, ReadOnlyMemory<byte>.Empty, MilterSteps.None, MilterSteps.None, cancellationToken).ConfigureAwait(false))
        {
            _answer = (MilterReply.Continue, null);
        }

        if (_answer is ({ } reply, _) && reply is MilterReply.Accept or MilterReply.Continue)
        {
            foreach (var change in _changes)
            {
                _content.Apply(change, _agreed.HasLeadingSpace);
            }
        }
    }

    private bool AddMacros(MilterMacroStage stage, MilterCommand command)
    {
        if (_macros.For(stage, command) is { Length: > 0 } payload)
        {
            packets.Add(MilterCommand.Macro, payload);
        }

        return true;
    }

    // Whether the dialogue goes on; if it does not, the answer says why.
    private async ValueTask<bool> SendAsync(
        MilterCommand command, string name, string detail, ReadOnlyMemory<byte> payload, MilterSteps leftOut, MilterSteps noReply, CancellationToken cancellationToken)
    {
        if (leftOut != MilterSteps.None && _agreed.Steps.HasFlag(leftOut))
        {
            return true;
        }

        packets.Add(command, payload.Span);
        if (noReply != MilterSteps.None && _agreed.Steps.HasFlag(noReply))
        {
            await packets.FlushAsync(cancellationToken).ConfigureAwait(false);
            _sent.Add(new MilterTrialStep { Name = name, Detail = detail });
            return true;
        }

        await packets.FlushAsync(cancellationToken).ConfigureAwait(false);
        var start = time.GetTimestamp();
        try
        {
            var (reply, text) = await ReplyAsync(command, cancellationToken).ConfigureAwait(false);
            _sent.Add(new MilterTrialStep { Name = name, Detail = detail, Reply = reply, Text = text, Elapsed = time.GetElapsedTime(start) });
            if (reply is MilterReply.Continue or MilterReply.Skip)
            {
                return true;
            }

            _answer = (reply, text);
            return false;
        }
        catch (TrialFaultException e)
        {
            _sent.Add(new MilterTrialStep { Name = name, Detail = detail, Elapsed = time.GetElapsedTime(start) });
            throw new TrialFaultException($"{e.Message} (after {name}{(detail.Length > 0 ? $" {detail}" : string.Empty)})");
        }
    }

    // The reply that ends a step. Before it, at the end of the message, come changes; anywhere, that the milter still works.
    private async ValueTask<(MilterReply Reply, string? Text)> ReplyAsync(MilterCommand command, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (code, payload) = await packets.ReadAsync(cancellationToken).ConfigureAwait(false);
            var reply = (MilterReply)code;
            if (reply == MilterReply.Progress)
            {
                continue;
            }

            if (reply is MilterReply.Continue or MilterReply.Accept or MilterReply.Reject or MilterReply.TemporaryFailure or MilterReply.Discard or MilterReply.Skip)
            {
                return (reply, null);
            }

            if (reply == MilterReply.ReplyCode)
            {
                // The text is a format string of the MTA, in which a percent sign is doubled.
                var text = Encoding.UTF8.GetString(payload.AsSpan().TrimEnd((byte)0)).Replace("%%", "%", StringComparison.Ordinal);
                return text is [>= '4' and <= '5', >= '0' and <= '9', >= '0' and <= '9', ' ' or '-', ..]
                    ? (reply, text)
                    : throw new TrialFaultException("the milter sent an SMTP reply that does not begin with 4yz or 5yz");
            }

            var change = TrialChanges.Read(reply, payload)
                ?? throw new TrialFaultException(string.Create(CultureInfo.InvariantCulture, $"the milter sent a reply that cannot be read: 0x{code:x2}"));
            if (command != MilterCommand.EndOfBody)
            {
                throw new TrialFaultException($"the milter sent the change {reply} before the end of the message");
            }

            if ((TrialChanges.NeededAction(reply) & ~_agreed.Actions) != MilterActions.None)
            {
                throw new TrialFaultException($"the milter sent the change {reply}, which it did not ask to be allowed to make");
            }

            _changeBytes += payload.Length;
            if (_changeBytes > MaxChangeBytes)
            {
                throw new TrialFaultException("the milter sent more than 256 MiB of changes");
            }

            _changes.Add(change);
        }
    }
}
