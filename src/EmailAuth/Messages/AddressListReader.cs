using System.Buffers;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>
/// Reads an address list by RFC 5322 section 3.4 with the obsolete forms of section 4.4, UTF-8 by RFC 6532 and groups by RFC 6854.
/// The whole text must be accounted for; control characters are refused everywhere.
/// </summary>
internal ref struct AddressListReader
{
    // An honest From field is far shorter; the limit bounds what a second parser is given.
    private const int MaxLength = 16 * 1024;

    private const int MaxDomains = 16;

    private static readonly SearchValues<byte> AText =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~"u8);

    private readonly ReadOnlySpan<byte> _text;
    private int _position;

    public AddressListReader(ReadOnlySpan<byte> text)
    {
        _text = text.EndsWith("\r\n"u8) ? text[..^2] : text;
        IsPlain = true;
    }

    /// <summary>The distinct domains, in order.</summary>
    public List<DomainName> Domains { get; } = new(1);

    public int MailboxCount { get; private set; }

    /// <summary>The local part of the first mailbox, without quotes.</summary>
    public string? LocalPart { get; private set; }

    /// <summary>
    /// Whether the list is one mailbox of the form <c>a@b</c>, <c>Words &lt;a@b&gt;</c> or <c>"Text" &lt;a@b&gt;</c> in ASCII, which no
    /// two readers understand differently.
    /// </summary>
    public bool IsPlain { get; private set; }

    public AuthorDefect Defect { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Reads the list; false when it is malformed.</summary>
    public bool Read()
    {
        if (_text.Length > MaxLength)
        {
            return Fail($"{_text.Length} bytes are more than the {MaxLength} that a From field may have here");
        }

        return ReadList(inGroup: false) && (_position == _text.Length || Fail("an address is expected"));
    }

    private readonly bool AtEnd => _position == _text.Length;

    private readonly byte Current => AtEnd ? (byte)0 : _text[_position];

    // address-list, with the empty elements of obs-addr-list and obs-group-list.
    private bool ReadList(bool inGroup)
    {
        while (true)
        {
            if (!SkipCfws())
            {
                return false;
            }

            if (AtEnd || (inGroup && Current == ';'))
            {
                return true;
            }

            if (Current == ',')
            {
                _position++;
                IsPlain = false;
                continue;
            }

            if (!ReadAddress(inGroup) || !SkipCfws())
            {
                return false;
            }

            if (!AtEnd && Current != ',' && !(inGroup && Current == ';'))
            {
                return Fail("a comma or the end is expected after an address");
            }
        }
    }

    // address = mailbox / group. Which one it is shows after the words: "@" after a local part, "<" or ":" after a phrase.
    private bool ReadAddress(bool inGroup)
    {
        var start = _position;
        if (!SkipWords(out var isLocalPart, out var isPhrase))
        {
            return false;
        }

        switch (Current)
        {
            case (byte)'@' when isLocalPart:
                _position = start;
                return ReadAddressSpecification();

            case (byte)'<' when isPhrase || _position == start:
                return ReadAngleAddress();

            case (byte)':' when isPhrase && !inGroup:
                _position++;
                IsPlain = false;
                return ReadList(inGroup: true) && Expect((byte)';', "a group ends with a semicolon");

            default:
                return Fail("this cannot stand in an address");
        }
    }

    // Words and dots up to something else: a phrase is word *(word / "."), a local part is word *("." word).
    private bool SkipWords(out bool isLocalPart, out bool isPhrase)
    {
        isPhrase = false;
        isLocalPart = true;
        var afterWord = false;
        while (true)
        {
            if (!SkipCfws())
            {
                isLocalPart = isPhrase = false;
                return false;
            }

            if (Current == '.' && !AtEnd)
            {
                isLocalPart &= afterWord;
                afterWord = false;
                _position++;
                if (!isPhrase)
                {
                    return Fail("a dot cannot stand first");
                }
            }
            else if (Current == '"' || IsAText(Current))
            {
                isLocalPart &= !afterWord;
                afterWord = true;
                isPhrase = true;
                if (!SkipWord())
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
        _position++;
        if (!SkipCfws())
        {
            return false;
        }

        if (Current is (byte)'@' or (byte)',' && !SkipRoute())
        {
            return false;
        }

        return ReadAddressSpecification() && SkipCfws() && Expect((byte)'>', "\">\" is expected after the address");
    }

    // obs-route = obs-domain-list ":"; obs-domain-list = *(CFWS / ",") "@" domain *("," [CFWS] ["@" domain])
    private bool SkipRoute()
    {
        IsPlain = false;
        while (!AtEnd && Current != ':')
        {
            if (Current == '@')
            {
                _position++;
                if (!SkipCfws() || !ReadDomain(out _))
                {
                    return false;
                }

                if (SkipCfws() && Current is (byte)',' or (byte)':')
                {
                    continue;
                }

                return Fail("a comma or a colon is expected in a route");
            }

            if (Current != ',')
            {
                return Fail("a route consists of domains after \"@\"");
            }

            _position++;
            if (!SkipCfws())
            {
                return false;
            }
        }

        return Expect((byte)':', "a route ends with a colon") && SkipCfws();
    }

    // addr-spec = local-part "@" domain
    private bool ReadAddressSpecification()
    {
        var start = _position;
        if (!ReadLocalPart(out var localPart))
        {
            return false;
        }

        if (!Expect((byte)'@', "\"@\" is expected after the local part") || !SkipCfwsInside())
        {
            return false;
        }

        if (Current == '[')
        {
            return Fail(AuthorDefect.UnusableDomain, "a domain literal has no domain name");
        }

        if (!ReadDomain(out var domain))
        {
            return false;
        }

        if (domain is null)
        {
            return false;
        }

        if (MailboxCount++ == 0)
        {
            LocalPart = localPart;
        }
        else
        {
            IsPlain = false;
        }

        if (Domains.Count < MaxDomains && !Domains.Contains(domain))
        {
            Domains.Add(domain);
        }

        return start < _position;
    }

    // local-part = dot-atom / quoted-string / obs-local-part; obs-local-part = word *("." word)
    private bool ReadLocalPart(out string? localPart)
    {
        localPart = null;
        var start = _position;
        if (IsAText(Current))
        {
            // The form of nearly all addresses: one dot-atom.
            var length = DotAtomLength(_text[_position..]);
            if (length > 0 && _position + length < _text.Length && _text[_position + length] == '@')
            {
                _position += length;
                return Utf8.IsValid(_text[start.._position])
                    ? (localPart = Encoding.UTF8.GetString(_text[start.._position])) is not null
                    : Fail("the local part is not UTF-8");
            }
        }

        IsPlain = false;
        var text = new List<byte>();
        while (true)
        {
            if (!SkipCfws())
            {
                return false;
            }

            var word = _position;
            if (Current != '"' && !IsAText(Current))
            {
                return Fail("a local part is expected");
            }

            if (!SkipWord())
            {
                return false;
            }

            AddWord(text, _text[word.._position]);
            if (!SkipCfws())
            {
                return false;
            }

            if (AtEnd || Current != '.')
            {
                break;
            }

            text.Add((byte)'.');
            _position++;
        }

        var bytes = text.ToArray();
        localPart = Encoding.UTF8.GetString(bytes);
        return Utf8.IsValid(bytes) || Fail("the local part is not UTF-8");
    }

    private static void AddWord(List<byte> text, ReadOnlySpan<byte> word)
    {
        if (word[0] != '"')
        {
            text.AddRange(word);
            return;
        }

        var content = word[1..^1];
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] is (byte)'\r' or (byte)'\n')
            {
                continue; // unfolding: the line break goes, the white space stays
            }

            i += content[i] == '\\' ? 1 : 0;
            text.Add(content[i]);
        }
    }

    // domain = dot-atom / obs-domain; obs-domain = atom *("." atom). A literal is told apart before.
    private bool ReadDomain(out DomainName? domain)
    {
        domain = null;
        var start = _position;
        var length = DotAtomLength(_text[_position..]);
        if (length > 0)
        {
            _position += length;
            var end = _position;
            if (!SkipCfws())
            {
                return false;
            }

            if (AtEnd || Current != '.')
            {
                return ToDomain(_text[start..end], start, out domain);
            }

            _position = start;
        }

        IsPlain = false;
        var text = new List<byte>();
        while (true)
        {
            if (!SkipCfws())
            {
                return false;
            }

            var atom = AtomLength(_text[_position..]);
            if (atom == 0)
            {
                return Fail("a domain is expected");
            }

            text.AddRange(_text.Slice(_position, atom));
            _position += atom;
            if (!SkipCfws())
            {
                return false;
            }

            if (AtEnd || Current != '.')
            {
                return ToDomain(text.ToArray(), start, out domain);
            }

            text.Add((byte)'.');
            _position++;
        }
    }

    private bool ToDomain(ReadOnlySpan<byte> text, int start, out DomainName? domain)
    {
        domain = null;
        Span<char> characters = stackalloc char[DomainName.MaxLength];
        if (!TryDecode(text, characters, out var length))
        {
            _position = start;
            return Fail(AuthorDefect.UnusableDomain, "the domain is not UTF-8, or longer than 253 characters");
        }

        var parsed = DomainName.Parse(characters[..length]);
        if (!parsed.IsSuccess)
        {
            _position = start;
            return Fail(AuthorDefect.UnusableDomain, parsed.Error.Reason);
        }

        domain = parsed.Value;
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, Span<char> characters, out int length) =>
        Utf8.ToUtf16(text, characters, out _, out length, replaceInvalidSequences: false) == OperationStatus.Done;

    private readonly bool IsAText(byte b) => !AtEnd && (b >= 0x80 || AText.Contains(b));

    private int AtomLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && (text[length] >= 0x80 || AText.Contains(text[length])))
        {
            IsPlain &= text[length] < 0x80;
            length++;
        }

        return length;
    }

    private int DotAtomLength(ReadOnlySpan<byte> text)
    {
        var length = AtomLength(text);
        while (length > 0 && length < text.Length && text[length] == '.' && AtomLength(text[(length + 1)..]) is var next and > 0)
        {
            length += next + 1;
        }

        return length;
    }

    // word = atom / quoted-string
    private bool SkipWord()
    {
        if (Current != '"')
        {
            _position += AtomLength(_text[_position..]);
            return true;
        }

        _position++;
        while (!AtEnd && Current != '"')
        {
            if (!SkipContent())
            {
                return false;
            }
        }

        return Expect((byte)'"', "a quoted string does not end");
    }

    // CFWS; false when a comment or a line break is malformed.
    private bool SkipCfws()
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

    private bool SkipCfwsInside()
    {
        var start = _position;
        var skipped = SkipCfws();
        IsPlain &= _position == start;
        return skipped;
    }

    // comment = "(" *([FWS] ccontent) [FWS] ")", nested to any depth
    private bool SkipComment()
    {
        var depth = 0;
        do
        {
            if (AtEnd)
            {
                return Fail("a comment does not end");
            }

            switch (Current)
            {
                case (byte)'(':
                    depth++;
                    _position++;
                    break;
                case (byte)')':
                    depth--;
                    _position++;
                    break;
                default:
                    if (!SkipContent())
                    {
                        return false;
                    }

                    break;
            }
        }
        while (depth > 0);
        return true;
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
                _position++;
                if (AtEnd || Current is < (byte)' ' and not (byte)'\t' or 0x7f)
                {
                    return Fail("a quoted pair holds no character");
                }

                break;

            case < (byte)' ' or 0x7f:
                return Fail("a control character");

            case >= 0x80:
                IsPlain = false;
                break;
        }

        _position++;
        return true;
    }

    // FWS and obs-FWS: a line break counts only as CRLF with white space after it.
    private bool SkipFoldingWhiteSpace()
    {
        while (!AtEnd && Current is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            if (!CharacterClasses.IsWsp(Current))
            {
                var rest = _text[_position..];
                if (rest.Length < 3 || !rest.StartsWith("\r\n"u8) || !CharacterClasses.IsWsp(rest[2]))
                {
                    return Fail("a line break that is no folding");
                }

                _position += 2;
            }

            _position++;
        }

        return true;
    }

    private bool Expect(byte b, string reason)
    {
        if (AtEnd || Current != b)
        {
            return Fail(reason);
        }

        _position++;
        return true;
    }

    private bool Fail(string reason) => Fail(AuthorDefect.Malformed, reason);

    private bool Fail(AuthorDefect defect, string reason)
    {
        Defect = defect;
        Reason = $"the From field is malformed at position {_position}: {reason} (RFC 5322 section 3.4)";
        return false;
    }
}
