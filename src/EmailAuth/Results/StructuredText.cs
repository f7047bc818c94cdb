using System.Buffers;
using System.Globalization;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>Walks a structured field's value (RFC 5322 section 2.2.2): white space, comments, tokens and quoted-strings.</summary>
/// <remarks>Every method moves forward or keeps the position; the walk never goes back.</remarks>
internal ref struct StructuredText
{
    // Where an unquoted value ends. Values with "/", "=" or ":" unquoted are in wide use, though a token cannot hold them.
    private static readonly SearchValues<char> ValueEnd = SearchValues.Create(" \t\r\n;(");

    private readonly ReadOnlySpan<char> _text;
    private readonly CommentReading _comments;

    public StructuredText(ReadOnlySpan<char> text)
        : this(text, CommentReading.Grammar)
    {
    }

    /// <summary>Walks a value like a reader that knows less about comments.</summary>
    public StructuredText(ReadOnlySpan<char> text, CommentReading comments)
    {
        _text = text;
        _comments = comments;
    }

    public int Position { get; private set; }

    public readonly bool AtEnd => Position == _text.Length;

    /// <summary>The character here, or NUL at the end.</summary>
    public readonly char Current => AtEnd ? '\0' : _text[Position];

    public readonly ReadOnlySpan<char> From(int start) => _text[start..Position];

    /// <summary>RFC 5322 section 3.2.2: [CFWS]. Returns false at a comment that does not end.</summary>
    public bool SkipCfws() => SkipCfws(out _);

    /// <inheritdoc cref="SkipCfws()"/>
    /// <param name="comment">The first comment with its parentheses; empty without a comment.</param>
    public bool SkipCfws(out ReadOnlySpan<char> comment)
    {
        comment = default;
        while (true)
        {
            var offset = _text[Position..].IndexOfAnyExcept(CharacterClasses.FoldingWhiteSpace);
            Position = offset < 0 ? _text.Length : Position + offset;
            if (Current != '(')
            {
                return true;
            }

            var start = Position;
            if (!SkipComment())
            {
                return false;
            }

            if (comment.IsEmpty)
            {
                comment = From(start);
            }
        }
    }

    public bool TrySkip(char c)
    {
        if (AtEnd || _text[Position] != c)
        {
            return false;
        }

        Position++;
        return true;
    }

    /// <summary>A keyword: letters, digits, hyphens and, as many write them, underscores. Empty without one.</summary>
    public ReadOnlySpan<char> Keyword() => Take(_text[Position..].IndexOfAnyExcept(CharacterClasses.HostLabel));

    /// <summary>A token (RFC 2045 section 5.1), or non-ASCII text in its place. Empty without one.</summary>
    public ReadOnlySpan<char> Token()
    {
        var length = 0;
        foreach (var c in _text[Position..])
        {
            if (c < '\x80' && !CharacterClasses.Token.Contains(c))
            {
                break;
            }

            length++;
        }

        return Take(length);
    }

    /// <summary>A number of at most nine digits; null without digits, or with more.</summary>
    public int? Number()
    {
        var digits = Take(_text[Position..].IndexOfAnyExceptInRange('0', '9'));
        return digits.Length is > 0 and <= 9 ? int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>
    /// A value as the field has it, quotes included: a quoted-string, unquoted text, or one right after the other. It may be empty, as
    /// in <c>smtp.mailfrom=;</c>, which many write for a bounce.
    /// </summary>
    /// <returns>False when a quoted-string does not end.</returns>
    public bool TryReadValue(out ReadOnlySpan<char> value)
    {
        var start = Position;
        value = default;
        if (Current == '"' && !SkipQuotedString())
        {
            return false;
        }

        Take(_text[Position..].IndexOfAny(ValueEnd));
        value = From(start);
        return true;
    }

    /// <summary>RFC 5322 section 3.2.4, from its opening quote. False when it does not end.</summary>
    public bool SkipQuotedString()
    {
        var end = DelimitedText.EndOfQuotedString(_text, Position);
        Position = end < 0 ? _text.Length : end;
        return end >= 0;
    }

    /// <summary>What a quoted-string or a comment says: without its delimiters, escapes and folding; other text as it is.</summary>
    public static string Content(ReadOnlySpan<char> text)
    {
        var isDelimited = text.Length >= 2 && ((text[0] == '"' && text[^1] == '"') || (text[0] == '(' && text[^1] == ')'));
        if (!isDelimited || !ContentLength(text, out var hasEscapes))
        {
            return text.ToString();
        }

        text = text[1..^1];
        if (!hasEscapes && !text.ContainsAny('\r', '\n'))
        {
            return text.ToString();
        }

        var content = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\r' or '\n')
            {
                continue; // RFC 5322 section 2.2.3: unfolding removes the line end and keeps the white space
            }

            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
            }

            content.Append(text[i]);
        }

        return content.ToString();
    }

    // Whether the closing delimiter is the last character, and not, as in "a"@"b", one in between.
    private static bool ContentLength(ReadOnlySpan<char> text, out bool hasEscapes)
    {
        hasEscapes = text.Contains('\\');
        if (text[0] == '(')
        {
            return true;
        }

        var reader = new StructuredText(text);
        return reader.SkipQuotedString() && reader.AtEnd;
    }

    private bool SkipComment()
    {
        var end = _comments.EndOf(_text, Position);
        Position = end < 0 ? _text.Length : end;
        return end >= 0;
    }

    // Takes a length of text from here; all of it when the length is negative.
    private ReadOnlySpan<char> Take(int length)
    {
        var start = Position;
        Position = length < 0 ? _text.Length : Position + length;
        return From(start);
    }
}
