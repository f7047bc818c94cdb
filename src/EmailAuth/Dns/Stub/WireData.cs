using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Syntax;

namespace EmailAuth.Dns.Stub;

/// <summary>The data of the record types that are asked for. Each method answers false for data that is not of its form.</summary>
internal static class WireData
{
    // Fits most TXT records; longer ones use a rented buffer.
    private const int StackBytes = 1024;

    /// <summary>A or AAAA (RFC 1035 section 3.4.1, RFC 3596 section 2.2): an address of the given number of octets.</summary>
    public static bool TryReadAddress(ReadOnlySpan<byte> message, in WireRecord record, int length, out IPAddress? address)
    {
        address = record.End - record.Data == length ? new IPAddress(message[record.Data..record.End]) : null;
        return address is not null;
    }

    /// <summary>A name that fills the data (PTR, CNAME); null when no <see cref="DomainName"/> can hold it.</summary>
    public static bool TryReadName(ReadOnlySpan<byte> message, in WireRecord record, out DomainName? name)
    {
        var position = record.Data;
        return WireName.TryRead(message[..record.End], ref position, out name, out _) && position == record.End;
    }

    /// <summary>MX (RFC 1035 section 3.3.9); null when its host is not a name that can be asked for.</summary>
    public static bool TryReadMailHost(ReadOnlySpan<byte> message, in WireRecord record, out MailHost? host)
    {
        host = null;
        var position = record.Data + 2;
        if (position > record.End || !WireName.TryRead(message[..record.End], ref position, out var exchange, out var isRoot) || position != record.End)
        {
            return false;
        }

        host = exchange is null && !isRoot ? null : new MailHost(BinaryPrimitives.ReadUInt16BigEndian(message[record.Data..]), exchange);
        return true;
    }

    /// <summary>SOA (RFC 1035 section 3.3.13): the lesser of its TTL and its MINIMUM (RFC 2308 section 5).</summary>
    public static bool TryReadNegativeLifetime(ReadOnlySpan<byte> message, in WireRecord record, out TimeSpan lifetime)
    {
        const int FixedLength = 20;
        lifetime = default;
        var position = record.Data;
        var data = message[..record.End];
        if (!WireName.TrySkip(data, ref position) || !WireName.TrySkip(data, ref position) || record.End - position != FixedLength)
        {
            return false;
        }

        var minimum = (record with { TimeToLive = BinaryPrimitives.ReadUInt32BigEndian(message[(record.End - 4)..]) }).Lifetime;
        lifetime = minimum < record.Lifetime ? minimum : record.Lifetime;
        return true;
    }

    /// <summary>
    /// TXT (RFC 1035 section 3.3.14): its character-strings joined, as UTF-8 or else each octet as a character. Without any string it is empty.
    /// </summary>
    public static bool TryReadText(ReadOnlySpan<byte> message, in WireRecord record, out string? text)
    {
        text = null;
        var data = message[record.Data..record.End];
        if (!data.IsEmpty && data[0] == data.Length - 1)
        {
            text = Decode(data[1..]);
            return true;
        }

        byte[]? rented = null;
        var joined = data.Length <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(data.Length);
        var length = 0;
        var isWhole = true;
        while (!data.IsEmpty && isWhole)
        {
            int size = data[0];
            isWhole = size < data.Length;
            if (isWhole)
            {
                data.Slice(1, size).CopyTo(joined[length..]);
                length += size;
                data = data[(1 + size)..];
            }
        }

        text = isWhole ? Decode(joined[..length]) : null;
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isWhole;
    }

    private static string Decode(ReadOnlySpan<byte> bytes) => (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
}
