using System.Buffers;
using System.Net;
using System.Text;

namespace EmailAuth.Reports.Feedback;

/// <summary>Takes people out of Received fields and other text.</summary>
internal static class ReceivedRedaction
{
    // RFC 5322 section 3.2.3, and the dot: what a local part without quotes has.
    private static readonly SearchValues<char> LocalPart =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    private static readonly SearchValues<char> Domain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    // A hash costs more than an at sign, of which a hostile field has thousands.
    private const int MostAddresses = 50;

    /// <summary>
    /// A Received field: comments only as far as they are an address of a host, such as <c>([192.0.2.1])</c>, because others name accounts; a client without a dot
    /// in its name, which may be a user of the host, as a hash; and addresses as <see cref="WithoutAddresses"/> has them.
    /// </summary>
    public static string Apply(string value, RedactionKey key)
    {
        var text = new StringBuilder(value.Length);
        var (depth, start) = (0, 0);
        for (var i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '\\' when depth > 0:
                    i++;
                    break;
                case '(':
                    start = depth++ == 0 ? i : start;
                    break;
                case ')' when depth > 0:
                    if (--depth == 0 && HostLiteral(value.AsSpan(start, i - start)) is { } literal)
                    {
                        text.Append('(').Append(literal).Append(')');
                    }

                    break;
                default:
                    _ = depth == 0 ? text.Append(value[i]) : text;
                    break;
            }
        }

        var words = WithoutAddresses(text.ToString(), key).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 1 && words[0].Equals("from", StringComparison.OrdinalIgnoreCase) && words[1].AsSpan().IndexOfAny('.', ':', '[') < 0)
        {
            words[1] = key.Hash(words[1]);
        }

        return string.Join(' ', words);
    }

    /// <summary>A text with a hash in place of each local part; it is cut off after <see cref="MostAddresses"/> of them. Linear.</summary>
    public static string WithoutAddresses(string value, RedactionKey key)
    {
        var text = new StringBuilder(value.Length);
        var (from, addresses) = (0, 0);
        for (var at = value.IndexOf('@', StringComparison.Ordinal); at >= 0; at = value.IndexOf('@', from))
        {
            if (++addresses > MostAddresses)
            {
                return text.ToString();
            }

            var start = LocalPartStart(value, from, at);
            var after = value.AsSpan(at + 1);
            var length = after.IndexOfAnyExcept(Domain);
            var end = length < 0 ? value.Length : at + 1 + length;
            text.Append(value, from, start - from).Append(key.Address(value[start..end]));
            if (end == at + 1)
            {
                // No domain: what follows may be a literal or another at sign.
                text.Append('@');
            }

            from = end;
            if (from >= value.Length)
            {
                break;
            }
        }

        return text.Append(value, from, value.Length - from).ToString();
    }

    // Back over an atom with dots, or over a quoted string.
    private static int LocalPartStart(string value, int from, int at)
    {
        if (at > from && value[at - 1] == '"')
        {
            var quote = value.LastIndexOf('"', at - 2 >= from ? at - 2 : from, at - 2 >= from ? at - 1 - from : 0);
            return quote >= from ? quote : from;
        }

        var before = value.AsSpan(from, at - from);
        return from + before.LastIndexOfAnyExcept(LocalPart) + 1;
    }

    private static string? HostLiteral(ReadOnlySpan<char> comment)
    {
        var open = comment.IndexOf('[');
        var length = open < 0 ? -1 : comment[open..].IndexOf(']');
        if (length < 2)
        {
            return null;
        }

        var literal = comment.Slice(open + 1, length - 1);
        var address = literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? literal["IPv6:".Length..] : literal;
        return IPAddress.TryParse(address, out var parsed) ? $"[{parsed}]" : null;
    }
}
