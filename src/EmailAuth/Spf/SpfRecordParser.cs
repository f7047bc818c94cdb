using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>Reads an SPF record by the grammar of RFC 7208 section 12.</summary>
internal sealed class SpfRecordParser
{
    private readonly string _text;
    private readonly ImmutableArray<SpfMechanism>.Builder _mechanisms = ImmutableArray.CreateBuilder<SpfMechanism>();
    private readonly ImmutableArray<SpfModifier>.Builder _modifiers = ImmutableArray.CreateBuilder<SpfModifier>();
    private SpfModifier? _redirect;
    private SpfModifier? _explanation;

    public SpfRecordParser(string text) => _text = text;

    // RFC 7208 section 4.5: record = version terms *SP; section 4.6.1: terms = *( 1*SP ( directive / modifier ) )
    public ParseResult<SpfRecord> Parse(int position)
    {
        while (position < _text.Length)
        {
            if (_text[position] == ' ')
            {
                position++;
                continue;
            }

            var space = _text.IndexOf(' ', position);
            var end = space < 0 ? _text.Length : space;
            if (ReadTerm(position, end) is { } error)
            {
                return error;
            }

            position = end;
        }

        return new SpfRecord(_text, _mechanisms.ToImmutable(), _modifiers.ToImmutable(), _redirect, _explanation);
    }

    // RFC 7208 section 4.6.1: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ); a name with "=" after it is a modifier.
    private SyntaxError? ReadTerm(int start, int end)
    {
        var nameEnd = start;
        if (CharacterClasses.IsAlpha(_text[start]))
        {
            while (nameEnd < end && (CharacterClasses.IsAlphaDigit(_text[nameEnd]) || _text[nameEnd] is '-' or '_' or '.'))
            {
                nameEnd++;
            }
        }

        return nameEnd > start && nameEnd < end && _text[nameEnd] == '=' ? ReadModifier(start, nameEnd, end) : ReadDirective(start, end);
    }

    private SyntaxError? ReadModifier(int start, int nameEnd, int end)
    {
        var name = _text[start..nameEnd];
        var value = _text[(nameEnd + 1)..end];
        var isRedirect = name.Equals("redirect", StringComparison.OrdinalIgnoreCase);
        if (!isRedirect && !name.Equals("exp", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 7208 section 6: unknown-modifier = name "=" macro-string
            if (SpfMacroString.Parse(value, nameEnd + 1, SpfMacroUse.Modifier).Error is { } bad)
            {
                return bad;
            }

            _modifiers.Add(new SpfModifier(name, value, start));
            return null;
        }

        // RFC 7208 section 6: "redirect" and "exp" may appear once each.
        if ((isRedirect ? _redirect : _explanation) is not null)
        {
            return new SyntaxError(SyntaxErrorCode.Duplicate, start, $"the modifier \"{name}\" appears twice (RFC 7208 section 6)");
        }

        var target = SpfDomainSpec.Parse(value, nameEnd + 1);
        if (!target.IsSuccess)
        {
            return target.Error;
        }

        var modifier = new SpfModifier(name, value, start) { Target = target.Value };
        _modifiers.Add(modifier);
        (_redirect, _explanation) = isRedirect ? (modifier, _explanation) : (_redirect, modifier);
        return null;
    }

    // RFC 7208 section 4.6.1: directive = [ qualifier ] mechanism
    private SyntaxError? ReadDirective(int start, int end)
    {
        var position = start;
        SpfResultCode? written = _text[start] switch
        {
            '+' => SpfResultCode.Pass,
            '-' => SpfResultCode.Fail,
            '~' => SpfResultCode.SoftFail,
            '?' => SpfResultCode.Neutral,
            _ => null,
        };
        if (written is not null)
        {
            position++;
        }

        var rest = _text.AsSpan(position, end - position);
        var nameLength = rest.IndexOfAny(':', '/');
        var name = nameLength < 0 ? rest : rest[..nameLength];
        if (KindOf(name) is not { } kind)
        {
            return new SyntaxError(SyntaxErrorCode.Unsupported, position, "not a known mechanism (RFC 7208 section 4.6.1)");
        }

        var argument = position + name.Length;
        var draft = new Draft(_text[start..end], start, written ?? SpfResultCode.Pass, kind);
        return kind switch
        {
            SpfMechanismKind.All => argument == end
                ? Add(draft.Make())
                : new SyntaxError(SyntaxErrorCode.Malformed, argument, "\"all\" takes no argument (RFC 7208 section 5.1)"),
            SpfMechanismKind.IP4 => ReadIP4(draft, argument, end),
            SpfMechanismKind.IP6 => ReadIP6(draft, argument, end),
            SpfMechanismKind.A or SpfMechanismKind.MX => ReadHost(draft, argument, end),
            SpfMechanismKind.Ptr when argument == end => Add(draft.Make()),
            SpfMechanismKind.Ptr or SpfMechanismKind.Include or SpfMechanismKind.Exists => ReadTarget(draft, argument, end),
            _ => throw new UnreachableException(),
        };
    }

    private static SpfMechanismKind? KindOf(ReadOnlySpan<char> name) => name.Length switch
    {
        1 when name[0] is 'a' or 'A' => SpfMechanismKind.A,
        2 when Is(name, "mx") => SpfMechanismKind.MX,
        3 when Is(name, "ip4") => SpfMechanismKind.IP4,
        3 when Is(name, "ip6") => SpfMechanismKind.IP6,
        3 when Is(name, "all") => SpfMechanismKind.All,
        3 when Is(name, "ptr") => SpfMechanismKind.Ptr,
        6 when Is(name, "exists") => SpfMechanismKind.Exists,
        7 when Is(name, "include") => SpfMechanismKind.Include,
        _ => null,
    };

    private static bool Is(ReadOnlySpan<char> name, string mechanism) => name.Equals(mechanism, StringComparison.OrdinalIgnoreCase);

    // RFC 7208 section 5.2, 5.5 and 5.7: the name, ":" and a domain-spec; no prefix length.
    private SyntaxError? ReadTarget(Draft draft, int position, int end)
    {
        if (position == end || _text[position] != ':')
        {
            return new SyntaxError(SyntaxErrorCode.Missing, position, $"\"{draft.Kind.ToString().ToLowerInvariant()}\" takes \":\" and a domain-spec (RFC 7208 section {draft.Make().Section})");
        }

        var target = SpfDomainSpec.Parse(_text[(position + 1)..end], position + 1);
        return target.IsSuccess ? Add(draft.Make(target.Value)) : target.Error;
    }

    // RFC 7208 section 5.3 and 5.4: [ ":" domain-spec ] [ dual-cidr-length ]
    // section 5.6: dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]
    private SyntaxError? ReadHost(Draft draft, int position, int end)
    {
        // A domain-spec may hold slashes but cannot end in one and digits, so the prefix lengths are read from the end.
        var (prefix4, prefix6) = (SpfClient.BitsIPv4, SpfClient.BitsIPv6);
        var slash = SlashBeforeDigits(position, end);
        if (slash > position && _text[slash - 1] == '/')
        {
            if (ReadPrefix(slash + 1, end, SpfClient.BitsIPv6, ref prefix6) is { } error)
            {
                return error;
            }

            end = slash - 1;
            slash = SlashBeforeDigits(position, end);
        }

        if (slash >= 0)
        {
            if (ReadPrefix(slash + 1, end, SpfClient.BitsIPv4, ref prefix4) is { } error)
            {
                return error;
            }

            end = slash;
        }

        if (position == end)
        {
            return Add(draft.Make(null, prefix4, prefix6));
        }

        if (_text[position] != ':')
        {
            return new SyntaxError(SyntaxErrorCode.Malformed, position, "a prefix length must be \"/\" and digits (RFC 7208 section 5.6)");
        }

        var target = SpfDomainSpec.Parse(_text[(position + 1)..end], position + 1);
        return target.IsSuccess ? Add(draft.Make(target.Value, prefix4, prefix6)) : target.Error;
    }

    // RFC 7208 section 5.6: "ip4" ":" ip4-network [ ip4-cidr-length ]
    private SyntaxError? ReadIP4(Draft draft, int position, int end)
    {
        if (position == end || _text[position] != ':')
        {
            return new SyntaxError(SyntaxErrorCode.Missing, position, "\"ip4\" takes \":\" and an IPv4 network (RFC 7208 section 5.6)");
        }

        var prefix = SpfClient.BitsIPv4;
        var slash = _text.IndexOf('/', position, end - position);
        if (slash >= 0 && ReadPrefix(slash + 1, end, SpfClient.BitsIPv4, ref prefix) is { } error)
        {
            return error;
        }

        var network = _text.AsSpan(position + 1, (slash < 0 ? end : slash) - position - 1);
        return ReadDottedQuad(network) is { } bits
            ? Add(draft.MakeIP4(bits, prefix))
            : new SyntaxError(SyntaxErrorCode.Malformed, position + 1, "not a valid IPv4 network (RFC 7208 section 5.6)");
    }

    // RFC 7208 section 5.6: "ip6" ":" ip6-network [ ip6-cidr-length ]
    private SyntaxError? ReadIP6(Draft draft, int position, int end)
    {
        if (position == end || _text[position] != ':')
        {
            return new SyntaxError(SyntaxErrorCode.Missing, position, "\"ip6\" takes \":\" and an IPv6 network (RFC 7208 section 5.6)");
        }

        var prefix = SpfClient.BitsIPv6;
        var slash = _text.IndexOf('/', position, end - position);
        if (slash >= 0 && ReadPrefix(slash + 1, end, SpfClient.BitsIPv6, ref prefix) is { } error)
        {
            return error;
        }

        var network = _text.AsSpan(position + 1, (slash < 0 ? end : slash) - position - 1);
        return ReadIPv6(network) is { } address
            ? Add(draft.MakeIP6(address, prefix))
            : new SyntaxError(SyntaxErrorCode.Malformed, position + 1, "not a valid IPv6 network (RFC 7208 section 5.6)");
    }

    // RFC 7208 section 5.6: ip6-network is a conventional address (RFC 4291 section 2.2): no zone, no brackets, no prefix.
    private static IPAddress? ReadIPv6(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c) && c is not (':' or '.'))
            {
                return null;
            }
        }

        var dotted = text.Contains('.') ? text[(text.LastIndexOf(':') + 1)..] : default;
        return (dotted.IsEmpty || ReadDottedQuad(dotted) is not null)
            && IPAddress.TryParse(text, out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address
            : null;
    }

    // RFC 7208 section 5.6: ip4-network = qnum "." qnum "." qnum "." qnum; qnum is 0 to 255 without leading zeros.
    private static uint? ReadDottedQuad(ReadOnlySpan<char> text)
    {
        var bits = 0u;
        for (var i = 0; i < 4; i++)
        {
            var length = i < 3 ? text.IndexOf('.') : text.Length;
            if (length < 1 || ReadNumber(text[..length]) is not { } number || number > byte.MaxValue)
            {
                return null;
            }

            bits = (bits << 8) | (uint)number;
            text = i < 3 ? text[(length + 1)..] : default;
        }

        return bits;
    }

    // The last slash of the argument when nothing but digits follows it, or -1.
    private int SlashBeforeDigits(int start, int end)
    {
        var text = _text.AsSpan(start, end - start);
        var slash = text.LastIndexOf('/');
        return slash >= 0 && slash + 1 < text.Length && !text[(slash + 1)..].ContainsAnyExceptInRange('0', '9') ? start + slash : -1;
    }

    private SyntaxError? ReadPrefix(int start, int end, int maximum, ref int prefix)
    {
        var digits = _text.AsSpan(start, end - start);
        if (ReadNumber(digits) is not { } number || number > maximum)
        {
            return new SyntaxError(SyntaxErrorCode.OutOfRange, start, string.Create(CultureInfo.InvariantCulture, $"a prefix length must be a number from 0 to {maximum} (RFC 7208 section 5.6)"));
        }

        prefix = number;
        return null;
    }

    // One to three digits, no leading zero.
    private static int? ReadNumber(ReadOnlySpan<char> digits)
    {
        if (digits.Length is < 1 or > 3 || (digits.Length > 1 && digits[0] == '0'))
        {
            return null;
        }

        var number = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return null;
            }

            number = (number * 10) + c - '0';
        }

        return number;
    }

    private SyntaxError? Add(SpfMechanism mechanism)
    {
        _mechanisms.Add(mechanism);
        return null;
    }

    private readonly record struct Draft(string Text, int Position, SpfResultCode ResultOnMatch, SpfMechanismKind Kind)
    {
        public SpfMechanism Make(SpfDomainSpec? target = null, int prefix4 = SpfClient.BitsIPv4, int prefix6 = SpfClient.BitsIPv6) =>
            new(Text, Position, ResultOnMatch, Kind) { Target = target, PrefixLengthIPv4 = prefix4, PrefixLengthIPv6 = prefix6 };

        public SpfMechanism MakeIP4(uint bits, int prefix) => new(Text, Position, ResultOnMatch, Kind)
        {
            Network = new IPAddress(IPAddress.HostToNetworkOrder((int)bits) & uint.MaxValue),
            NetworkIPv4 = bits & SpfClient.MaskIPv4(prefix),
            PrefixLengthIPv4 = prefix,
        };

        public SpfMechanism MakeIP6(IPAddress network, int prefix) => new(Text, Position, ResultOnMatch, Kind)
        {
            Network = network,
            NetworkIPv6 = SpfClient.Bits(network) & SpfClient.MaskIPv6(prefix),
            PrefixLengthIPv6 = prefix,
        };
    }
}
