using System.Net;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Feedback;

/// <summary>
/// Makes a Received field of what is known of its form (RFC 5321 section 4.4): hosts, protocols, the id and the date. A client writes what it says in HELO, and
/// servers write accounts, recipients and their own words around it, so nothing else is kept.
/// </summary>
internal static class ReceivedRedaction
{
    /// <summary>
    /// The field: of <c>from</c> and <c>by</c> a name with a dot or an address, and the address of a host in a comment; of <c>via</c>, <c>with</c> and <c>id</c>
    /// a word; of <c>for</c> the address with a hash in place of its local part. What is not of this form is a hash. Linear.
    /// </summary>
    /// <param name="value">The value without folding.</param>
    /// <param name="key">The key of the hashes.</param>
    public static string Apply(string value, RedactionKey key)
    {
        var (words, date) = Split(value);
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < words.Count;)
        {
            var name = words[i++].ToLowerInvariant();
            if (!IsClause(name))
            {
                continue;
            }

            var begin = i;
            while (i < words.Count && !IsClause(words[i].ToLowerInvariant()))
            {
                i++;
            }

            if (i > begin)
            {
                text.Append(text.Length == 0 ? null : " ").Append(name).Append(' ').AppendJoin(' ', Clause(name, words[begin..i], key));
            }
        }

        return (RedactedText.Date(date) is { } time ? text.Append("; ").Append(time) : text).ToString();
    }

    private static bool IsClause(string word) => word is "from" or "by" or "via" or "with" or "id" or "for";

    private static IEnumerable<string> Clause(string name, List<string> words, RedactionKey key) => name switch
    {
        "from" or "by" => words.Where(static (word, place) => place == 0 || word[0] == '(').Select(word => word[0] == '(' ? word : Host(word) ?? key.Hash(word)),
        "for" => [$"<{key.Address(string.Join(' ', words.Where(static word => word[0] != '(')).Trim('<', '>'))}>"],
        _ => [words[0].AsSpan().ContainsAnyExcept(RedactedText.Word) ? key.Hash(words[0]) : words[0]],
    };

    // A name without a dot may be that of a user of the host.
    private static string? Host(string word) => word[0] == '['
        ? word[^1] == ']' && AddressIn(word.AsSpan(1, word.Length - 2)) is not null ? word : null
        : word.Contains('.', StringComparison.Ordinal) ? DomainName.Parse(word).Value?.ToString() : null;

    // Words outside of comments, each address of a host in a comment as a word in parentheses, and what follows the last semicolon.
    private static (List<string> Words, string Date) Split(string value)
    {
        var (words, word) = (new List<string>(), new StringBuilder());
        var (depth, start, isQuoted, last, semicolon) = (0, 0, false, 0, -1);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '\\' && (depth > 0 || isQuoted))
            {
                _ = depth == 0 ? word.Append(value, i, Math.Min(2, value.Length - i)) : word;
                i++;
            }
            else if (c == '"' && depth == 0)
            {
                isQuoted = !isQuoted;
                word.Append(c);
            }
            else if (isQuoted)
            {
                word.Append(c);
            }
            else if (c == '(')
            {
                start = depth++ == 0 ? i : start;
            }
            else if (c == ')' && depth > 0)
            {
                if (--depth == 0 && HostLiteral(value.AsSpan(start, i - start)) is { } literal)
                {
                    End();
                    words.Add($"({literal})");
                }
            }
            else if (depth == 0 && c is ' ' or '\t' or '\r' or '\n' or ';')
            {
                End();
                (last, semicolon) = c == ';' ? (words.Count, i) : (last, semicolon);
            }
            else if (depth == 0)
            {
                word.Append(c);
            }
        }

        End();
        return semicolon < 0 ? (words, string.Empty) : (words[..last], value[(semicolon + 1)..]);

        void End()
        {
            // Only an address of a host is a word that begins with a parenthesis.
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    private static string? HostLiteral(ReadOnlySpan<char> comment)
    {
        var open = comment.IndexOf('[');
        var length = open < 0 ? -1 : comment[open..].IndexOf(']');
        return length < 2 || AddressIn(comment.Slice(open + 1, length - 1)) is not { } address ? null : $"[{address}]";
    }

    // The zone of an address is any word.
    private static IPAddress? AddressIn(ReadOnlySpan<char> literal) =>
        !literal.Contains('%') && IPAddress.TryParse(literal.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? literal["IPv6:".Length..] : literal, out var address) ? address : null;
}
