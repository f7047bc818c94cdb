using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>
/// The relaxed body canonicalization (RFC 6376 section 3.4.4): white space at a line's end goes, other runs of it become one space, empty
/// lines at the end go. A body of nothing else is empty; any other ends with CRLF.
/// </summary>
/// <remarks>A line ends with CRLF. A CR or LF alone is an octet like any other (RFC 6376 section 2.8).</remarks>
internal sealed class RelaxedBody : CanonicalBody
{
    // White space and line ends seen and not yet written: what follows decides what becomes of them. White space counts from the
    // last held line end on.
    private long _heldLines;
    private bool _heldSpace;
    private bool _heldCarriageReturn;
    private bool _hasText;

    protected override void AppendBlock(ReadOnlySpan<byte> block)
    {
        if (_heldCarriageReturn)
        {
            _heldCarriageReturn = false;
            if (block[0] == (byte)'\n')
            {
                HoldLine();
                block = block[1..];
            }
            else
            {
                EmitHeld();
                Emit("\r"u8);
            }
        }

        while (true)
        {
            block = HoldWhiteSpace(block);
            if (block.IsEmpty)
            {
                return;
            }

            EmitHeld();
            var run = RunLength(block);
            Emit(block[..run]);
            block = block[run..];
        }
    }

    protected override void AppendEnd()
    {
        if (_heldCarriageReturn)
        {
            EmitHeld();
            Emit("\r"u8);
        }

        if (_hasText)
        {
            EmitLines(1);
        }
    }

    // How many bytes from a text byte on are canonical as they stand and need not be held back. At least one.
    private static int RunLength(ReadOnlySpan<byte> block)
    {
        var end = WhiteSpaceSearch.IndexOfIrregular(block);
        if (end < 0)
        {
            end = block.Length;
            if (end > 1 && block[end - 1] is (byte)' ' or (byte)'\r')
            {
                end--;
            }
        }

        while (end > 2 && block[end - 1] == (byte)'\n' && block[end - 2] == (byte)'\r')
        {
            end -= 2;
        }

        return Math.Max(end, 1);
    }

    // Takes white space and line ends from the front of the block.
    private ReadOnlySpan<byte> HoldWhiteSpace(ReadOnlySpan<byte> block)
    {
        var index = 0;
        while (index < block.Length)
        {
            var b = block[index];
            if (CharacterClasses.IsWsp(b))
            {
                _heldSpace = true;
                index++;
                if (index < block.Length && CharacterClasses.IsWsp(block[index]))
                {
                    var length = block[index..].IndexOfAnyExcept((byte)' ', (byte)'\t');
                    index = length < 0 ? block.Length : index + length;
                }
            }
            else if (b != (byte)'\r')
            {
                break;
            }
            else if (index + 1 == block.Length)
            {
                _heldCarriageReturn = true;
                index++;
            }
            else if (block[index + 1] == (byte)'\n')
            {
                HoldLine();
                index += 2;
            }
            else
            {
                break;
            }
        }

        return block[index..];
    }

    private void HoldLine()
    {
        _heldLines++;
        _heldSpace = false;
    }

    private void EmitHeld()
    {
        _hasText = true;
        if (_heldLines > 1)
        {
            EmitLines(_heldLines - 1);
            _heldLines = 1;
        }

        // In one piece what mostly comes together: this is done for every line that is indented or ends in white space.
        if (_heldLines == 0)
        {
            if (_heldSpace)
            {
                Emit(" "u8);
            }
        }
        else
        {
            Emit(_heldSpace ? "\r\n "u8 : "\r\n"u8);
        }

        _heldLines = 0;
        _heldSpace = false;
    }
}
