namespace EmailAuth.Messages;

/// <summary>How long the longest line of a text is, without line ends, as its pieces go by.</summary>
internal struct LineLength
{
    private long _current;
    private bool _endsWithCr;

    /// <summary>The octets of the longest line so far.</summary>
    public long Most { get; private set; }

    /// <summary>The octets of the longest line of a text.</summary>
    public static long Longest(ReadOnlySpan<byte> text)
    {
        var lines = default(LineLength);
        lines.Append(text);
        return lines.Most;
    }

    /// <summary>Takes the next piece.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        while (!piece.IsEmpty)
        {
            var end = piece.IndexOf((byte)'\n');
            var line = end < 0 ? piece : piece[..end];
            _current += line.Length;
            _endsWithCr = line.IsEmpty ? _endsWithCr : line[^1] == (byte)'\r';

            // A CR at the end is that of the CRLF.
            Most = Math.Max(Most, _endsWithCr ? _current - 1 : _current);
            if (end < 0)
            {
                return;
            }

            piece = piece[(end + 1)..];
            _current = 0;
            _endsWithCr = false;
        }
    }
}
