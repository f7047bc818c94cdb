using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmailAuth.Messages;

/// <summary>Reads a Received field: clauses that begin with a keyword, each with words and comments, and a date after the last semicolon.</summary>
/// <remarks>
/// RFC 5321 section 4.4 gives the grammar; servers add clauses ("tls", "envelope-from"), words and comments of their own. The word
/// after a keyword is always its value, so that a client that calls itself "by" does not begin a clause.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal ref struct ReceivedReader
{
    private const int MaxComments = 32;

    // "Microsoft SMTP Server" is the longest protocol in use.
    private const int MaxProtocolWords = 4;

    private static readonly string[] Keywords = ["from", "by", "via", "with", "id", "for", "tls", "envelope-from"];

    private ReceivedLexer _lexer;
    private ReceivedClient _client;
    private ImmutableArray<string>.Builder? _comments;
    private string? _by;
    private string? _with;
    private string? _id;
    private string? _for;
    private string? _envelopeFrom;
    private int _protocolWords;
    private int _seen;
    private int _dateStart;
    private bool _isByExim;
    private bool _isFromEnded;

    private enum Clause
    {
        From,
        By,
        Via,
        With,
        Id,
        For,
        Tls,
        EnvelopeFrom,

        /// <summary>Before the first keyword, after a semicolon, and in a clause that appeared before.</summary>
        None,
    }

    public static ReceivedField Read(string text)
    {
        var reader = new ReceivedReader { _lexer = new ReceivedLexer(text), _dateStart = -1 };
        reader.ReadClauses();
        reader._client.IsAmbiguous |= reader._lexer.HasOpenComment;
        return reader.ToField(text);
    }

    private void ReadClauses()
    {
        var clause = Clause.None;
        var (isValueNext, isOfClient) = (false, false);
        ReceivedLexer.Token kind;
        while ((kind = _lexer.Next(out var token)) != ReceivedLexer.Token.End)
        {
            // A HELO name may open a comment or a quoted string that a text of the recipient closes. The server's own "by" is then inside.
            _client.IsAmbiguous |= HasSeen(Clause.From) && HoldsBy(token);
            switch (kind)
            {
                case ReceivedLexer.Token.Comment:
                    isValueNext = false;
                    ReadComment(token, isOfClient);
                    break;
                case ReceivedLexer.Token.Semicolon:
                    // A HELO name may hold a semicolon; only what follows the last one is the date.
                    clause = Clause.None;
                    _dateStart = _lexer.Position;
                    break;
                case ReceivedLexer.Token.Word when !isValueNext && KeywordOf(token) is { } next:
                    clause = Begin(next);
                    isValueNext = clause != Clause.None;
                    isOfClient = clause == Clause.From || (next == Clause.From && isOfClient);
                    break;
                case ReceivedLexer.Token.Word:
                    ReadWord(clause, token, isValueNext);
                    isValueNext = false;
                    break;
                case ReceivedLexer.Token.End:
                default:
                    throw new UnreachableException();
            }
        }
    }

    // A clause counts once. "from" or "by" a second time is what a HELO name with spaces would add: the two cannot be told apart. So is any other clause
    // between the two, which no server writes: what follows it would not be of the client.
    private Clause Begin(Clause clause)
    {
        var isAgain = HasSeen(clause);
        if (clause is Clause.From or Clause.By)
        {
            _client.IsAmbiguous |= isAgain || _isFromEnded;
        }
        else
        {
            _isFromEnded |= HasSeen(Clause.From) && !HasSeen(Clause.By);
        }

        _seen |= 1 << (int)clause;
        return isAgain ? Clause.None : clause;
    }

    private readonly bool HasSeen(Clause clause) => (_seen & (1 << (int)clause)) != 0;

    private void ReadWord(Clause clause, ReadOnlySpan<char> word, bool isValue)
    {
        switch (clause)
        {
            case Clause.From:
                _client.AddWord(word, isValue);
                break;
            case Clause.By:
                _by ??= WithoutFinalDot(word);
                break;
            case Clause.With:
                if (_protocolWords++ < MaxProtocolWords)
                {
                    _with = _with is null ? word.ToString() : string.Concat(_with, " ", word);
                }

                break;
            case Clause.Id:
                _id ??= WithoutBrackets(word);
                break;
            case Clause.For:
                _for ??= WithoutBrackets(word);
                break;
            case Clause.EnvelopeFrom:
                _envelopeFrom ??= WithoutBrackets(word);
                break;
            case Clause.Via or Clause.Tls or Clause.None:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void ReadComment(ReadOnlySpan<char> comment, bool isOfClient)
    {
        _comments ??= ImmutableArray.CreateBuilder<string>();
        if (_comments.Count == MaxComments)
        {
            // The server's own comment may be among those that are not read.
            _client.IsAmbiguous |= isOfClient;
            return;
        }

        _comments.Add(Unfolded(comment));
        if (isOfClient)
        {
            _client.AddComment(comment);
        }
        else
        {
            _isByExim |= comment.StartsWith("Exim ", StringComparison.Ordinal) && HasSeen(Clause.By);
        }

        // Exim, Dovecot, Sendmail: "(envelope-from <joe@example.com>)".
        const string Label = "envelope-from ";
        if (_envelopeFrom is null && comment.StartsWith(Label, StringComparison.OrdinalIgnoreCase))
        {
            _envelopeFrom = WithoutBrackets(comment[Label.Length..].Trim(" \t\r\n"));
        }
    }

    private readonly ReceivedField ToField(string text) => new()
    {
        FromHost = _client.Helo,
        ReverseName = _client.ReverseName,
        ClientAddress = _client.Address,
        RecordedAddress = _client.RecordedAddress,
        IsByExim = _isByExim,
        IsAmbiguous = _client.IsAmbiguous,
        ByHost = _by,
        With = _with,
        Id = _id,
        For = _for,
        EnvelopeFrom = _envelopeFrom,
        Date = _dateStart < 0 ? null : ReceivedDate.Read(text.AsSpan(_dateStart)),
        Comments = _comments?.DrainToImmutable() ?? [],
    };

    private static bool HoldsBy(ReadOnlySpan<char> token)
    {
        const string By = "by";
        while (token.IndexOf(By, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            var end = at + By.Length;
            if (at > 0 && char.IsWhiteSpace(token[at - 1]) && end < token.Length && char.IsWhiteSpace(token[end]))
            {
                return true;
            }

            token = token[end..];
        }

        return false;
    }

    private static Clause? KeywordOf(ReadOnlySpan<char> word)
    {
        for (var index = 0; index < Keywords.Length; index++)
        {
            if (word.Equals(Keywords[index], StringComparison.OrdinalIgnoreCase))
            {
                return (Clause)index;
            }
        }

        return null;
    }

    private static string WithoutBrackets(ReadOnlySpan<char> word)
    {
        word = word.TrimEnd(',');
        return (word is ['<', .., '>'] ? word[1..^1] : word).ToString();
    }

    private static string WithoutFinalDot(ReadOnlySpan<char> name) => (name is [_, .., '.'] ? name[..^1] : name).ToString();

    // RFC 5322 section 2.2.3: a line end before white space is removed.
    private static string Unfolded(ReadOnlySpan<char> text) =>
        text.ContainsAny('\r', '\n') ? text.ToString().Replace("\r", string.Empty, StringComparison.Ordinal).Replace("\n", string.Empty, StringComparison.Ordinal) : text.ToString();
}
