using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace EmailAuth.Reports.Collection;

/// <summary>Reads what <see cref="CompactWriter"/> wrote. On other bytes each method answers false; none throws or reads past the end.</summary>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes)
{
    public const int MaxNumberBytes = 10;

    private readonly int _length = bytes.Length;
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public bool TryReadByte(out byte value)
    {
        value = 0;
        if (_rest.IsEmpty)
        {
            return false;
        }

        value = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    public bool TryReadNumber(out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(MaxNumberBytes, _rest.Length); i++)
        {
            var group = _rest[i];
            // The tenth group has one bit. A last group of zero would be a second form of a shorter number.
            if ((i == MaxNumberBytes - 1 && group > 1) || (group == 0 && i > 0))
            {
                return false;
            }

            value |= (ulong)(group & 0x7f) << (7 * i);
            if (group < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads how many items follow; each has at least one byte.</summary>
    public bool TryReadCount(out int count)
    {
        count = 0;
        if (!TryReadNumber(out var value) || value > (ulong)_rest.Length)
        {
            return false;
        }

        count = (int)value;
        return true;
    }

    /// <summary>Reads a text that may be null.</summary>
    public bool TryReadText(out string? text)
    {
        text = null;
        if (!TryReadNumber(out var length) || length > (ulong)_rest.Length + 1)
        {
            return false;
        }

        if (length == 0)
        {
            return true;
        }

        var content = _rest[..(int)(length - 1)];
        if (!Utf8.IsValid(content))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(content);
        _rest = _rest[content.Length..];
        return true;
    }

    public bool TryReadRequiredText([NotNullWhen(true)] out string? text) => TryReadText(out text) && text is not null;

    /// <summary>Reads a number of bytes, then finds where so many are.</summary>
    public bool TryReadBlock(out Range block)
    {
        block = default;
        if (!TryReadCount(out var length))
        {
            return false;
        }

        var start = _length - _rest.Length;
        block = start..(start + length);
        _rest = _rest[length..];
        return true;
    }
}
