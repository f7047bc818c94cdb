using System.Buffers.Binary;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Dns.Stub;

/// <summary>A query as it is sent, and whether a message answers it (RFC 5452 section 9.1).</summary>
internal sealed class WireQuery
{
    private const int OptLength = 11;
    private const ushort OptType = 41;
    private const ushort InternetClass = 1;

    // Two octets more, before the message, say its length over TCP (RFC 1035 section 4.2.2).
    private const int PrefixLength = 2;

    private readonly byte[] _bytes;
    private readonly int _questionLength;
    private readonly bool _isMixedCase;

    /// <summary>Makes the query for records of a type at a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type.</param>
    /// <param name="payloadSize">The largest answer over UDP (RFC 6891 section 6.2.3), said in an OPT record.</param>
    /// <param name="wantsAuthenticData">Whether to say that the AD bit is understood (RFC 6840 section 5.7).</param>
    /// <param name="isMixedCase">Whether letters get a random case, which the answer must repeat (draft-vixie-dnsext-dns0x20).</param>
    public WireQuery(DomainName name, DnsRecordType type, int payloadSize, bool wantsAuthenticData, bool isMixedCase)
    {
        Span<byte> wireName = stackalloc byte[WireName.MaxLength + 1];
        wireName = wireName[..WireName.Write(name, wireName)];
        _isMixedCase = isMixedCase;
        if (isMixedCase)
        {
            MixCase(wireName);
        }

        _questionLength = wireName.Length + 4;
        _bytes = new byte[PrefixLength + WireHeader.Length + _questionLength + OptLength];
        var message = _bytes.AsSpan(PrefixLength);
        var flags = WireHeader.RecursionDesiredFlag | (wantsAuthenticData ? WireHeader.AuthenticDataFlag : 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)flags);
        message[5] = 1;
        wireName.CopyTo(message[WireHeader.Length..]);
        var rest = message[(WireHeader.Length + wireName.Length)..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], InternetClass);
        BinaryPrimitives.WriteUInt16BigEndian(rest[5..], OptType);
        BinaryPrimitives.WriteUInt16BigEndian(rest[7..], (ushort)payloadSize);
        HasOpt = true;
    }

    /// <summary>Whether it has an OPT record (RFC 6891). Servers that do not know it may answer FORMERR, NOTIMP or BADVERS.</summary>
    public bool HasOpt
    {
        get => _bytes[PrefixLength + WireHeader.Length - 1] != 0;
        set => _bytes[PrefixLength + WireHeader.Length - 1] = value ? (byte)1 : (byte)0;
    }

    /// <summary>The number that the answer must repeat.</summary>
    public ushort Id
    {
        get => BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(PrefixLength));
        set => BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(PrefixLength), value);
    }

    /// <summary>The message as a datagram.</summary>
    public ReadOnlyMemory<byte> Datagram => _bytes.AsMemory(PrefixLength, MessageLength);

    private int MessageLength => WireHeader.Length + _questionLength + (HasOpt ? OptLength : 0);

    /// <summary>Copies the message with its length before it, as TCP wants it.</summary>
    public byte[] ToFrame()
    {
        var frame = _bytes.AsSpan(0, PrefixLength + MessageLength).ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)MessageLength);
        return frame;
    }

    /// <summary>Whether a message is a response to this query: its ID and the one question repeated. Nothing else in it is looked at.</summary>
    public bool IsAnsweredBy(ReadOnlySpan<byte> message)
    {
        if (message.Length < WireHeader.Length)
        {
            return false;
        }

        var header = new WireHeader(message);
        return header.Id == Id && header.IsResponse && (RepeatsQuestion(message, header) || IsBareRefusalOfOpt(header));
    }

    private static void MixCase(Span<byte> wireName)
    {
        Span<byte> random = stackalloc byte[WireName.MaxLength];
        RandomNumbers.Fill(random[..wireName.Length]);
        for (var i = 0; i < wireName.Length; i++)
        {
            // The lengths of labels are below the letters.
            if (char.IsAsciiLetter((char)wireName[i]) && (random[i] & 1) != 0)
            {
                wireName[i] ^= 0x20;
            }
        }
    }

    private bool RepeatsQuestion(ReadOnlySpan<byte> message, WireHeader header)
    {
        if (header.QuestionCount != 1 || message.Length < WireHeader.Length + _questionLength)
        {
            return false;
        }

        // There is nothing before the question that its name could point to, so it is the same octets.
        var theirs = message.Slice(WireHeader.Length, _questionLength);
        var ours = _bytes.AsSpan(PrefixLength + WireHeader.Length, _questionLength);
        return _isMixedCase
            ? theirs.SequenceEqual(ours)
            : theirs[^4..].SequenceEqual(ours[^4..]) && Ascii.EqualsIgnoreCase(theirs[..^4], ours[..^4]);
    }

    // Servers that know no EDNS may refuse with a header and nothing else (RFC 6891 section 7). All it leads to is the same question without EDNS.
    private bool IsBareRefusalOfOpt(WireHeader header) =>
        HasOpt && header.QuestionCount == 0 && header.AnswerCount == 0 && header.Code is WireCode.FormatError or WireCode.NotImplemented;
}
