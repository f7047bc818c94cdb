using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>
/// Reads an address list by RFC 5322 section 3.4 with the obsolete forms of section 4.4, UTF-8 by RFC 6532 and groups by RFC 6854.
/// Every byte must be part of the list; control characters are refused everywhere.
/// </summary>
internal ref partial struct AddressListReader
{
    // An honest From field is far shorter; the limit bounds the work of the second parser.
    private const int MaxLength = 16 * 1024;

    private AddressLexer _lexer;

    public AddressListReader(ReadOnlySpan<byte> text) =>
        _lexer = new AddressLexer(text.EndsWith("\r\n"u8) ? text[..^2] : text);

    /// <summary>The distinct domains, in order.</summary>
    public ImmutableArray<DomainName> Domains { get; private set; } = [];

    public int MailboxCount { get; private set; }

    /// <summary>The local part of the first mailbox, without quotes.</summary>
    public string? LocalPart { get; private set; }

    /// <summary>
    /// Whether the list is one mailbox of the form <c>a@b</c>, <c>Words &lt;a@b&gt;</c> or <c>"Text" &lt;a@b&gt;</c> in ASCII, which all
    /// readers understand alike.
    /// </summary>
    public readonly bool IsPlain => _lexer.IsPlain;

    /// <summary>What makes the list unusable, once <see cref="Read"/> has returned false.</summary>
    public AuthorDefect Defect { get; private set; }

    /// <summary>The same in one line.</summary>
    public readonly string Reason => $"the From field is malformed at position {_lexer.Position}: {_lexer.Error} (RFC 5322 section 3.4)";

    /// <summary>Reads the list; false when it is malformed.</summary>
    public bool Read()
    {
        if (_lexer.Rest.Length > MaxLength)
        {
            return Fail(AuthorDefect.Malformed, $"{_lexer.Rest.Length} bytes are more than the {MaxLength} that an author field may have");
        }

        return ReadList(inGroup: false) || Fail(AuthorDefect.Malformed);
    }

    // address-list, with the empty elements of obs-addr-list and obs-group-list.
    private bool ReadList(bool inGroup)
    {
        while (true)
        {
            ForgetComments();
            if (!_lexer.SkipCfws())
            {
                return false;
            }

            if (_lexer.AtEnd || (inGroup && _lexer.Current == ';'))
            {
                return true;
            }

            if (_lexer.Current == ',')
            {
                _lexer.Position++;
                _lexer.IsPlain = false;
                continue;
            }

            if (!ReadAddress(inGroup) || !_lexer.SkipCfws())
            {
                return false;
            }

            if (!_lexer.AtEnd && _lexer.Current != ',' && !(inGroup && _lexer.Current == ';'))
            {
                return _lexer.Fail("a comma or the end is expected after an address");
            }
        }
    }

    // address = mailbox / group. What follows the words decides which one it is: "@" after a local part, "<" or ":" after a phrase.
    private bool ReadAddress(bool inGroup)
    {
        var start = _lexer.Position;
        if (!SkipWords(out var isLocalPart, out var isPhrase))
        {
            return false;
        }

        switch (_lexer.Current)
        {
            case (byte)'@' when isLocalPart:
                _lexer.Position = start;
                return ReadAddressSpecification() && ReadCommentsAfterAddress();

            case (byte)'<' when isPhrase || _lexer.Position == start:
                return ReadAngleAddress();

            case (byte)':' when isPhrase && !inGroup:
                _lexer.Position++;
                _lexer.IsPlain = false;
                return ReadGroup();

            default:
                return _lexer.Fail("not allowed in an address");
        }
    }

    // group-list and ";", after the colon.
    private bool ReadGroup()
    {
        _lexer.IsInGroup = true;
        if (!ReadList(inGroup: true) || !_lexer.Expect((byte)';', "a group ends with a semicolon"))
        {
            return false;
        }

        _lexer.IsInGroup = false;
        return true;
    }

    // Words and dots up to something else: a phrase is word *(word / "."), a local part is word *("." word).
    private bool SkipWords(out bool isLocalPart, out bool isPhrase)
    {
        isPhrase = false;
        isLocalPart = true;
        var afterWord = false;
        while (true)
        {
            if (!_lexer.SkipCfws())
            {
                isLocalPart = isPhrase = false;
                return false;
            }

            if (_lexer.Current == '.')
            {
                isLocalPart &= afterWord;
                afterWord = false;
                _lexer.Position++;
                if (!isPhrase)
                {
                    return _lexer.Fail("a dot is not allowed at the start");
                }
            }
            else if (_lexer.Current == '"' || _lexer.IsAtAtom)
            {
                isLocalPart &= !afterWord;
                afterWord = true;
                isPhrase = true;
                if (!_lexer.SkipWord())
                {
                    return false;
                }
            }
            else
            {
                isLocalPart &= afterWord;
                return true;
            }
        }
    }

    // angle-addr, and obs-angle-addr with a route.
    private bool ReadAngleAddress()
    {
        ForgetComments();
        _lexer.Position++;
        if (!_lexer.SkipCfws())
        {
            return false;
        }

        if (_lexer.Current is (byte)'@' or (byte)',' && !SkipRoute())
        {
            return false;
        }

        return ReadAddressSpecification()
            && _lexer.SkipCfws()
            && AreCommentsHarmless()
            && _lexer.Expect((byte)'>', "\">\" is expected after the address");
    }

    // A comment after an address without angle brackets is the old form of a display name: it may have an at sign.
    private bool ReadCommentsAfterAddress()
    {
        if (!AreCommentsHarmless())
        {
            return false;
        }

        ForgetComments();
        return _lexer.SkipCfws()
            && (!_lexer.HasEscapedEndInComment || _lexer.Fail("a comment after an address holds an escaped parenthesis"));
    }

    // RFC 5322 allows any comment before and inside an address. Readers that do not know comments or escapes find another address there.
    private bool AreCommentsHarmless() =>
        !_lexer.HasAddressInComment && !_lexer.HasEscapedEndInComment
        || _lexer.Fail("a comment in the address holds what may be read as an address, or as the end of the comment");

    private void ForgetComments() => _lexer.HasAddressInComment = _lexer.HasEscapedEndInComment = false;

    // obs-route = obs-domain-list ":"; obs-domain-list = *(CFWS / ",") "@" domain *("," [CFWS] ["@" domain])
    private bool SkipRoute()
    {
        _lexer.IsPlain = false;
        while (!_lexer.AtEnd && _lexer.Current != ':')
        {
            if (_lexer.Current == '@')
            {
                _lexer.Position++;
                if (!_lexer.SkipCfws() || !ReadDomain(out _))
                {
                    return false;
                }

                if (_lexer.SkipCfws() && _lexer.Current is (byte)',' or (byte)':')
                {
                    continue;
                }

                return _lexer.Fail("a comma or a colon is expected in a route");
            }

            if (_lexer.Current != ',')
            {
                return _lexer.Fail("a route consists of domains after \"@\"");
            }

            _lexer.Position++;
            if (!_lexer.SkipCfws())
            {
                return false;
            }
        }

        return _lexer.Expect((byte)':', "a route ends with a colon") && _lexer.SkipCfws();
    }

    private bool Fail(AuthorDefect defect, string? reason = null)
    {
        // The first defect found is the one that is reported.
        Defect = Defect == AuthorDefect.None ? defect : Defect;
        return reason is not null && _lexer.Fail(reason);
    }
}
