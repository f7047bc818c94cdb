using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace EmailAuth.Milter.Protocol;

/// <summary>Writes replies as packets. Texts are cut at a NUL, as the protocol ends them with one.</summary>
internal static class MilterReplyWriter
{
    private const int HeadBytes = 5;

    // The longest piece of a body that an MTA accepts.
    private const int BodyPieceBytes = 65_535;

    public static void WriteReply(this IBufferWriter<byte> output, MilterReply reply) => output.WritePacket((byte)reply, []);

    /// <summary>The answer to an offer: our version, actions and steps, then the macros that we ask for.</summary>
    public static void WriteNegotiation(this IBufferWriter<byte> output, MilterNegotiation agreed, ImmutableSortedDictionary<MilterMacroStage, string> macros)
    {
        var payload = new ArrayBufferWriter<byte>(64);
        payload.WriteUInt32(agreed.Version);
        payload.WriteUInt32((uint)agreed.Actions);
        payload.WriteUInt32((uint)agreed.Steps);
        if (agreed.Actions.HasFlag(MilterActions.SetMacroList))
        {
            foreach (var (stage, names) in macros)
            {
                payload.WriteUInt32((uint)stage);
                payload.WriteString(names);
            }
        }

        output.WritePacket((byte)MilterCommand.OptionNegotiation, payload.WrittenSpan);
    }

    /// <summary>Inserts a field at a position in the whole header, the MTA's own Received field included.</summary>
    /// <param name="output">Receives the packet.</param>
    /// <param name="index">0 is the very top.</param>
    /// <param name="name">The field's name.</param>
    /// <param name="value">What follows the colon, leading space excluded, folded with CRLF or LF.</param>
    /// <param name="leadingSpace">Whether the MTA writes values unchanged, so that the value must begin with the space after the colon.</param>
    public static void WriteInsertHeader(this IBufferWriter<byte> output, int index, string name, string value, bool leadingSpace) =>
        output.WriteIndexed(MilterReply.InsertHeader, index, name, Value(value, leadingSpace));

    /// <summary>Adds a field at the end of the header.</summary>
    public static void WriteAddHeader(this IBufferWriter<byte> output, string name, string value, bool leadingSpace) =>
        output.WriteTexts(MilterReply.AddHeader, name, Value(value, leadingSpace));

    /// <summary>Changes a field.</summary>
    /// <param name="output">Receives the packet.</param>
    /// <param name="occurrence">Which of the fields of this name as received, counted from 1 at the top.</param>
    /// <param name="name">The field's name; every character is one byte of it, as it arrived.</param>
    /// <param name="value">As for an inserted one; empty to remove the field.</param>
    /// <param name="leadingSpace">As for an inserted one.</param>
    public static void WriteChangeHeader(this IBufferWriter<byte> output, int occurrence, string name, string value, bool leadingSpace) =>
        output.WriteIndexed(MilterReply.ChangeHeader, occurrence, name, value.Length == 0 ? value : Value(value, leadingSpace));

    /// <summary>Replaces the body, in as many packets as it takes: an empty one too.</summary>
    public static void WriteBody(this IBufferWriter<byte> output, ReadOnlySpan<byte> body)
    {
        do
        {
            var piece = body[..Math.Min(body.Length, BodyPieceBytes)];
            output.WritePacket((byte)MilterReply.ReplaceBody, piece);
            body = body[piece.Length..];
        }
        while (!body.IsEmpty);
    }

    public static void WriteQuarantine(this IBufferWriter<byte> output, string reason) =>
        output.WriteTexts(MilterReply.Quarantine, OneLine(reason));

    /// <summary>A path of the envelope.</summary>
    /// <param name="output">Receives the packet.</param>
    /// <param name="reply">What is to become of it.</param>
    /// <param name="path">The path.</param>
    /// <param name="arguments">Arguments of the SMTP command; null for none.</param>
    public static void WritePath(this IBufferWriter<byte> output, MilterReply reply, string path, string? arguments = null) =>
        // A line break would begin a command of its own where the MTA passes the path on.
        output.WriteTexts(reply, OneLine(path), arguments is null ? null : OneLine(arguments));

    /// <summary>Refuses with an SMTP reply.</summary>
    /// <param name="output">Receives the packet.</param>
    /// <param name="reply">Such as <c>550 5.7.1 text</c>, one line.</param>
    public static void WriteReplyCode(this IBufferWriter<byte> output, string reply) =>
        // MTAs use the text as a format string, in which a percent sign is doubled.
        output.WriteTexts(MilterReply.ReplyCode, OneLine(reply).Replace("%", "%%", StringComparison.Ordinal));

    /// <summary>A reply with one or two texts.</summary>
    public static void WriteTexts(this IBufferWriter<byte> output, MilterReply reply, string text, string? second = null)
    {
        var payload = new ArrayBufferWriter<byte>(text.Length + (second?.Length ?? 0) + 2);
        payload.WriteString(text);
        if (second is not null)
        {
            payload.WriteString(second);
        }

        output.WritePacket((byte)reply, payload.WrittenSpan);
    }

    private static void WriteIndexed(this IBufferWriter<byte> output, MilterReply reply, int index, string name, string value)
    {
        var payload = new ArrayBufferWriter<byte>(name.Length + value.Length + 8);
        payload.WriteUInt32((uint)index);
        payload.Write(Encoding.Latin1.GetBytes(name));
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

    // Between MTA and milter the lines of a field are separated by LF only. RFC 5322 section 2.2.3: a line that continues a field begins with
    // white space. Any other line break would end the field, and the rest would become another field or the body.
    private static string Value(string value, bool leadingSpace)
    {
        var text = new StringBuilder(value.Length + 1).Append(leadingSpace ? " " : string.Empty);
        var rest = value.AsSpan();
        while (rest.IndexOfAny('\r', '\n') is >= 0 and var at)
        {
            var isBareCr = rest[at] == '\r' && !rest[(at + 1)..].StartsWith('\n');
            text.Append(rest[..at]);
            rest = rest[(at + (rest[at] == '\n' || isBareCr ? 1 : 2))..];
            text.Append(!isBareCr && rest is [' ' or '\t', ..] ? '\n' : ' ');
        }

        return text.Append(rest).ToString();
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
