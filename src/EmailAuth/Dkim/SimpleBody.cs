namespace EmailAuth.Dkim;

/// <summary>
/// The simple body canonicalization (RFC 6376 section 3.4.3): empty lines at the end become one CRLF; a body without any byte is one CRLF.
/// </summary>
internal sealed class SimpleBody : CanonicalBody
{
    // CRLFs seen and not yet written: they may turn out to be the end.
    private long _heldLines;
    private bool _heldCarriageReturn;

    protected override void AppendBlock(ReadOnlySpan<byte> block)
    {
        if (_heldCarriageReturn)
        {
            _heldCarriageReturn = false;
            if (block[0] == (byte)'\n')
            {
                _heldLines++;
                block = block[1..];
            }
            else
            {
                EmitHeldLines();
                Emit("\r"u8);
            }
        }

        var end = block.Length;
        if (end > 0 && block[end - 1] == (byte)'\r')
        {
            _heldCarriageReturn = true;
            end--;
        }

        var lines = 0;
        while (end >= 2 && block[end - 1] == (byte)'\n' && block[end - 2] == (byte)'\r')
        {
            lines++;
            end -= 2;
        }

        if (end > 0)
        {
            EmitHeldLines();
            Emit(block[..end]);
        }

        _heldLines += lines;
    }

    protected override void AppendEnd()
    {
        if (_heldCarriageReturn)
        {
            EmitHeldLines();
            Emit("\r"u8);
        }

        EmitLines(1);
    }

    private void EmitHeldLines()
    {
        EmitLines(_heldLines);
        _heldLines = 0;
    }
}
