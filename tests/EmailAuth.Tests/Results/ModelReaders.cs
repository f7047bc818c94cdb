using System.Text;
using System.Text.RegularExpressions;

namespace EmailAuth.Tests.Results;

/// <summary>
/// What readers of Authentication-Results in the wild take as the authserv-id of a field, written apart from ours: each is a few lines that
/// somebody could have written, from one that follows the grammar to one that cuts the field at its first semicolon.
/// </summary>
internal static partial class ModelReaders
{
    /// <summary>Each reader by its name: from a field's value to the names that it would compare with its own.</summary>
    public static IReadOnlyDictionary<string, Func<string, IEnumerable<string>>> All { get; } = new Dictionary<string, Func<string, IEnumerable<string>>>
    {
        ["the grammar"] = value => [Grammar(value)],
        ["before the first semicolon"] = value => [BeforeSemicolon(value)],
        ["first word"] = value => [FirstWord(value)],
        ["any piece"] = Pieces,
        ["comments out, once"] = value => [FirstWord(InnermostComment().Replace(value, string.Empty))],
        ["comments out, repeated"] = value => [FirstWord(WithoutNested(value))],
        ["comments out, repeated, any piece"] = value => Pieces(WithoutNested(value)),
        ["comments out, lazy"] = value => [FirstWord(LazyComment().Replace(value, string.Empty))],
        ["comments out, lazy, white space out"] = value => [BeforeSemicolon(WhiteSpace().Replace(LazyComment().Replace(value, string.Empty), string.Empty))],
        ["comments out, greedy"] = value => [FirstWord(GreedyComment().Replace(value, string.Empty))],
        ["comments out, with escapes"] = value => [FirstWord(EscapedComment().Replace(value, string.Empty))],
        ["quotes out, comments out"] = value => [FirstWord(LazyComment().Replace(Quoted().Replace(value, string.Empty), string.Empty))],
        ["comments out, quotes out"] = value => [FirstWord(Quoted().Replace(LazyComment().Replace(value, string.Empty), string.Empty))],
        ["quotes with escapes out, comments out, any piece"] = value => Pieces(WithoutNested(EscapedQuoted().Replace(value, string.Empty))),
        ["quote marks out"] = value => [FirstWord(value.Replace("\"", string.Empty, StringComparison.Ordinal))],
        ["tokens, as OpenDMARC has them"] = value => [Tokens(value)],
    };

    /// <summary>Whether a name that a reader took is a given one.</summary>
    public static bool IsSame(string taken, string ours) => taken.Trim().Trim('"').TrimEnd('.').Equals(ours, StringComparison.OrdinalIgnoreCase);

    // RFC 8601 section 2.2: [CFWS] authserv-id, a token or a quoted-string.
    private static string Grammar(string value)
    {
        var (position, depth) = (0, 0);
        for (; position < value.Length && (depth > 0 || value[position] is '(' or ' ' or '\t' or '\r' or '\n'); position++)
        {
            depth += value[position] == '(' ? 1 : value[position] == ')' ? -1 : 0;
            position += value[position] == '\\' ? 1 : 0;
        }

        if (position >= value.Length)
        {
            return string.Empty;
        }

        if (value[position] != '"')
        {
            var end = position;
            while (end < value.Length && value[end] is > ' ' and < '\x7f' && !"()<>@,;:\\\"/[]?=".Contains(value[end], StringComparison.Ordinal))
            {
                end++;
            }

            return value[position..end];
        }

        var name = new StringBuilder();
        for (position++; position < value.Length && value[position] != '"'; position++)
        {
            position += value[position] == '\\' && position + 1 < value.Length ? 1 : 0;
            name.Append(value[position]);
        }

        return name.ToString();
    }

    // Tokens end at semicolons and equals signs, comments are skipped, and what comes before the first semicolon is put together.
    private static string Tokens(string value)
    {
        var (name, depth, isQuoted) = (new StringBuilder(), 0, false);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c == '\\')
            {
                i++;
                if (depth == 0 && i < value.Length)
                {
                    name.Append(value[i]);
                }
            }
            else if (c == '"' && depth == 0)
            {
                isQuoted = !isQuoted;
            }
            else if (c == '(' && !isQuoted)
            {
                depth++;
            }
            else if (c == ')' && !isQuoted && depth > 0)
            {
                depth--;
            }
            else if (c == ';' && depth == 0 && !isQuoted)
            {
                break;
            }
            else if (depth == 0 && !char.IsWhiteSpace(c))
            {
                name.Append(c);
            }
        }

        return name.ToString();
    }

    private static string BeforeSemicolon(string value) => value.Split(';')[0].Trim();

    private static string FirstWord(string value) => BeforeSemicolon(value).Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries) is [var first, ..] ? first : string.Empty;

    private static IEnumerable<string> Pieces(string value) => value.Split(';').Select(piece => piece.Trim()).Where(piece => !piece.Contains('=', StringComparison.Ordinal));

    private static string WithoutNested(string value)
    {
        for (var before = string.Empty; before != value;)
        {
            (before, value) = (value, InnermostComment().Replace(value, string.Empty));
        }

        return value;
    }

#pragma warning disable MA0009 // The models are as careless as the readers they imitate, and meet short values only.
    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex InnermostComment();

    [GeneratedRegex(@"\(.*?\)", RegexOptions.Singleline)]
    private static partial Regex LazyComment();

    [GeneratedRegex(@"\(.*\)", RegexOptions.Singleline)]
    private static partial Regex GreedyComment();

    [GeneratedRegex(@"\((?:\\.|[^)\\])*\)", RegexOptions.Singleline)]
    private static partial Regex EscapedComment();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"""(?:\\.|[^""\\])*""", RegexOptions.Singleline)]
    private static partial Regex EscapedQuoted();

    [GeneratedRegex(@"\s")]
    private static partial Regex WhiteSpace();
#pragma warning restore MA0009
}
