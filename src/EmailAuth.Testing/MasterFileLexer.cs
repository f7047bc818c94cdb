using System.Text;

namespace EmailAuth.Testing;

/// <summary>Splits a master file into entries and their words (RFC 1035 section 5.1): comments, parentheses over lines, quotes, escapes.</summary>
internal sealed class MasterFileLexer(string text)
{
    private int _next;
    private int _line = 1;

    /// <summary>The words of the entry; at least one.</summary>
    public List<MasterFileToken> Entry { get; private set; } = [];

    /// <summary>Whether the entry begins at the start of its line, so that its first word is its name.</summary>
    public bool StartsWithOwner { get; private set; }

    /// <summary>The line on which the entry begins, or on which it cannot be read; from one.</summary>
    public int Line { get; private set; }

    /// <summary>The position of the entry in the text.</summary>
    public int Position { get; private set; }

    /// <summary>Why the entry cannot be read; null when it was.</summary>
    public string? Error { get; private set; }

    /// <summary>Reads the next entry. False at the end of the text.</summary>
    public bool TryReadEntry()
    {
        while (_next < text.Length)
        {
            Entry = [];
            (Line, Position) = (_line, _next);
            StartsWithOwner = text[_next] is not (' ' or '\t');
            ReadEntry();
            if (Entry.Count > 0 || Error is not null)
            {
                return true;
            }
        }

        return false;
    }

    // To the end of the line outside parentheses.
    private void ReadEntry()
    {
        var isOpen = false;
        while (_next < text.Length && Error is null)
        {
            switch (text[_next])
            {
                case '\n':
                    _next++;
                    _line++;
                    if (!isOpen)
                    {
                        return;
                    }

                    break;
                case ' ' or '\t' or '\r' or '\uFEFF':
                    _next++;
                    break;
                case ';':
                    var end = text.IndexOf('\n', _next);
                    _next = end < 0 ? text.Length : end;
                    break;
                case '(' or ')' when isOpen == (text[_next] == '('):
                    Fail(isOpen ? "a parenthesis inside parentheses" : "a closing parenthesis without an opening one");
                    break;
                case '(' or ')':
                    isOpen = text[_next++] == '(';
                    break;
                default:
                    ReadToken();
                    break;
            }
        }

        if (isOpen && Error is null)
        {
            Fail("the parenthesis of the entry is not closed");
            Line = Math.Min(Line, _line);
        }
    }

    private void ReadToken()
    {
        var isQuoted = text[_next] == '"';
        _next += isQuoted ? 1 : 0;
        var start = _next;
        var word = new StringBuilder();
        List<byte>? octets = null;
        var encoded = 0; // how much of the word is in the octets
        for (; _next < text.Length; _next++)
        {
            var c = text[_next];
            if (isQuoted ? c is '"' or '\n' : c is ' ' or '\t' or '\r' or '\n' or ';' or '(' or ')' or '"')
            {
                break;
            }

            if (c != '\\')
            {
                word.Append(c);
            }
            else if (!TryReadEscape(word, ref octets, ref encoded))
            {
                Fail("a backslash without a character, or without three digits up to 255, after it");
                return;
            }
        }

        if (isQuoted && (_next == text.Length || text[_next] == '\n'))
        {
            Fail("a quoted string is not closed on its line");
            return;
        }

        _next += isQuoted ? 1 : 0;
        if (isQuoted || _next > start)
        {
            if (octets is not null)
            {
                Encode(word, encoded, octets);
            }

            var isMark = !isQuoted && text.AsSpan(start, _next - start) is "\\#";
            Entry.Add(new MasterFileToken { Text = word.ToString(), Escaped = octets?.ToArray(), IsQuoted = isQuoted, IsGenericMark = isMark });
        }
    }

    // Characters that are not \DDD, in UTF-8.
    private static void Encode(StringBuilder word, int from, List<byte> octets) =>
        octets.AddRange(Encoding.UTF8.GetBytes(word.ToString(from, word.Length - from)));

    // RFC 1035 section 5.1: \DDD is an octet, \X the character X. Leaves the position at the last character of the escape.
    private bool TryReadEscape(StringBuilder word, ref List<byte>? octets, ref int encoded)
    {
        var rest = text.AsSpan(_next + 1);
        if (rest.IsEmpty || rest[0] is '\n' or '\r')
        {
            return false;
        }

        if (!char.IsAsciiDigit(rest[0]))
        {
            word.Append(rest[0]);
            _next++;
            return true;
        }

        if (rest.Length < 3 || !char.IsAsciiDigit(rest[1]) || !char.IsAsciiDigit(rest[2]))
        {
            return false;
        }

        var octet = ((rest[0] - '0') * 100) + ((rest[1] - '0') * 10) + (rest[2] - '0');
        _next += 3;
        if (octet > byte.MaxValue)
        {
            return false;
        }

        octets ??= [];
        Encode(word, encoded, octets);
        octets.Add((byte)octet);
        word.Append((char)octet);
        encoded = word.Length;
        return true;
    }

    private void Fail(string reason)
    {
        Error = reason;
        Line = _line;
    }
}
