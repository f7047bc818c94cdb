using System.Buffers;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>A parsed macro-string (RFC 7208 section 7.1): a domain-spec, the value of a modifier, or an explanation.</summary>
internal sealed class SpfMacroString
{
    private static readonly SearchValues<char> Delimiters = SearchValues.Create(".-+,/_=");

    private SpfMacroString(SpfMacroPart[] parts, int endOfLastMacro)
    {
        Parts = parts;
        EndOfLastMacro = endOfLastMacro;
    }

    public SpfMacroPart[] Parts { get; }

    /// <summary>Where the text after the last macro-expand starts; 0 when there is none.</summary>
    public int EndOfLastMacro { get; }

    /// <summary>The text when it holds no macro that depends on the check, or null.</summary>
    public string? Constant => Parts.Length switch
    {
        0 => string.Empty,
        1 => Parts[0].Literal,
        _ => null,
    };

    public bool Uses(char letter) => Array.Exists(Parts, part => part.Letter == letter);

    // RFC 7208 section 7.1: macro-string = *( macro-expand / macro-literal )
    //                       macro-literal = %x21-24 / %x26-7E
    /// <summary>Reads a macro-string that starts at <paramref name="offset"/> of a record, for positions in errors.</summary>
    public static ParseResult<SpfMacroString> Parse(ReadOnlySpan<char> text, int offset, SpfMacroUse use)
    {
        var parts = new List<SpfMacroPart>();
        var literal = new StringBuilder();
        var (position, endOfLastMacro) = (0, 0);
        while (position < text.Length)
        {
            var c = text[position];
            if (c != '%')
            {
                // RFC 7208 section 6.2: explain-string = *( macro-string / SP )
                if (!CharacterClasses.IsVchar(c) && !(c == ' ' && use == SpfMacroUse.Explanation))
                {
                    return Fail(SyntaxErrorCode.Malformed, offset + position, $"the character U+{(int)c:X4} cannot stand here");
                }

                literal.Append(c);
                position++;
                continue;
            }

            var next = position + 1 < text.Length ? text[position + 1] : '\0';
            if (next is '%' or '_' or '-')
            {
                literal.Append(next switch { '%' => "%", '_' => " ", _ => "%20" });
                position += 2;
            }
            else if (next == '{')
            {
                if (literal.Length > 0)
                {
                    parts.Add(new SpfMacroPart(literal.ToString()));
                    literal.Clear();
                }

                var length = text[position..].IndexOf('}') + 1;
                if (length == 0)
                {
                    return Fail(SyntaxErrorCode.Missing, offset + position, "the macro has no closing \"}\"");
                }

                if (ReadMacro(text.Slice(position + 2, length - 3), offset + position + 2, use, parts) is { } error)
                {
                    return error;
                }

                position += length;
            }
            else
            {
                return Fail(SyntaxErrorCode.Malformed, offset + position, "\"%\" must be followed by \"{\", \"%\", \"_\" or \"-\"");
            }

            endOfLastMacro = position;
        }

        if (literal.Length > 0)
        {
            parts.Add(new SpfMacroPart(literal.ToString()));
        }

        return new SpfMacroString([.. parts], endOfLastMacro);
    }

    // RFC 7208 section 7.1: macro-letter transformers *delimiter; transformers = *DIGIT [ "r" ]
    private static SyntaxError? ReadMacro(ReadOnlySpan<char> text, int offset, SpfMacroUse use, List<SpfMacroPart> parts)
    {
        var letter = text.IsEmpty ? '\0' : text[0];
        if (!"slodiphvcrt".Contains(char.ToLowerInvariant(letter), StringComparison.Ordinal))
        {
            return Error(SyntaxErrorCode.Unsupported, offset, "there is no such macro letter");
        }

        // RFC 7208 section 7.2: "c", "r" and "t" are for explanations only.
        if (use == SpfMacroUse.DomainSpec && "crt".Contains(char.ToLowerInvariant(letter), StringComparison.Ordinal))
        {
            return Error(SyntaxErrorCode.Inconsistent, offset, $"the macro letter \"{letter}\" is allowed in explanations only");
        }

        var position = 1;
        var count = 0;
        while (position < text.Length && char.IsAsciiDigit(text[position]))
        {
            // More parts than a name can have are as good as all; stop counting there.
            count = Math.Min((count * 10) + text[position] - '0', DomainName.MaxLength);
            position++;
        }

        if (position > 1 && count == 0)
        {
            return Error(SyntaxErrorCode.OutOfRange, offset + 1, "the number of parts must not be zero");
        }

        var isReversed = position < text.Length && text[position] is 'r' or 'R';
        position += isReversed ? 1 : 0;
        var delimiters = text[position..];
        var bad = delimiters.IndexOfAnyExcept(Delimiters);
        if (bad >= 0)
        {
            return Error(SyntaxErrorCode.Malformed, offset + position + bad, $"the character U+{(int)delimiters[bad]:X4} is not a delimiter");
        }

        parts.Add(new SpfMacroPart(letter, count, isReversed, delimiters.ToString()));
        return null;
    }

    private static SyntaxError Error(SyntaxErrorCode code, int position, string reason) => new(code, position, reason + " (RFC 7208 section 7.1)");

    private static ParseResult<SpfMacroString> Fail(SyntaxErrorCode code, int position, string reason) => Error(code, position, reason);
}
