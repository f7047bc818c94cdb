using System.Buffers;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>
/// The words, comments and white space of RFC 5322 section 3.2 with their obsolete forms, and UTF-8 by RFC 6532. Control characters are
/// refused everywhere, also where the obsolete syntax would allow them.
/// </summary>
/// <remarks>
/// Does not use <see cref="DelimitedText"/>, which only finds ends: here every byte is checked, and the lexer notes what simpler readers could see.
/// </remarks>
internal ref struct AddressLexer
{
    private static readonly SearchValues<byte> AText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~"u8);

    private readonly ReadOnlySpan<byte> _text;

    public AddressLexer(ReadOnlySpan<byte> text)
    {
        _text = text;
        IsPlain = true;
    }

    public int Position { get; set; }

    /// <summary>Whether only ASCII words and white space were read so far, without comments and quoted pairs.</summary>
    public bool IsPlain { get; set; }

    /// <summary>
    /// Whether a comment since this was last set to false has something that a reader without comments could read as an address, or as the end
    /// of one: an at sign, a closing bracket, an encoded word.
    /// </summary>
    public bool HasAddressInComment { get; set; }

    /// <summary>Whether such a comment holds an escaped closing parenthesis, where it ends for a reader without escapes.</summary>
    public bool HasEscapedEndInComment { get; set; }

    /// <summary>Whether a group is read, which a semicolon ends.</summary>
    public bool IsInGroup { get; set; }

    /// <summary>What is malformed at <see cref="Position"/>; null without an error.</summary>
    public string? Error { get; private set; }

    public readonly bool AtEnd => Position == _text.Length;

    /// <summary>The byte at <see cref="Position"/>; 0 at the end, which is not allowed in any rule.</summary>
    public readonly byte Current => AtEnd ? (byte)0 : _text[Position];

    /// <summary>Whether an atom starts here.</summary>
    public readonly bool IsAtAtom => !AtEnd && (Current >= 0x80 || AText.Contains(Current));

    /// <summary>The text from <see cref="Position"/> on.</summary>
    public readonly ReadOnlySpan<byte> Rest => _text[Position..];

    /// <summary>The text that was read since a position.</summary>
    public readonly ReadOnlySpan<byte> Since(int start) => _text[start..Position];

    // atext, and UTF-8 beyond ASCII (RFC 6532 section 3.2).
    public int AtomLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (text[length] >= 0x80 || AText.Contains(text[length])))
        {
            IsPlain &= text[length] < 0x80;
            length++;
        }

        return length;
    }

    // dot-atom-text = 1*atext *("." 1*atext)
    public int DotAtomLength(ReadOnlySpan<byte> text)
    {
        var length = AtomLength(text);
        while (length > 0 && length < text.Length && text[length] == '.' && AtomLength(text[(length + 1)..]) is var next and > 0)
        {
            length += next + 1;
        }

        return length;
    }

    // word = atom / quoted-string
    public bool SkipWord()
    {
        if (Current != '"')
        {
            Position += AtomLength(Rest);
            return true;
        }

        Position++;
        while (!AtEnd && Current != '"')
        {
            if (!SkipContent())
            {
                return false;
            }
        }

        return Expect((byte)'"', "a quoted string has no end");
    }

    // CFWS; false when a comment or a line break is malformed.
    public bool SkipCfws()
    {
        while (!AtEnd)
        {
            if (Current == '(')
            {
                IsPlain = false;
                if (!SkipComment())
                {
                    return false;
                }
            }
            else if (Current is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                if (!SkipFoldingWhiteSpace())
                {
                    return false;
                }
            }
            else
            {
                return true;
            }
        }

        return true;
    }

    // comment = "(" *([FWS] ccontent) [FWS] ")". Readers differ in where a comment within a comment ends, and some find an angle-addr in it.
    // Honest mail has neither.
    private bool SkipComment()
    {
        var start = Position++;
        while (!AtEnd && Current != ')')
        {
            var escaped = Current == '\\' && Rest.Length > 1 ? Rest[1] : Current;
            HasEscapedEndInComment |= escaped == ')';
            if (escaped is (byte)'(' or (byte)'<')
            {
                return Fail("a comment holds another one, or an angle bracket");
            }

            if (!SkipContent())
            {
                return false;
            }
        }

        if (IsInGroup && Since(start).Contains((byte)';'))
        {
            return Fail("a comment in a group holds a semicolon, where some readers end the group");
        }

        HasAddressInComment |= Since(start).ContainsAny((byte)'@', (byte)'>') || HoldsEncodedWord(Since(start));
        return Expect((byte)')', "a comment has no end");
    }

    /// <summary>
    /// Whether an encoded word (RFC 2047 section 2) begins in a text; its end is not checked, because readers differ in where it ends.
    /// </summary>
    public static bool HoldsEncodedWord(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf("=?"u8) is var start and >= 0)
        {
            text = text[(start + 2)..];
            if (text.IndexOf((byte)'?') is var mark and >= 0
                && text.Length > mark + 2
                && (text[mark + 1] | 0x20) is 'b' or 'q'
                && text[mark + 2] == '?')
            {
                return true;
            }
        }

        return false;
    }

    // One character of a quoted string or a comment: white space, a quoted pair, or text.
    private bool SkipContent()
    {
        switch (Current)
        {
            case (byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t':
                return SkipFoldingWhiteSpace();

            case (byte)'\\':
                IsPlain = false;
                Position++;
                if (AtEnd || Current is < (byte)' ' and not (byte)'\t' or 0x7f)
                {
                    return Fail("a backslash is not followed by a character");
                }

                break;

            case < (byte)' ' or 0x7f:
                return Fail("a control character is not allowed");

            case >= 0x80:
                IsPlain = false;
                break;

            default:
                break;
        }

        Position++;
        return true;
    }

    // FWS and obs-FWS: a line break counts only as CRLF with white space after it.
    private bool SkipFoldingWhiteSpace()
    {
        while (!AtEnd && Current is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            if (!CharacterClasses.IsWsp(Current))
            {
                var rest = Rest;
                if (rest.Length < 3 || !rest.StartsWith("\r\n"u8) || !CharacterClasses.IsWsp(rest[2]))
                {
                    return Fail("a line break is not folding");
                }

                Position += 2;
            }

            Position++;
        }

        return true;
    }

    public bool Expect(byte b, string reason)
    {
        if (AtEnd || Current != b)
        {
            return Fail(reason);
        }

        Position++;
        return true;
    }

    public bool Fail(string reason)
    {
        Error = reason;
        return false;
    }
}
