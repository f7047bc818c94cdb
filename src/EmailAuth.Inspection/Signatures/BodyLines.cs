namespace EmailAuth.Inspection.Signatures;

/// <summary>A canonical body and where its lines start.</summary>
internal sealed class BodyLines
{
    public BodyLines(byte[] octets)
    {
        Octets = octets;
        var starts = new List<int> { 0 };
        var position = 0;
        while (octets.AsSpan(position).IndexOf("\r\n"u8) is var offset and >= 0)
        {
            position += offset + 2;
            starts.Add(position);
        }

        // The last start is the end of the body: a canonical body ends with CRLF, or is empty.
        Starts = [.. starts];
        Count = starts.Count - 1;
    }

    public byte[] Octets { get; }

    /// <summary>Where each line starts, and at last the end of the body.</summary>
    public int[] Starts { get; }

    /// <summary>How many lines there are.</summary>
    public int Count { get; }

    /// <summary>A line with its CRLF.</summary>
    public ReadOnlySpan<byte> this[int line] => Octets.AsSpan(Starts[line]..Starts[line + 1]);

    /// <summary>Whether a line is empty.</summary>
    public bool IsEmpty(int line) => Starts[line + 1] - Starts[line] == 2;

    /// <summary>Whether a line may be the boundary of MIME parts (RFC 2046 section 5.1.1); the delimiter of a signature, <c>-- </c>, is not one.</summary>
    public bool IsBoundary(int line) => this[line] is [(byte)'-', (byte)'-', > (byte)' ', .., (byte)'\r', (byte)'\n'];

    /// <summary>Whether additions are put before a line: a boundary, the end of an HTML text, or the empty line before a boundary.</summary>
    public bool IsAnchor(int line) =>
        line < Count && (IsBoundary(line) || IsHtmlEnd(line) || (IsEmpty(line) && line + 1 < Count && IsBoundary(line + 1)));

    private bool IsHtmlEnd(int line)
    {
        var text = this[line].TrimStart((byte)' ');
        return text.StartsWith("</body"u8) || text.StartsWith("</BODY"u8) || text.StartsWith("</html"u8) || text.StartsWith("</HTML"u8);
    }
}
