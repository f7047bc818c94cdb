using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Results;

/// <summary>The grammar of RFC 8601 section 2.2, one method a rule.</summary>
internal ref struct AuthenticationResultsParser
{
    private const string BesideNone = "a result appears beside \"none\" (RFC 8601 section 2.2)";
    private const string UnendedComment = "a comment does not end (RFC 5322 section 3.2.2)";

    private readonly int _maxResults;
    private StructuredText _text;
    private SyntaxError? _error;

    public AuthenticationResultsParser(ReadOnlySpan<char> value, int maxResults)
    {
        _text = new StructuredText(value);
        _maxResults = maxResults;
    }

    // authres-payload = [CFWS] authserv-id [ CFWS authres-version ] ( no-result / 1*resinfo ) [CFWS]
    public ParseResult<AuthenticationResults> Parse()
    {
        var instance = ReadInstance();
        var authservId = _error is null ? ReadAuthservId() : null;
        var version = _error is null ? ReadVersion() : null;
        var results = _error is null ? ReadResults() : [];
        if (_error is not null)
        {
            return _error;
        }

        return new AuthenticationResults { Instance = instance, AuthservId = authservId!, Version = version, Results = results };
    }

    // RFC 8617 section 4.1.1: arc-authres = instance [CFWS] ";" authres-payload; instance = [CFWS] %s"i" [CFWS] "=" [CFWS] position
    private int? ReadInstance()
    {
        var start = _text;
        if (!SkipCfws() || !_text.TrySkip('i') || !SkipCfws() || !_text.TrySkip('='))
        {
            _text = start;
            _error = null;
            return null;
        }

        SkipCfws();
        var position = _text.Position;
        var instance = _text.Number();
        if (instance is null or 0)
        {
            Fail(SyntaxErrorCode.OutOfRange, position, "the instance is not a positive number (RFC 8617 section 4.1.1)");
        }
        else if (SkipCfws() && !_text.TrySkip(';'))
        {
            Fail(SyntaxErrorCode.Missing, _text.Position, "the instance must be followed by \";\" (RFC 8617 section 4.1.1)");
        }

        return instance;
    }

    // authserv-id = value
    private string? ReadAuthservId()
    {
        if (!SkipCfws())
        {
            return null;
        }

        var start = _text.Position;
        if (_text.Current == '"')
        {
            if (!_text.SkipQuotedString())
            {
                return Fail(SyntaxErrorCode.Malformed, start, "a quoted-string does not end (RFC 5322 section 3.2.4)");
            }

            return StructuredText.Content(_text.From(start));
        }

        // A token has no slash, but some hosts write one (mail.example.org/abc123).
        var hasToken = !_text.Token().IsEmpty;
        while (hasToken && _text.TrySkip('/'))
        {
            _text.Token();
        }

        return hasToken ? _text.From(start).ToString() : Fail(SyntaxErrorCode.Missing, start, "there is no authserv-id (RFC 8601 section 2.2)");
    }

    private int? ReadVersion()
    {
        if (!SkipCfws() || _text.AtEnd || _text.Current == ';')
        {
            return null;
        }

        var start = _text.Position;
        var version = _text.Number();
        if (version is null)
        {
            Fail(SyntaxErrorCode.Malformed, start, "the authserv-id must be followed by a version or \";\" (RFC 8601 section 2.2)");
        }

        return version;
    }

    // no-result = [CFWS] ";" [CFWS] "none"; resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
    private ImmutableArray<MethodResult> ReadResults()
    {
        var results = ImmutableArray.CreateBuilder<MethodResult>(4);
        var hasNone = false;
        while (SkipCfws() && !_text.AtEnd)
        {
            if (!_text.TrySkip(';'))
            {
                Fail(SyntaxErrorCode.Malformed, _text.Position, "a result must be followed by \";\" (RFC 8601 section 2.2)");
                break;
            }

            if (!SkipCfws() || _text.AtEnd || _text.Current == ';')
            {
                continue; // nothing between two semicolons, or after the last
            }

            var start = _text.Position;
            if (hasNone || results.Count == _maxResults)
            {
                _ = hasNone
                    ? Fail(SyntaxErrorCode.Inconsistent, start, BesideNone)
                    : Fail(SyntaxErrorCode.TooLong, start, $"there are more than {_maxResults} results (MaxResults)");
                break;
            }

            if (ReadResult(ref hasNone) is { } result)
            {
                results.Add(result);
            }
            else if (hasNone && results.Count > 0)
            {
                Fail(SyntaxErrorCode.Inconsistent, start, BesideNone);
            }

            if (_error is not null)
            {
                break;
            }
        }

        return _error is null ? results.DrainToImmutable() : [];
    }

    // methodspec = [CFWS] method [CFWS] "=" [CFWS] result; method = Keyword [ [CFWS] "/" [CFWS] method-version ]
    private MethodResult? ReadResult(ref bool isNone)
    {
        var start = _text.Position;
        var method = _text.Keyword();
        if (method.IsEmpty)
        {
            Fail(SyntaxErrorCode.Missing, start, "a method is missing (RFC 8601 section 2.2)");
            return null;
        }

        if (!SkipCfws())
        {
            return null;
        }

        if (method.Equals("none", StringComparison.OrdinalIgnoreCase) && (_text.AtEnd || _text.Current == ';'))
        {
            isNone = true;
            return null;
        }

        if (_text.TrySkip('/') && SkipCfws() && _text.Number() is null)
        {
            Fail(SyntaxErrorCode.Malformed, _text.Position, "a method's version is not a number (RFC 8601 section 2.2)");
            return null;
        }

        if (!SkipCfws() || !Expect('=', "a method must be followed by \"=\" (RFC 8601 section 2.2)") || !SkipCfws())
        {
            return null;
        }

        var position = _text.Position;
        var result = _text.Keyword();
        if (result.IsEmpty)
        {
            Fail(SyntaxErrorCode.Missing, position, $"the method {method} has no result (RFC 8601 section 2.2)");
            return null;
        }

        if (!_text.SkipCfws(out var comment))
        {
            Fail(SyntaxErrorCode.Malformed, _text.Position, UnendedComment);
            return null;
        }

        return ReadItems(ToLower(method), ToLower(result), comment.IsEmpty ? null : StructuredText.Content(comment));
    }

    // reasonspec = "reason" [CFWS] "=" [CFWS] value; propspec = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue
    private MethodResult? ReadItems(string method, string result, string? comment)
    {
        string? reason = null;
        var properties = ImmutableArray.CreateBuilder<ResultProperty>();
        while (!_text.AtEnd && _text.Current != ';')
        {
            var start = _text.Position;
            var type = _text.Keyword();
            if (type.IsEmpty)
            {
                Fail(SyntaxErrorCode.Malformed, start, "a property is expected (RFC 8601 section 2.2)");
            }

            if (_error is not null || !SkipCfws())
            {
                return null;
            }

            var isProperty = _text.TrySkip('.');
            if (isProperty && !SkipCfws())
            {
                return null;
            }

            var name = isProperty ? _text.Keyword() : [];
            if (isProperty && name.IsEmpty)
            {
                Fail(SyntaxErrorCode.Missing, _text.Position, "a property has no name (RFC 8601 section 2.2)");
                return null;
            }

            if (ReadAssigned() is not { } value)
            {
                return null;
            }

            if (isProperty)
            {
                properties.Add(new ResultProperty(ToLower(type), ToLower(name), value));
            }
            else if (type.Equals("reason", StringComparison.OrdinalIgnoreCase))
            {
                reason ??= value;
            }

            // "action=" and its like, written by some without a ptype, say nothing that RFC 8601 knows.
        }

        return new MethodResult { Method = method, Result = result, Reason = reason, Comment = comment, Properties = properties.DrainToImmutable() };
    }

    // "=" [CFWS] value [CFWS]
    private string? ReadAssigned()
    {
        if (!SkipCfws() || !Expect('=', "a property must be followed by \"=\" (RFC 8601 section 2.2)") || !SkipCfws())
        {
            return null;
        }

        var start = _text.Position;
        if (!_text.TryReadValue(out var value))
        {
            return Fail(SyntaxErrorCode.Malformed, start, "a quoted-string does not end (RFC 5322 section 3.2.4)");
        }

        return SkipCfws() ? StructuredText.Content(value) : null;
    }

    private bool Expect(char c, string reason)
    {
        if (!_text.TrySkip(c))
        {
            Fail(SyntaxErrorCode.Malformed, _text.Position, reason);
        }

        return _error is null;
    }

    private bool SkipCfws()
    {
        if (!_text.SkipCfws())
        {
            Fail(SyntaxErrorCode.Malformed, _text.Position, UnendedComment);
        }

        return _error is null;
    }

    private string? Fail(SyntaxErrorCode code, int position, string reason)
    {
        _error ??= new SyntaxError(code, position, reason);
        return null;
    }

    private static string ToLower(ReadOnlySpan<char> keyword) =>
        string.Create(keyword.Length, keyword, static (buffer, source) => source.ToLowerInvariant(buffer));
}
