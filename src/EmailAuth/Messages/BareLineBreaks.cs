using System.Runtime.InteropServices;

namespace EmailAuth.Messages;

/// <summary>Whether a text has a CR without LF or an LF without CR, as its pieces go by (RFC 5322 section 2.2).</summary>
[StructLayout(LayoutKind.Auto)]
internal struct BareLineBreaks
{
    private bool _isFound;
    private bool _endsWithCr;

    /// <summary>Whether the text so far has one. A CR at its end counts: nothing follows it.</summary>
    public readonly bool IsFound => _isFound || _endsWithCr;

    /// <summary>Takes the next piece.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        while (!_isFound && !piece.IsEmpty)
        {
            if (_endsWithCr)
            {
                _isFound = piece[0] != (byte)'\n';
                _endsWithCr = false;
                piece = piece[1..];
                continue;
            }

            var at = piece.IndexOfAny((byte)'\r', (byte)'\n');
            if (at < 0)
            {
                return;
            }

            _endsWithCr = piece[at] == (byte)'\r';
            _isFound = !_endsWithCr;
            piece = piece[(at + 1)..];
        }
    }
}
