using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EmailAuth.Milter.Protocol;

/// <summary>Writes replies as packets. Texts are cut at a NUL, as the protocol ends them with one.</summary>
internal static class MilterReplyWriter
{
    private const int HeadBytes = 5;

    public static void WriteReply(this IBufferWriter<byte> output, MilterReply reply) => output.WritePacket((byte)reply, []);

    /// <summary>The answer to an offer: what we speak, may do, and want of the dialogue, then the macros that we ask for.</summary>
    public static void WriteNegotiation(this IBufferWriter<byte> output, MilterNegotiation agreed)
    {
        var payload = new ArrayBufferWriter<byte>(64);
        payload.WriteUInt32(agreed.Version);
        payload.WriteUInt32((uint)agreed.Actions);
        payload.WriteUInt32((uint)agreed.Steps);
        if (agreed.Actions.HasFlag(MilterActions.SetMacroList))
        {
            foreach (var (stage, macros) in MilterNegotiation.MacroLists)
            {
                payload.WriteUInt32((uint)stage);
                payload.Write(Encoding.ASCII.GetBytes(macros));
                payload.WriteNul();
            }
        }

        output.WritePacket((byte)MilterCommand.OptionNegotiation, payload.WrittenSpan);
    }

    /// <summary>Inserts a field so that it stands at a place of the whole header, the MTA's own Received field included.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="index">0 is the very top.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="value">What stands after the colon, leading space excluded, folded with CRLF or LF.</param>
    /// <param name="leadingSpace">Whether the MTA writes values as they are, so that the space after the colon is ours to give.</param>
    public static void WriteInsertHeader(this IBufferWriter<byte> output, int index, string name, string value, bool leadingSpace) =>
        output.WriteIndexed(MilterReply.InsertHeader, index, Encoding.ASCII.GetBytes(name), (leadingSpace ? " " : string.Empty) + Unfolded(value));

    /// <summary>Removes a field.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="occurrence">Which of the fields of this name as received, counted from 1 at the top.</param>
    /// <param name="name">The field's name; every character is one byte of it, as it arrived.</param>
    public static void WriteRemoveHeader(this IBufferWriter<byte> output, int occurrence, string name) =>
        output.WriteIndexed(MilterReply.ChangeHeader, occurrence, Encoding.Latin1.GetBytes(name), string.Empty);

    public static void WriteQuarantine(this IBufferWriter<byte> output, string reason) =>
        output.WriteText(MilterReply.Quarantine, OneLine(reason));

    /// <summary>Refuses with an SMTP reply.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="reply">Such as <c>550 5.7.1 text</c>, one line.</param>
    public static void WriteReplyCode(this IBufferWriter<byte> output, string reply) =>
        // MTAs take the text as a format and halve doubled percent signs.
        output.WriteText(MilterReply.ReplyCode, OneLine(reply).Replace("%", "%%", StringComparison.Ordinal));

    private static void WriteText(this IBufferWriter<byte> output, MilterReply reply, string text)
    {
        var payload = new ArrayBufferWriter<byte>(text.Length + 1);
        payload.WriteString(text);
        output.WritePacket((byte)reply, payload.WrittenSpan);
    }

    private static void WriteIndexed(this IBufferWriter<byte> output, MilterReply reply, int index, ReadOnlySpan<byte> name, string value)
    {
        var payload = new ArrayBufferWriter<byte>(name.Length + value.Length + 8);
        payload.WriteUInt32((uint)index);
        payload.Write(name);
        payload.WriteNul();
        payload.WriteString(value);
        output.WritePacket((byte)reply, payload.WrittenSpan);
    }

    private static void WritePacket(this IBufferWriter<byte> output, byte command, ReadOnlySpan<byte> payload)
    {
        var packet = output.GetSpan(HeadBytes + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet, payload.Length + 1);
        packet[4] = command;
        payload.CopyTo(packet[HeadBytes..]);
        output.Advance(HeadBytes + payload.Length);
    }

    private static void WriteUInt32(this ArrayBufferWriter<byte> output, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(sizeof(uint)), value);
        output.Advance(sizeof(uint));
    }

    private static void WriteString(this ArrayBufferWriter<byte> output, string text)
    {
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        Encoding.UTF8.GetBytes(end < 0 ? text : text.AsSpan(0, end), output);
        output.WriteNul();
    }

    private static void WriteNul(this ArrayBufferWriter<byte> output)
    {
        output.GetSpan(1)[0] = 0;
        output.Advance(1);
    }

    // Between MTA and milter lines of a field are parted by LF alone.
    private static string Unfolded(string value) => value.Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
