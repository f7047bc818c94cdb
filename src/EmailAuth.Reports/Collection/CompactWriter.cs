using System.Text;

namespace EmailAuth.Reports.Collection;

/// <summary>Writes numbers and texts as few bytes into an array that grows, and that is used again for the next message. Not thread-safe.</summary>
internal sealed class CompactWriter
{
    private byte[] _bytes = new byte[512];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void WriteByte(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    /// <summary>A number in groups of seven bits, the lowest first; the high bit says that another group follows.</summary>
    public void WriteNumber(ulong value)
    {
        Reserve(CompactReader.MaxNumberBytes);
        while (value >= 0x80)
        {
            _bytes[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _bytes[Length++] = (byte)value;
    }

    /// <summary>The number of bytes in UTF-8 plus one, then the bytes; a null text is the number zero.</summary>
    public void WriteText(string? text)
    {
        if (text is null)
        {
            WriteByte(0);
            return;
        }

        // A lone surrogate, which no checked name has, becomes U+FFFD: the bytes are always valid UTF-8, in which 0xFF does not occur.
        WriteNumber((ulong)Encoding.UTF8.GetByteCount(text) + 1);
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }
    }
}
