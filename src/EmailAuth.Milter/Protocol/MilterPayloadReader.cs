using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailAuth.Milter.Protocol;

/// <summary>Reads the parts of a payload: strings that end with NUL, bytes and numbers.</summary>
internal ref struct MilterPayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The path of a MAIL or RCPT packet without its brackets; null when the packet is malformed. Its further arguments are passed over.</summary>
    public static string? ReadPath(ReadOnlySpan<byte> payload)
    {
        var reader = new MilterPayloadReader(payload);
        return !reader.TryReadString(out var path) || !reader.TrySkipStrings() ? null : path is ['<', .., '>'] ? path[1..^1] : path;
    }

    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            bytes = default;
            return false;
        }

        bytes = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Reads a string; what is not UTF-8 in it becomes U+FFFD.</summary>
    public bool TryReadString([NotNullWhen(true)] out string? text)
    {
        text = TryReadBytes(out var bytes) ? Encoding.UTF8.GetString(bytes) : null;
        return text is not null;
    }

    /// <summary>Passes over strings to the end.</summary>
    public bool TrySkipStrings()
    {
        var wellFormed = _rest.IsEmpty || _rest[^1] == 0;
        _rest = default;
        return wellFormed;
    }

    public bool TryReadByte(out byte value)
    {
        if (_rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value))
        {
            return false;
        }

        _rest = _rest[sizeof(ushort)..];
        return true;
    }
}
