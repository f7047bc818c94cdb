using System.Text;

namespace EmailAuth.Messages;

/// <summary>One header field (RFC 5322 section 2.2) as slices of the bytes that arrived: nothing is unfolded, trimmed or repaired.</summary>
public readonly struct HeaderField
{
    private readonly int _nameLength;
    private readonly int _colon;

    internal HeaderField(ReadOnlyMemory<byte> raw, int nameLength, int colon)
    {
        Raw = raw;
        _nameLength = nameLength;
        _colon = colon;
    }

    /// <summary>The whole field: name, colon, value with its folding, and the final CRLF if it has one.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The name as written, without white space before the colon; empty for a line that is not a field (it has no colon).</summary>
    public ReadOnlySpan<byte> Name => Raw.Span[.._nameLength];

    /// <summary>Everything after the colon, folding included, without the final CRLF; the whole line when it has no colon.</summary>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            var value = Raw.Span[(_colon + 1)..];
            return value.EndsWith("\r\n"u8) ? value[..^2] : value;
        }
    }

    /// <summary>Whether the line has a colon after a name of visible ASCII, with nothing in between but white space.</summary>
    internal bool IsWellFormed => _nameLength > 0;

    /// <summary>Where the colon is in <see cref="Raw"/>; -1 for a line that is not a field.</summary>
    internal int ColonIndex => _colon;

    /// <summary>Whether the name is <paramref name="name"/>, without regard to case (RFC 5322 section 1.2.2).</summary>
    /// <param name="name">A field name in ASCII.</param>
    public bool IsNamed(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name, name);

    /// <summary>The field as text, for people; bytes that are not UTF-8 are replaced.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Raw.Span);
}
