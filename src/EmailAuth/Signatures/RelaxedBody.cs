using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>
/// The relaxed body canonicalization (RFC 6376 section 3.4.4): white space at a line's end is removed, other runs become one space,
/// and empty lines at the end are removed. A body of nothing else is empty; any other ends with CRLF.
/// </summary>
/// <remarks>A line ends with CRLF. A CR or LF alone is an octet like any other (RFC 6376 section 2.8).</remarks>
internal sealed class RelaxedBody : CanonicalBody
{
    private const int ShortLength = 256;

    // White space at the end of what has arrived, and a CR after it, are held back until the next octet decides about them.
    private bool _heldSpace;
    private bool _heldCarriageReturn;

    // A body without text has not even one line.
    protected override bool EndsWithLine => HasText;

    protected override void AppendBlock(ReadOnlySpan<byte> block)
    {
        if (_heldSpace)
        {
            if (!_heldCarriageReturn && block is [(byte)'\r'])
            {
                _heldCarriageReturn = true;
                return;
            }

            AppendHeld(block);
        }

        var text = block[..(block.Length - HeldLength(block))];
        if (text.Length <= ShortLength)
        {
            Span<byte> few = stackalloc byte[ShortLength];
            AppendLines(few[..WhiteSpaceReduction.Reduce(text, few)]);
            return;
        }

        // Not kept, as each of ten thousand half-read messages would hold one.
        var reduced = ArrayPool<byte>.Shared.Rent(BlockLength);
        AppendLines(reduced.AsSpan(0, WhiteSpaceReduction.Reduce(text, reduced)));
        ArrayPool<byte>.Shared.Return(reduced);
    }

    protected override void AppendEnd()
    {
        if (_heldCarriageReturn)
        {
            AppendLines(" \r"u8);
        }
    }

    // A space stays unless white space or a line end follows it.
    private void AppendHeld(ReadOnlySpan<byte> next)
    {
        if (_heldCarriageReturn)
        {
            AppendLines(next[0] == (byte)'\n' ? "\r"u8 : " \r"u8);
        }
        else if (!CharacterClasses.IsWsp(next[0]) && !next.StartsWith("\r\n"u8))
        {
            AppendLines(" "u8);
        }

        _heldSpace = false;
        _heldCarriageReturn = false;
    }

    // Holds white space at the end of a block, and a CR after it; how many octets that is.
    private int HeldLength(ReadOnlySpan<byte> block)
    {
        var end = block[^1] == (byte)'\r' ? block.Length - 1 : block.Length;
        var textLength = block[..end].LastIndexOfAnyExcept((byte)' ', (byte)'\t') + 1;
        if (textLength == end)
        {
            return 0;
        }

        _heldSpace = true;
        _heldCarriageReturn = end < block.Length;
        return block.Length - textLength;
    }
}
