using System.Buffers;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>Splits the value of a Received field into words, comments and semicolons. Each character is read once.</summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct ReceivedLexer(ReadOnlySpan<char> text)
{
    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r\n(;\"");

    private readonly ReadOnlySpan<char> _text = text;
    private bool _hasOpenQuote;

    public enum Token
    {
        End,
        Word,

        /// <summary>A comment, without its parentheses.</summary>
        Comment,
        Semicolon,
    }

    /// <summary>Where the next token begins, or white space before it.</summary>
    public int Position { get; private set; }

    /// <summary>Whether a comment without an end was read.</summary>
    public bool HasOpenComment { get; private set; }

    public Token Next(out ReadOnlySpan<char> token)
    {
        var rest = _text[Position..];
        Position += rest.Length - rest.TrimStart(" \t\r\n").Length;
        token = [];
        if (Position == _text.Length)
        {
            return Token.End;
        }

        switch (_text[Position])
        {
            case '(':
                token = ReadComment();
                return Token.Comment;
            case ';':
                Position++;
                return Token.Semicolon;
            default:
                token = ReadWord();
                return Token.Word;
        }
    }

    // A comment without an end contains all the rest, which may be text of the client. No second search for an end is made.
    private ReadOnlySpan<char> ReadComment()
    {
        var start = Position + 1;
        var end = DelimitedText.EndOfComment(_text, Position, nests: true, escapes: true);
        Position = end < 0 ? _text.Length : end;
        HasOpenComment |= end < 0;
        return _text[start..(end < 0 ? _text.Length : end - 1)];
    }

    private ReadOnlySpan<char> ReadWord()
    {
        var start = Position;
        while (Position < _text.Length)
        {
            var length = _text[Position..].IndexOfAny(WordEnds);
            Position = length < 0 ? _text.Length : Position + length;
            if (Position == _text.Length || _text[Position] != '"')
            {
                break;
            }

            // A quoted local part may hold spaces. The search for a quote that is missing is made once.
            var end = _hasOpenQuote ? -1 : DelimitedText.EndOfQuotedString(_text, Position);
            _hasOpenQuote |= end < 0;
            Position = end < 0 ? Position + 1 : end;
        }

        return _text[start..Position];
    }
}
