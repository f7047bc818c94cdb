using System.Runtime.InteropServices;
using System.Text;

namespace EmailAuth.Messages;

/// <summary>Finds out what ends the lines of a header while it arrives; it looks at each byte once.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct HeaderLineEnds
{
    private int _lineStart;
    private int _searched;
    private bool _hasAuthor;

    /// <summary>The line ends, as far as they are known.</summary>
    public LineEndKind Kind { get; private set; }

    /// <summary>Where the body of a message with LF line ends starts; only when <see cref="Kind"/> is that.</summary>
    public readonly int BodyOffset => _lineStart;

    /// <summary>Looks at the bytes that arrived.</summary>
    /// <param name="bytes">The message from its first byte to the last that arrived.</param>
    public void Search(ReadOnlySpan<byte> bytes)
    {
        while (Kind == LineEndKind.Undecided)
        {
            var length = bytes[_searched..].IndexOf((byte)'\n');
            if (length < 0)
            {
                _searched = bytes.Length;
                return;
            }

            EndLine(bytes[_lineStart..(_searched + length)]);
            _lineStart = _searched += length + 1;
        }
    }

    /// <summary>Decides when the header has ended.</summary>
    public void Complete()
    {
        if (Kind == LineEndKind.Undecided)
        {
            Kind = Decided();
        }
    }

    private void EndLine(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8))
        {
            Kind = LineEndKind.CarriageReturnLineFeed;
        }
        else if (line.IsEmpty)
        {
            Kind = Decided();
        }
        else
        {
            _hasAuthor |= IsAuthor(line);
        }
    }

    // A stored message has its From above the empty line. Without one, the LF may be a trick to hide a From that follows.
    private readonly LineEndKind Decided() => _hasAuthor ? LineEndKind.LineFeed : LineEndKind.CarriageReturnLineFeed;

    private static bool IsAuthor(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        return colon >= 0 && Ascii.EqualsIgnoreCase(line[..colon].TrimEnd(" \t"u8), "from"u8);
    }
}
