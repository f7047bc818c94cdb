using System.Buffers.Binary;

namespace EmailAuth.Dns.Stub;

/// <summary>The fixed start of a DNS message (RFC 1035 section 4.1.1).</summary>
internal readonly ref struct WireHeader(ReadOnlySpan<byte> message)
{
    /// <summary>How many octets it has.</summary>
    public const int Length = 12;

    /// <summary>The flag of an answer that was cut short.</summary>
    public const ushort TruncatedFlag = 0x200;

    /// <summary>The flag that asks for recursion.</summary>
    public const ushort RecursionDesiredFlag = 0x100;

    /// <summary>The flag of authenticated data; in a query, that the asker understands it (RFC 6840 section 5.7).</summary>
    public const ushort AuthenticDataFlag = 0x20;

    private const ushort ResponseFlag = 0x8000;
    private const ushort OpcodeBits = 0x7800;
    private const ushort AuthoritativeFlag = 0x400;
    private const ushort RecursionAvailableFlag = 0x80;

    private readonly ReadOnlySpan<byte> _message = message;

    public ushort Id => BinaryPrimitives.ReadUInt16BigEndian(_message);

    /// <summary>Whether it is a response to a standard query: an echoed query is not.</summary>
    public bool IsResponse => (Flags & (ResponseFlag | OpcodeBits)) == ResponseFlag;

    public bool IsTruncated => (Flags & TruncatedFlag) != 0;

    public bool IsAuthenticData => (Flags & AuthenticDataFlag) != 0;

    /// <summary>Whether the server neither owns the name nor asks others for it.</summary>
    public bool IsFromBystander => (Flags & (AuthoritativeFlag | RecursionAvailableFlag)) == 0;

    /// <summary>The lower four bits of the response code; the upper eight are in the OPT record (RFC 6891 section 6.1.3).</summary>
    public int Code => Flags & 0xf;

    public int QuestionCount => BinaryPrimitives.ReadUInt16BigEndian(_message[4..]);

    public int AnswerCount => BinaryPrimitives.ReadUInt16BigEndian(_message[6..]);

    public int AuthorityCount => BinaryPrimitives.ReadUInt16BigEndian(_message[8..]);

    public int AdditionalCount => BinaryPrimitives.ReadUInt16BigEndian(_message[10..]);

    private ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_message[2..]);
}
