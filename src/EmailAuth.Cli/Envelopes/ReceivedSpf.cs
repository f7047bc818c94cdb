using System.Net;
using System.Net.Sockets;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Envelopes;

/// <summary>The keys of a Received-SPF field (RFC 7208 section 9.1) that give the envelope; null where the field does not have one.</summary>
internal sealed record ReceivedSpf
{
    private const int MaxLength = 16 * 1024;

    public IPAddress? ClientAddress { get; private init; }

    public string? Helo { get; private init; }

    /// <summary>The reverse-path; empty for the null one.</summary>
    public string? MailFrom { get; private init; }

    /// <summary>Reads a field leniently: servers separate the pairs with semicolons, with spaces, or with both.</summary>
    public static ReceivedSpf Parse(string value)
    {
        var found = new ReceivedSpf();
        var position = value.Length > MaxLength ? value.Length : 0;
        while (position < value.Length)
        {
            var c = value[position];
            if (c == '(')
            {
                position = EndOfComment(value, position);
            }
            else if (c == ';' || char.IsWhiteSpace(c))
            {
                position++;
            }
            else
            {
                var end = EndOfPair(value, position);
                found = found.With(value[position..end]);
                position = end;
            }
        }

        return found;
    }

    private ReceivedSpf With(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            return this;
        }

        var text = Unquoted(pair[(equals + 1)..]);
        return pair[..equals].ToLowerInvariant() switch
        {
            "client-ip" => this with { ClientAddress = ClientAddress ?? AddressOf(text) },
            "helo" => this with { Helo = Helo ?? (text.Length > 0 ? text : null) },
            "envelope-from" => this with { MailFrom = MailFrom ?? ReversePath.Parse(text).Value?.Address },
            _ => this,
        };
    }

    // The platform also reads old forms, such as 127.1.
    private static IPAddress? AddressOf(string text) =>
        IPAddress.TryParse(text, out var address) && (address.AddressFamily != AddressFamily.InterNetwork || address.ToString() == text)
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;

    private static int EndOfPair(string value, int start)
    {
        var isQuoted = false;
        var position = start;
        for (; position < value.Length; position++)
        {
            var c = value[position];
            if (c == '\\' && isQuoted)
            {
                position++;
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && (c is ';' or '(' || char.IsWhiteSpace(c)))
            {
                break;
            }
        }

        return Math.Min(position, value.Length);
    }

    // RFC 5322 section 3.2.2: comments nest, and a backslash escapes the next character.
    private static int EndOfComment(string value, int start)
    {
        var depth = 0;
        for (var position = start; position < value.Length; position++)
        {
            switch (value[position])
            {
                case '\\':
                    position++;
                    break;
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return position + 1;
                default:
                    break;
            }
        }

        return value.Length;
    }

    private static string Unquoted(string text) =>
        text is ['"', .., '"'] ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : text;
}
