using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>Reads the changes that a milter sends at the end of a message.</summary>
internal static class TrialChanges
{
    /// <summary>Reads a change; null when the packet is not a change, or is malformed.</summary>
    public static MilterTrialChange? Read(MilterReply reply, ReadOnlyMemory<byte> payload) => reply switch
    {
        MilterReply.AddHeader => ReadField(reply, payload.Span, 0),
        MilterReply.InsertHeader or MilterReply.ChangeHeader => BinaryPrimitives.TryReadInt32BigEndian(payload.Span, out var index) && index >= 0
            ? ReadField(reply, payload.Span[sizeof(int)..], index)
            : null,
        MilterReply.ReplaceBody => new MilterTrialChange { Kind = reply, Body = payload },
        MilterReply.Quarantine => ReadText(payload.Span) is { } reason ? new MilterTrialChange { Kind = reply, Value = reason } : null,
        MilterReply.AddRecipient or MilterReply.DeleteRecipient or MilterReply.AddRecipientWithArguments or MilterReply.ChangeSender => ReadPath(reply, payload.Span),
        MilterReply.Accept or MilterReply.Continue or MilterReply.Discard or MilterReply.Progress or MilterReply.Reject or MilterReply.Skip
            or MilterReply.TemporaryFailure or MilterReply.ReplyCode => null,
        _ => null, // a byte that the protocol does not know
    };

    /// <summary>The action that a milter has to ask for to make such a change.</summary>
    public static MilterActions NeededAction(MilterReply reply) => reply switch
    {
        MilterReply.AddHeader or MilterReply.InsertHeader => MilterActions.AddHeaders,
        MilterReply.ChangeHeader => MilterActions.ChangeHeaders,
        MilterReply.ReplaceBody => MilterActions.ChangeBody,
        MilterReply.Quarantine => MilterActions.Quarantine,
        MilterReply.AddRecipient => MilterActions.AddRecipients,
        MilterReply.AddRecipientWithArguments => MilterActions.AddRecipientsWithArguments,
        MilterReply.DeleteRecipient => MilterActions.DeleteRecipients,
        MilterReply.ChangeSender => MilterActions.ChangeSender,
        MilterReply.Accept or MilterReply.Continue or MilterReply.Discard or MilterReply.Progress or MilterReply.Reject or MilterReply.Skip
            or MilterReply.TemporaryFailure or MilterReply.ReplyCode => MilterActions.None,
        _ => throw new UnreachableException(),
    };

    private static MilterTrialChange? ReadField(MilterReply reply, ReadOnlySpan<byte> payload, int index)
    {
        var reader = new MilterPayloadReader(payload);
        return reader.TryReadBytes(out var name) && reader.TryReadString(out var value) && reader.IsAtEnd && !name.IsEmpty
            ? new MilterTrialChange { Kind = reply, Index = index, Name = Encoding.Latin1.GetString(name), Value = value }
            : null;
    }

    private static MilterTrialChange? ReadPath(MilterReply reply, ReadOnlySpan<byte> payload)
    {
        var reader = new MilterPayloadReader(payload);
        if (!reader.TryReadString(out var path))
        {
            return null;
        }

        var arguments = reader.TryReadString(out var text) ? text : string.Empty;
        return reader.IsAtEnd ? new MilterTrialChange { Kind = reply, Name = path, Value = arguments } : null;
    }

    private static string? ReadText(ReadOnlySpan<byte> payload)
    {
        var reader = new MilterPayloadReader(payload);
        return reader.ReadSingle();
    }
}
