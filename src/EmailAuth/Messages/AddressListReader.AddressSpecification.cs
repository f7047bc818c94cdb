using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <content>An addr-spec: local part and domain.</content>
internal ref partial struct AddressListReader
{
    // addr-spec = local-part "@" domain
    private bool ReadAddressSpecification()
    {
        var start = _lexer.Position;
        if (!ReadLocalPart(out var localPart))
        {
            return false;
        }

        // White space and comments around the "@" are obsolete, and readers differ in them.
        _lexer.IsPlain &= _lexer.Position - start == localPart.Length;
        if (!Utf8.IsValid(localPart))
        {
            return _lexer.Fail("the local part is not UTF-8");
        }

        // RFC 2047 section 5: not in an addr-spec, in quotes or not. Some readers decode it anyway, before they look for the address.
        if (AddressLexer.HoldsEncodedWord(_lexer.Since(start)) || AddressLexer.HoldsEncodedWord(localPart))
        {
            return _lexer.Fail("the local part has an encoded word");
        }

        // In quotes these are part of it (RFC 5322 section 3.4.1), but readers that ignore quotes see the end of the address.
        if (localPart.ContainsAny((byte)'<', (byte)'>') || (_lexer.IsInGroup && localPart.Contains((byte)';')))
        {
            return _lexer.Fail("the local part holds an angle bracket, or in a group a semicolon");
        }

        if (!_lexer.Expect((byte)'@', "\"@\" is expected after the local part"))
        {
            return false;
        }

        start = _lexer.Position;
        if (!_lexer.SkipCfws())
        {
            return false;
        }

        _lexer.IsPlain &= _lexer.Position == start;
        if (_lexer.Current == '[')
        {
            return Fail(AuthorDefect.UnusableDomain, "a domain literal has no domain name");
        }

        if (!ReadDomain(out var domain))
        {
            return false;
        }

        Add(localPart, domain);
        return true;
    }

    private void Add(ReadOnlySpan<byte> localPart, DomainName domain)
    {
        if (MailboxCount++ == 0)
        {
            LocalPart = Encoding.UTF8.GetString(localPart);
        }
        else
        {
            _lexer.IsPlain = false;
        }

        if (Domains.Length < Author.MaxDomains && !Domains.Contains(domain))
        {
            Domains = Domains.Add(domain);
        }
    }

    // domain = dot-atom; the caller handles a literal. obs-domain (RFC 5322 section 4.4, which must not be generated) is refused:
    // many readers end the domain at the first white space or comment, and show the first part alone.
    private bool ReadDomain([NotNullWhen(true)] out DomainName? domain)
    {
        domain = null;
        var start = _lexer.Position;
        var text = _lexer.Rest[.._lexer.DotAtomLength(_lexer.Rest)];
        if (text.IsEmpty)
        {
            return _lexer.Fail("a domain is expected");
        }

        Span<char> characters = stackalloc char[DomainName.MaxLength];
        var isText = Utf8.ToUtf16(text, characters, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done;
        var parsed = isText
            ? DomainName.Parse(characters[..length])
            : ParseResult<DomainName>.Fail(SyntaxErrorCode.Malformed, 0, "the domain is not UTF-8, or longer than 253 characters");
        if (!parsed.IsSuccess)
        {
            return Fail(AuthorDefect.UnusableDomain, parsed.Error.Reason);
        }

        if (InternationalizedLabel.FirstFake(parsed.Value.ToString()) is { } fake)
        {
            return Fail(AuthorDefect.UnusableDomain, $"the label {fake} is not an A-label, although it begins like one (RFC 5890 section 2.3.2.1)");
        }

        _lexer.Position = start + text.Length;
        domain = parsed.Value;
        return true;
    }

    // dot-atom, as nearly all addresses have it; else obs-local-part = word *("." word) with white space and comments around the words. The
    // text is without those.
    private bool ReadLocalPart(out ReadOnlySpan<byte> text)
    {
        var start = _lexer.Position;
        text = _lexer.Rest[.._lexer.DotAtomLength(_lexer.Rest)];
        if (!text.IsEmpty)
        {
            _lexer.Position += text.Length;
            if (!_lexer.SkipCfws())
            {
                return false;
            }

            if (_lexer.Current != '.')
            {
                return true;
            }

            _lexer.Position = start;
        }

        _lexer.IsPlain = false;
        var bytes = new List<byte>();
        while (true)
        {
            if (!_lexer.SkipCfws())
            {
                return false;
            }

            start = _lexer.Position;
            if (!_lexer.IsAtAtom && _lexer.Current != '"')
            {
                return _lexer.Fail("a local part is expected");
            }

            if (!_lexer.SkipWord())
            {
                return false;
            }

            AddWord(bytes, _lexer.Since(start));
            if (!_lexer.SkipCfws())
            {
                return false;
            }

            if (_lexer.Current != '.')
            {
                text = CollectionsMarshal.AsSpan(bytes);
                return true;
            }

            bytes.Add((byte)'.');
            _lexer.Position++;
        }
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
            // Unfolding removes the line break and keeps the white space.
            if (content[i] is (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            i += content[i] == '\\' ? 1 : 0;
            text.Add(content[i]);
        }
    }
}
