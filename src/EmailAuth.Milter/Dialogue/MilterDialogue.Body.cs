using System.Buffers;
using EmailAuth.Milter.Protocol;

namespace EmailAuth.Milter.Dialogue;

/// <content>The body, which comes in pieces and is never held.</content>
internal sealed partial class MilterDialogue
{
    private DialogueAction Body(in MilterPacket packet, IBufferWriter<byte> output)
    {
        if (!IsInMessage)
        {
            return Violate($"BODY {Phase.Moment()}");
        }

        BeginBody();
        foreach (var part in packet.Payload)
        {
            AppendBody(part.Span);
        }

        if (!packet.IsComplete)
        {
            return DialogueAction.Continue;
        }

        // Nothing more of the body is of use once the message is lost.
        var skips = !IsListening && _agreed.Steps.HasFlag(MilterProtocolFlags.Skip);
        return Reply(skips ? MilterReply.Skip : MilterReply.Continue, MilterProtocolFlags.NoReplyToBody, output);
    }

    private DialogueAction EndOfBody(ReadOnlySpan<byte> payload)
    {
        if (!IsInMessage)
        {
            return Violate($"EOB {Phase.Moment()}");
        }

        BeginBody();
        AppendBody(payload);
        return DialogueAction.EndOfMessage;
    }

    private void BeginBody()
    {
        if (Phase != MilterPhase.Body)
        {
            Phase = MilterPhase.Body;
            if (IsListening)
            {
                _authentication.EndOfHeaders();
            }
        }
    }

    private void AppendBody(ReadOnlySpan<byte> bytes)
    {
        _bodyBytes += bytes.Length;
        if (IsListening)
        {
            _authentication.AppendBody(bytes);
        }
    }
}
