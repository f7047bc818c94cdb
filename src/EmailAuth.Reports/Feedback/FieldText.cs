using System.Text;

namespace EmailAuth.Reports.Feedback;

/// <summary>What structured fields have in common.</summary>
internal static class FieldText
{
    /// <summary>The value without comments (RFC 5322 section 3.2.2) and without white space around it. A quoted string has no comments (section 3.2.4).</summary>
    public static string WithoutComments(string value) => WithoutComments(value, out _);

    /// <summary>The same, and whether each comment ends.</summary>
    public static string WithoutComments(string value, out bool isEnded)
    {
        isEnded = true;
        if (!value.Contains('(', StringComparison.Ordinal))
        {
            return value;
        }

        var text = new StringBuilder(value.Length);
        var (depth, isQuoted) = (0, false);
        for (var i = 0; i < value.Length; i++)
        {
            switch (value[i])
            {
                case '\\' when depth > 0:
                    i++;
                    break;
                case '\\' when isQuoted:
                    text.Append(value, i, Math.Min(2, value.Length - i));
                    i++;
                    break;
                case '(' when !isQuoted:
                    depth++;
                    break;
                case ')' when depth > 0:
                    depth--;
                    break;
                default:
                    isQuoted ^= value[i] == '"' && depth == 0;
                    _ = depth == 0 ? text.Append(value[i]) : text;
                    break;
            }
        }

        isEnded = depth == 0;
        return text.ToString().Trim();
    }

    /// <summary>An address without the angle brackets that may be around it; <c>&lt;&gt;</c> is empty.</summary>
    public static string WithoutBrackets(string address)
    {
        var text = address.Trim();
        return text is ['<', .., '>'] ? text[1..^1].Trim() : text;
    }

    /// <summary>The value without any white space: base64, and identifiers in which folding does not count.</summary>
    public static string WithoutSpace(string value)
    {
        if (!value.AsSpan().ContainsAny(' ', '\t'))
        {
            return value;
        }

        var text = new StringBuilder(value.Length);
        foreach (var range in value.AsSpan().SplitAny(' ', '\t'))
        {
            text.Append(value.AsSpan()[range]);
        }

        return text.ToString();
    }

    /// <summary>What follows the last <c>@</c> of an address, lower case, without a trailing dot; null without.</summary>
    public static string? DomainOf(string? address)
    {
        if (address is null)
        {
            return null;
        }

        var bare = WithoutBrackets(address);
        var at = bare.LastIndexOf('@');
        return at < 0 || at == bare.Length - 1 ? null : bare[(at + 1)..].TrimEnd('.', '>').ToLowerInvariant();
    }
}
