using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>Writes the payloads that an MTA sends, and reads the macro lists of the milter's offer.</summary>
internal static class TrialPayloads
{
    /// <summary>Texts, each ended by a NUL.</summary>
    public static byte[] OfTexts(params ReadOnlySpan<string> texts) => Encoding.UTF8.GetBytes(string.Concat(string.Join('\0', texts), "\0"));

    /// <summary>The client of a connection.</summary>
    public static byte[] OfClient(MilterClient client)
    {
        var payload = new ArrayBufferWriter<byte>();
        Encoding.UTF8.GetBytes(client.HostName + "\0", payload);
        var (family, address) = client switch
        {
            { IsLocal: true } => ('L', "/local"),
            { Address: { AddressFamily: AddressFamily.InterNetworkV6 } six } => ('6', six.ToString()),
            { Address: { } four } => ('4', four.ToString()),
            _ => ('U', string.Empty),
        };
        payload.Write([(byte)family]);
        if (family != 'U')
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.GetSpan(2), (ushort)client.Port);
            payload.Advance(2);
            Encoding.UTF8.GetBytes(address + "\0", payload);
        }

        return payload.WrittenSpan.ToArray();
    }

    /// <summary>A header field. Lines are separated by LF between MTA and milter.</summary>
    /// <param name="name">Its name, every character one byte.</param>
    /// <param name="value">What follows the colon.</param>
    /// <param name="hasLeadingSpace">Whether the milter wants the space after the colon, which MTAs remove otherwise.</param>
    public static byte[] OfField(string name, ReadOnlyMemory<byte> value, bool hasLeadingSpace)
    {
        var rest = value.Span;
        rest = !hasLeadingSpace && rest is [(byte)' ', ..] ? rest[1..] : rest;
        var payload = new ArrayBufferWriter<byte>(name.Length + rest.Length + 2);
        Encoding.Latin1.GetBytes(name, payload);
        payload.Write("\0"u8);

        // A NUL would end the value, and a CR that no LF follows is what MTAs remove too.
        for (var end = rest.IndexOfAny((byte)'\r', (byte)0); end >= 0; end = rest.IndexOfAny((byte)'\r', (byte)0))
        {
            payload.Write(rest[..end]);
            rest = rest[(end + 1)..];
        }

        payload.Write(rest);
        payload.Write("\0"u8);
        return payload.WrittenSpan.ToArray();
    }

    /// <summary>The lists of macros at the end of a milter's offer: a step, then names separated by spaces, ended by a NUL.</summary>
    public static ImmutableSortedDictionary<MilterMacroStage, string> ReadMacroLists(ReadOnlySpan<byte> payload)
    {
        var lists = ImmutableSortedDictionary.CreateBuilder<MilterMacroStage, string>();
        while (payload.Length > sizeof(uint) && payload[sizeof(uint)..].IndexOf((byte)0) is >= 0 and var end)
        {
            lists[(MilterMacroStage)BinaryPrimitives.ReadUInt32BigEndian(payload)] = Encoding.UTF8.GetString(payload.Slice(sizeof(uint), end));
            payload = payload[(sizeof(uint) + end + 1)..];
        }

        return lists.ToImmutable();
    }
}
