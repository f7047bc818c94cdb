using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Formats.Asn1;

namespace EmailAuth.Bimi;

/// <summary>The list of signed certificate timestamps in a certificate (RFC 6962 section 3.3).</summary>
internal static class TimestampList
{
    public const string ExtensionOid = "1.3.6.1.4.1.11129.2.4.2";

    // version, log identifier, milliseconds since 1970
    private const int PrefixLength = 1 + 32 + 8;

    /// <summary>Reads its well-formed part; the list is for information only.</summary>
    public static ImmutableArray<CertificateTimestamp> Read(ReadOnlySpan<byte> extension)
    {
        var timestamps = ImmutableArray.CreateBuilder<CertificateTimestamp>();
        if (!TryUnwrap(extension, out var list) || !TryTake(ref list, out var items))
        {
            return [];
        }

        while (TryTake(ref items, out var item))
        {
            // Version 1 is written as 0. A time outside the calendar is left out.
            if (item.Length < PrefixLength || item[0] != 0)
            {
                continue;
            }

            var milliseconds = BinaryPrimitives.ReadUInt64BigEndian(item[33..]);
            if (milliseconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            {
                timestamps.Add(new CertificateTimestamp(
                    Convert.ToHexStringLower(item.Slice(1, 32)), DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)));
            }
        }

        return timestamps.ToImmutable();
    }

    private static bool TryUnwrap(ReadOnlySpan<byte> extension, out ReadOnlySpan<byte> list)
    {
        list = default;
        try
        {
            return AsnDecoder.TryReadPrimitiveOctetString(extension, AsnEncodingRules.DER, out list, out _);
        }
        catch (AsnContentException)
        {
            // Not DER: nothing is reported.
            return false;
        }
    }

    // A vector with a length of two bytes in front (RFC 8446 section 3.4).
    private static bool TryTake(ref ReadOnlySpan<byte> source, out ReadOnlySpan<byte> item)
    {
        item = default;
        if (source.Length < 2)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(source);
        if (source.Length - 2 < length)
        {
            return false;
        }

        item = source.Slice(2, length);
        source = source[(2 + length)..];
        return true;
    }
}
