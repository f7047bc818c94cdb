using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailAuth.Milter.Protocol;

/// <summary>Reads the parts of a payload: strings that end with NUL, bytes and numbers.</summary>
internal ref struct MilterPayloadReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The path of a MAIL or RCPT packet without its brackets, and its further arguments; null when the packet is malformed.</summary>
    public static string? ReadPath(ReadOnlySpan<byte> payload, out ImmutableArray<string> arguments)
    {
        arguments = [];
        var reader = new MilterPayloadReader(payload);
        if (!reader.TryReadString(out var path))
        {
            return null;
        }

        if (!reader.IsAtEnd)
        {
            var read = ImmutableArray.CreateBuilder<string>();
            while (!reader.IsAtEnd)
            {
                if (!reader.TryReadString(out var argument))
                {
                    return null;
                }

                read.Add(argument);
            }

            arguments = read.DrainToImmutable();
        }

        return path is ['<', .., '>'] ? path[1..^1] : path;
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

    /// <summary>Reads a string; bytes that are not UTF-8 become U+FFFD.</summary>
    public bool TryReadString([NotNullWhen(true)] out string? text)
    {
        text = TryReadBytes(out var bytes) ? Encoding.UTF8.GetString(bytes) : null;
        return text is not null;
    }

    /// <summary>The remaining string; null unless exactly one string remains.</summary>
    public string? ReadSingle() => TryReadString(out var text) && IsAtEnd ? text : null;

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
