namespace EmailAuth.Tests.Results.Readers;

/// <summary>Readers as people write them in an afternoon: by patterns, without the grammar.</summary>
internal static class NaiveReader
{
    private static readonly string[] Methods = ["spf", "dkim", "dmarc", "arc", "iprev", "bimi", "auth", "dkim-adsp", "sender-id"];

    private static readonly string[] Words = ["pass", "fail", "none", "neutral", "softfail", "hardfail", "policy", "temperror", "permerror", "declined", "skipped"];

    /// <summary>Takes out <c>"[^"]*"</c>, then looks for <c>(^|;)\s*METHOD\s*=\s*RESULT</c>.</summary>
    public static List<string> WithoutQuotes(string value)
    {
        var rest = new System.Text.StringBuilder();
        for (var position = 0; position < value.Length;)
        {
            var end = value[position] == '"' ? value.IndexOf('"', position + 1) : -1;
            if (end < 0)
            {
                rest.Append(value[position++]);
            }
            else
            {
                position = end + 1;
            }
        }

        return AtStarts(rest.ToString().Split(';'));
    }

    /// <summary>Looks for the same pattern without minding quotes.</summary>
    public static List<string> WithQuotes(string value) => AtStarts(value.Split(';'));

    /// <summary>Looks at what each line of the folded field begins with.</summary>
    public static List<string> ByLines(string value) => AtStarts(value.Split("\r\n"));

    /// <summary>Searches for <c>METHOD=RESULT</c> wherever it is, white space aside.</summary>
    public static List<string> BySearch(string value)
    {
        // The registered property policy.dmarc (RFC 9989 section 9.1) is not to be mistaken for a result.
        var compact = string.Concat(value.Where(c => !char.IsWhiteSpace(c))).Replace("policy.dmarc=", string.Empty, StringComparison.Ordinal);
        return
        [
            .. from method in Methods
               from word in Words
               let text = $"{method}={word}"
               where compact.Contains(text, StringComparison.OrdinalIgnoreCase)
                   && (method != "arc" || compact.Replace("dmarc=", string.Empty, StringComparison.OrdinalIgnoreCase).Contains(text, StringComparison.OrdinalIgnoreCase))
               select text,
        ];
    }

    private static List<string> AtStarts(string[] parts)
    {
        var found = new List<string>();
        foreach (var part in parts)
        {
            var text = part.TrimStart();
            foreach (var method in Methods)
            {
                if (text.StartsWith(method, StringComparison.OrdinalIgnoreCase) && text[method.Length..].TrimStart() is ['=', .. var result])
                {
                    var word = result.TrimStart();
                    var end = word.AsSpan().IndexOfAnyExceptInRange('A', 'z');
                    found.Add($"{method}={(end < 0 ? word : word[..end]).ToLowerInvariant()}");
                }
            }
        }

        return found;
    }
}
