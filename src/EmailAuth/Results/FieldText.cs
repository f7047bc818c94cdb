using System.Buffers;
using System.Globalization;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>
/// Builds the value of a structured header field (RFC 5322 section 2.2.2) from texts that a sender may have chosen: encodes them as
/// token, dot-atom, quoted-string or comment, and folds the whole. No text can end a line, a quoted-string or a comment.
/// </summary>
/// <remarks>
/// Control characters mark where a line may or must end; encoded texts never have them. Only <see cref="Fold"/> writes line ends. Dispose
/// of it: a long value rents its buffer.
/// </remarks>
internal ref struct FieldText
{
    /// <summary>The most octets of a line that a reader should see (RFC 5322 section 2.1.1).</summary>
    public const int LineLength = 78;

    private const char MayBreak = '\x1';
    private const char MustBreak = '\x2';
    private const string CutMark = "...";

    // RFC 2047 section 2: the start of an encoded-word. Some readers decode these words before they look at quotes and comments.
    private const string EncodedWordStart = "=?";

    // Visible ASCII and space, without what a quoted-string or a comment escapes.
    private static readonly SearchValues<char> Plain =
        SearchValues.Create(" !#$%&'*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private Span<char> _chars;
    private char[]? _rented;
    private int _length;

    public FieldText(Span<char> buffer) => _chars = buffer;

    /// <summary>A space at which the line may end.</summary>
    public void Space() => Add(MayBreak);

    /// <summary>A new line.</summary>
    public void NewLine() => Add(MustBreak);

    /// <summary>Text of our own: visible ASCII without white space.</summary>
    public void Literal(ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        text.CopyTo(_chars[_length..]);
        _length += text.Length;
    }

    /// <inheritdoc cref="Literal(ReadOnlySpan{char})"/>
    public void Literal(char c) => Add(c);

    public void Number(int number)
    {
        Reserve(11);
        number.TryFormat(_chars[_length..], out var written, provider: CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>RFC 2045 section 5.1: value = token / quoted-string.</summary>
    public void Value(ReadOnlySpan<char> text, int limit)
    {
        if (IsToken(text) && text.Length <= limit)
        {
            Literal(text);
        }
        else
        {
            QuotedString(text, limit);
        }
    }

    /// <summary>RFC 8601 section 2.2: pvalue = [CFWS] ( ( value / [ [ local-part ] "@" ] domain-name ) [CFWS]. </summary>
    /// <remarks>
    /// A local-part with characters that a token lacks is quoted together with its domain, so that simple readers read it too; so is a token
    /// with dots at its ends or two in a row, which OpenDMARC treats as the end of the field.
    /// </remarks>
    public void PropertyValue(ReadOnlySpan<char> text, int limit)
    {
        if (text.Length <= limit && (IsDotted(text, CharacterClasses.Token) || IsPlainAddress(text)))
        {
            Literal(text);
        }
        else
        {
            QuotedString(text, limit);
        }
    }

    /// <summary>RFC 7208 section 9.1: dot-atom / quoted-string, as the values of Received-SPF are.</summary>
    public void DotAtomOrQuotedString(ReadOnlySpan<char> text, int limit)
    {
        // An equals sign comes before it: with a question mark that would be the start of an encoded-word.
        if (text.Length <= limit && IsDotted(text, CharacterClasses.AText) && text[0] != '?' && !text.Contains(EncodedWordStart, StringComparison.Ordinal))
        {
            Literal(text);
        }
        else
        {
            QuotedString(text, limit);
        }
    }

    /// <summary>RFC 5322 section 3.2.4, with the non-ASCII text of RFC 6532 section 3.2.</summary>
    /// <param name="text">
    /// Any text. Line ends and tabs become spaces, other control characters and invalid Unicode become a question mark. Whatever looks like
    /// an encoded-word is escaped, so that no reader decodes it.
    /// </param>
    /// <param name="limit">The most octets between the quotes.</param>
    public void QuotedString(ReadOnlySpan<char> text, int limit)
    {
        Add('"');
        Escaped(text, limit, '"', '"');
        Add('"');
    }

    /// <summary>RFC 5322 section 3.2.2, with the non-ASCII text of RFC 6532 section 3.2. See <see cref="QuotedString"/>.</summary>
    /// <param name="text">Any text; parentheses in it are escaped.</param>
    /// <param name="limit">The most octets between the parentheses.</param>
    public void Comment(ReadOnlySpan<char> text, int limit)
    {
        Add('(');
        Escaped(text, limit, '(', ')');
        Add(')');
    }

    /// <summary>The value, folded: CRLF and a space, at most 78 octets a line wherever there is a place to break.</summary>
    /// <param name="prefix">The text before the value on its first line, such as the field's name; it is returned, too.</param>
    /// <param name="column">How many octets the first line has before <paramref name="prefix"/>.</param>
    public readonly string Fold(ReadOnlySpan<char> prefix, int column)
    {
        // Each line break replaces one character by three.
        var longest = prefix.Length + (_length * 3);
        char[]? rented = null;
        var buffer = longest <= 2048 ? stackalloc char[2048] : rented = ArrayPool<char>.Shared.Rent(longest);
        var folder = new FieldFolder(buffer, column);
        folder.Append(prefix);

        var rest = (ReadOnlySpan<char>)_chars[.._length];
        var separator = '\0';
        while (true)
        {
            var end = rest.IndexOfAny(MayBreak, MustBreak);
            var item = end < 0 ? rest : rest[..end];
            folder.AppendItem(item, separator is MayBreak or MustBreak, mustBreak: separator == MustBreak);
            if (end < 0)
            {
                break;
            }

            separator = rest[end];
            rest = rest[(end + 1)..];
        }

        var text = folder.ToString();
        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }

        return text;
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<char>.Shared.Return(_rented);
            _rented = null;
            _chars = [];
        }
    }

    private static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(CharacterClasses.Token);

    private static bool IsPlainAddress(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('@');
        return at >= 0
            && (at == 0 || IsDotted(text[..at], CharacterClasses.Token))
            && IsDotted(text[(at + 1)..], CharacterClasses.HostLabel);
    }

    // Non-empty parts of the class, with dots in between. The class may hold the dot itself.
    private static bool IsDotted(ReadOnlySpan<char> text, SearchValues<char> characters)
    {
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        while (true)
        {
            var stop = text.IndexOfAnyExcept(characters);
            if (stop < 0)
            {
                return true;
            }

            if (text[stop] != '.')
            {
                return false;
            }

            text = text[(stop + 1)..];
        }
    }

    private void Escaped(ReadOnlySpan<char> text, int limit, char open, char close)
    {
        if (text.Length <= limit && !text.ContainsAnyExcept(Plain) && !text.Contains(EncodedWordStart, StringComparison.Ordinal))
        {
            Literal(text);
            return;
        }

        var octets = 0;
        var cut = _length; // where the text ends if it must be cut
        for (var i = 0; i < text.Length; i++)
        {
            octets += EscapedCharacter(text, ref i, open, close);
            if (octets <= limit - CutMark.Length)
            {
                cut = _length;
            }
            else if (octets > limit)
            {
                _length = cut;
                Literal(CutMark);
                return;
            }
        }
    }

    // Returns the octets written.
    private int EscapedCharacter(ReadOnlySpan<char> text, ref int i, char open, char close)
    {
        var c = text[i];
        if (c == '?')
        {
            return QuestionMark();
        }

        if (c == '\\' || c == open || c == close)
        {
            Add('\\');
            Add(c);
            return 2;
        }

        switch (c)
        {
            case '\r' when i + 1 < text.Length && text[i + 1] == '\n':
                i++;
                Add(' ');
                return 1;
            case '\r' or '\n' or '\t':
                Add(' ');
                return 1;
            case < '\x80' when !char.IsControl(c):
                Add(c);
                return 1;
            case var high when char.IsHighSurrogate(high) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]):
                i++;
                Add(high);
                Add(text[i]);
                return 4;
            case '\u2028' or '\u2029': // line ends to some readers
                Add(' ');
                return 1;
            default:
                if (char.IsSurrogate(c) || char.IsControl(c))
                {
                    return QuestionMark();
                }

                Add(c);
                return c < '\x800' ? 2 : 3;
        }
    }

    // The text's own question mark, or one that replaces an invalid character: after an equals sign it would start an encoded-word.
    private int QuestionMark()
    {
        if (_chars[_length - 1] == '=')
        {
            Add('\\');
            Add('?');
            return 2;
        }

        Add('?');
        return 1;
    }

    private void Add(char c)
    {
        Reserve(1);
        _chars[_length++] = c;
    }

    private void Reserve(int count)
    {
        if (_chars.Length - _length >= count)
        {
            return;
        }

        var larger = ArrayPool<char>.Shared.Rent(Math.Max(_chars.Length * 2, _length + count));
        _chars[.._length].CopyTo(larger);
        if (_rented is not null)
        {
            ArrayPool<char>.Shared.Return(_rented);
        }

        _chars = _rented = larger;
    }
}
