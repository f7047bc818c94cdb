using System.Buffers;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// Restores the form that a field's value had in the message: CRLF between lines where the MTA gives LF, the space after the colon where the
/// MTA removed it, and nothing after the last line.
/// </summary>
internal struct FieldValue : IDisposable
{
    private byte[]? _rented;

    public FieldValue(ReadOnlyMemory<byte> value, bool hasLeadingSpace)
    {
        value = value.TrimEnd("\r\n"u8);
        var lineFeeds = CountBareLineFeeds(value.Span);
        if (lineFeeds == 0 && hasLeadingSpace)
        {
            Bytes = value;
            return;
        }

        // Sendmail and Postfix remove one space after the colon unless the milter asks to keep it. A field without that space then looks the
        // same as one with it, and a "simple" header signature over a field without it fails.
        var length = value.Length + lineFeeds + (hasLeadingSpace ? 0 : 1);
        _rented = ArrayPool<byte>.Shared.Rent(length);
        Write(value.Span, hasLeadingSpace, _rented);
        Bytes = _rented.AsMemory(0, length);
    }

    /// <summary>The value; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    public void Dispose()
    {
        Bytes = default;
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }

    private static void Write(ReadOnlySpan<byte> value, bool hasLeadingSpace, Span<byte> bytes)
    {
        var at = 0;
        if (!hasLeadingSpace)
        {
            bytes[at++] = (byte)' ';
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\n' && (i == 0 || value[i - 1] != '\r'))
            {
                bytes[at++] = (byte)'\r';
            }

            bytes[at++] = value[i];
        }
    }

    private static int CountBareLineFeeds(ReadOnlySpan<byte> value)
    {
        var count = 0;
        for (var from = value.IndexOf((byte)'\n'); from >= 0 && from < value.Length; from++)
        {
            var next = value[from..].IndexOf((byte)'\n');
            if (next < 0)
            {
                break;
            }

            from += next;
            if (from == 0 || value[from - 1] != '\r')
            {
                count++;
            }
        }

        return count;
    }
}
