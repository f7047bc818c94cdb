using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace EmailAuth.Reports.Collection;

/// <summary>
/// The form of a segment's file: a header with the node and the segment's number, records, and a closing record when it is finished. Numbers are
/// little-endian.
/// </summary>
/// <remarks>
/// A record is a mark (FF E4), the length of its content, a CRC-32C over length and content, and the content. The CRC begins with a value of
/// the node and segment, so that blocks of another file never check. 0xFF does not occur in UTF-8, so no text that a sender chose contains a mark, and
/// a reader finds the next record behind damaged bytes. The closing record has no content.
/// </remarks>
internal static class SegmentFormat
{
    public const int HeaderBytes = 8 + NodeCharacters + 8 + 4;
    public const int RecordHeadBytes = 2 + 4 + 4;
    public const int NodeCharacters = 32;

    /// <summary>The longest content of a record.</summary>
    public const int MaxContentBytes = 128 * 1024;

    private const string Prefix = "segment-";
    private const string Suffix = ".journal";

    private static readonly SearchValues<char> NodeDigits = SearchValues.Create("0123456789abcdef");

    public static ReadOnlySpan<byte> Mark => [0xff, 0xe4];

    private static ReadOnlySpan<byte> Signature => "EAREPJ1\n"u8;

    public static string FileName(long number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number:D16}{Suffix}");

    /// <summary>The segment's number in the name of a file; null for other files.</summary>
    public static long? NumberOf(string fileName) =>
        fileName.StartsWith(Prefix, StringComparison.Ordinal) && fileName.EndsWith(Suffix, StringComparison.Ordinal)
            && fileName.Length == Prefix.Length + 16 + Suffix.Length
            && long.TryParse(fileName.AsSpan(Prefix.Length, 16), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    /// <summary>Whether a text is a node's id: 32 hexadecimal digits in lower case.</summary>
    public static bool IsNode(ReadOnlySpan<char> text) => text.Length == NodeCharacters && !text.ContainsAnyExcept(NodeDigits);

    public static byte[] Header(string node, long number)
    {
        var header = new byte[HeaderBytes];
        Signature.CopyTo(header);
        Encoding.ASCII.GetBytes(node, header.AsSpan(8));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8 + NodeCharacters), number);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(HeaderBytes - 4), Crc(uint.MaxValue, header.AsSpan(0, HeaderBytes - 4)));
        return header;
    }

    /// <summary>The node in a header; null when the header is damaged, or of another segment.</summary>
    public static string? NodeOf(ReadOnlySpan<byte> header, long number)
    {
        if (header.Length < HeaderBytes || !header.StartsWith(Signature)
            || BinaryPrimitives.ReadInt64LittleEndian(header[(8 + NodeCharacters)..]) != number
            || BinaryPrimitives.ReadUInt32LittleEndian(header[(HeaderBytes - 4)..]) != Crc(uint.MaxValue, header[..(HeaderBytes - 4)]))
        {
            return null;
        }

        var node = Encoding.ASCII.GetString(header.Slice(8, NodeCharacters));
        return IsNode(node) ? node : null;
    }

    /// <summary>The value with which the checksums of a segment's records begin.</summary>
    public static uint Seed(string node, long number)
    {
        Span<byte> text = stackalloc byte[NodeCharacters + 8];
        Encoding.ASCII.GetBytes(node, text);
        BinaryPrimitives.WriteInt64LittleEndian(text[NodeCharacters..], number);
        return Crc(uint.MaxValue, text);
    }

    /// <summary>Writes the length of the content into a record's head.</summary>
    public static void WriteLength(Span<byte> record, int length) => BinaryPrimitives.WriteInt32LittleEndian(record[2..], length);

    public static int ReadLength(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt32LittleEndian(record[2..]);

    /// <summary>Writes a record's head before its content. Content and head are one span, in which the content is in its place.</summary>
    public static void WriteHead(Span<byte> record, uint seed)
    {
        Mark.CopyTo(record);
        WriteLength(record, record.Length - RecordHeadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record[6..], Checksum(record, seed));
    }

    /// <summary>Reads the record at the start of a span.</summary>
    /// <param name="bytes">What follows in the file.</param>
    /// <param name="seed">The segment's.</param>
    /// <param name="length">The record's length, head included, as far as it is known.</param>
    public static SegmentRecordState Read(ReadOnlySpan<byte> bytes, uint seed, out int length)
    {
        length = RecordHeadBytes;
        var head = bytes[..Math.Min(bytes.Length, Mark.Length)];
        if (!Mark.StartsWith(head))
        {
            return SegmentRecordState.Damaged;
        }

        if (bytes.Length < RecordHeadBytes)
        {
            return SegmentRecordState.Incomplete;
        }

        var content = ReadLength(bytes);
        if (content is < 0 or > MaxContentBytes)
        {
            return SegmentRecordState.Damaged;
        }

        length += content;
        if (bytes.Length < length)
        {
            return SegmentRecordState.Incomplete;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[6..]) != Checksum(bytes[..length], seed) ? SegmentRecordState.Damaged
            : content == 0 ? SegmentRecordState.End
            : SegmentRecordState.Whole;
    }

    private static uint Checksum(ReadOnlySpan<byte> record, uint seed) => Crc(Crc(seed, record.Slice(2, 4)), record[RecordHeadBytes..]);

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var octet in bytes)
        {
            crc = BitOperations.Crc32C(crc, octet);
        }

        return crc;
    }
}
