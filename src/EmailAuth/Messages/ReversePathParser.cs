using System.Buffers;
using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth.Messages;

/// <summary>Reads a reverse-path (RFC 5321 section 4.1.2).</summary>
internal static class ReversePathParser
{
    // RFC 5321 section 4.5.3.1.3 asks for 256; long verification tags exceed it in practice.
    private const int MaxLength = 1024;

    // RFC 5322 section 3.2.3: the specials except the dot. Outside quotes they have a meaning of their own, so a local part with one is refused.
    private static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@\\,\"");

    // RFC 5321 section 4.1.2: Reverse-path = Path / "<>"; Path = "<" [ A-d-l ":" ] Mailbox ">"
    public static ParseResult<ReversePath> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return new SyntaxError(SyntaxErrorCode.TooLong, MaxLength, $"a reverse-path of {text.Length} characters exceeds {MaxLength} (RFC 5321 section 4.5.3.1.3)");
        }

        var (start, end) = (0, text.Length);
        if (text.StartsWith('<'))
        {
            if (!text.EndsWith('>'))
            {
                return new SyntaxError(SyntaxErrorCode.Missing, text.Length, "the reverse-path has no closing \">\" at its end (RFC 5321 section 4.1.2)");
            }

            (start, end) = (1, text.Length - 1);
        }

        if (start == end)
        {
            return ReversePath.Null;
        }

        if (SkipSourceRoute(text, ref start, end) is { } badRoute)
        {
            return badRoute;
        }

        var at = start;
        if (SkipLocalPart(text, ref at, end) is { } badLocalPart)
        {
            return badLocalPart;
        }

        if (at == end || text[at] != '@')
        {
            return new SyntaxError(SyntaxErrorCode.Missing, at, "the reverse-path has no \"@\" and domain after its local part (RFC 5321 section 4.1.2)");
        }

        return ReadDomain(text, text[start..end], at - start, at + 1, end);
    }

    // RFC 5321 section 4.1.2: A-d-l = At-domain *( "," At-domain ); it starts a path and ends in ":".
    private static SyntaxError? SkipSourceRoute(string text, ref int position, int end)
    {
        // An address literal may hold colons; a route may not hold an address literal.
        var colon = text[position] == '@' && text.IndexOf('[', position, end - position) is var literal
            ? text.IndexOf(':', position, (literal < 0 ? end : literal) - position)
            : -1;
        if (colon < 0)
        {
            return null;
        }

        while (position <= colon)
        {
            var comma = text.IndexOf(',', position, colon - position);
            var hopEnd = comma < 0 ? colon : comma;
            var hop = text.AsSpan(position, hopEnd - position);
            if (!hop.StartsWith('@') || !DomainName.Parse(hop[1..]).IsSuccess)
            {
                return new SyntaxError(SyntaxErrorCode.Malformed, position, "a source route is \"@\" and a domain, separated by commas (RFC 5321 section 4.1.2)");
            }

            position = hopEnd + 1;
        }

        return null;
    }

    private static SyntaxError? SkipLocalPart(string text, ref int position, int end) =>
        position < end && text[position] == '"' ? SkipQuotedString(text, ref position, end) : SkipUnquoted(text, ref position, end);

    // RFC 5321 section 4.1.2: Quoted-string = DQUOTE *QcontentSMTP DQUOTE; a quoted pair is "\" and a visible character or space.
    private static SyntaxError? SkipQuotedString(string text, ref int position, int end)
    {
        var (start, stop) = (position + 1, DelimitedText.EndOfQuotedString(text.AsSpan(0, end), position));
        for (var i = start; i < (stop < 0 ? end : stop); i++)
        {
            if (char.IsControl(text[i]))
            {
                return Unfit(text, i);
            }
        }

        if (stop < 0)
        {
            return new SyntaxError(SyntaxErrorCode.Missing, position, "the quoted local part has no end (RFC 5321 section 4.1.2)");
        }

        position = stop;
        return null;
    }

    private static SyntaxError? SkipUnquoted(string text, ref int position, int end)
    {
        for (; position < end && text[position] != '@'; position++)
        {
            if (Specials.Contains(text[position]) || char.IsControl(text[position]))
            {
                return Unfit(text, position);
            }
        }

        return null;
    }

    private static ParseResult<ReversePath> ReadDomain(string text, string address, int localPartLength, int position, int end)
    {
        var domain = text.AsSpan(position, end - position);
        if (IsAddressLiteral(domain))
        {
            return new ReversePath(address, localPartLength, null);
        }

        // RFC 7208 section 4.3 speaks of a zero-length label at the end as well-formed.
        var parsed = DomainName.Parse(domain.EndsWith('.') ? domain[..^1] : domain);
        return parsed.IsSuccess
            ? new ReversePath(address, localPartLength, parsed.Value)
            : new SyntaxError(parsed.Error.Code, position + parsed.Error.Position, parsed.Error.Reason);
    }

    // RFC 5321 section 4.1.3: address-literal = "[" ( IPv4-address-literal / "IPv6:" IPv6-addr / ... ) "]"
    private static bool IsAddressLiteral(ReadOnlySpan<char> text)
    {
        if (text.Length <= 2 || text[0] != '[' || text[^1] != ']')
        {
            return false;
        }

        var address = text[1..^1];
        if (address.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
        {
            address = address["IPv6:".Length..];
        }

        return IPAddress.TryParse(address, out _);
    }

    private static SyntaxError Unfit(string text, int position) =>
        new(SyntaxErrorCode.Malformed, position, $"the character U+{(int)text[position]:X4} is not allowed here in a local part (RFC 5321 section 4.1.2)");
}
