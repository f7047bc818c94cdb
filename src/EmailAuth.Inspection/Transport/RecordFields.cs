namespace EmailAuth.Inspection.Transport;

/// <summary>The fields of a record of the form <c>v=X; name=value; …</c> (RFC 8460 section 3, RFC 8461 section 3.1).</summary>
internal static class RecordFields
{
    // RFC 8460 section 3 and RFC 8461 section 3.1: the name of an extension has at most 32 characters.
    private const int MaxNameLength = 32;

    /// <summary>Whether a text is a record of this version: "v=…" to the letter, then a semicolon.</summary>
    public static bool IsVersion(string text, string version) => text.StartsWith($"v={version}", StringComparison.Ordinal)
        && text.AsSpan(version.Length + 2).TrimStart(" \t") is [';', ..];

    /// <summary>Reads the fields after the version; null with a reason when the text does not follow the grammar.</summary>
    public static List<(string Name, string Value)>? Read(string text, out string? reason)
    {
        var fields = new List<(string Name, string Value)>();
        reason = null;
        var rest = text.AsSpan(text.IndexOf(';', StringComparison.Ordinal) + 1);
        while (!rest.Trim(" \t").IsEmpty)
        {
            var end = rest.IndexOf(';');
            var field = (end < 0 ? rest : rest[..end]).Trim(" \t");
            rest = end < 0 ? [] : rest[(end + 1)..];
            var equals = field.IndexOf('=');
            if (equals <= 0)
            {
                reason = field.IsEmpty ? "a field is empty" : $"\"{field}\" has no value";
                return null;
            }

            if (equals > MaxNameLength || !char.IsAsciiLetterOrDigit(field[0]) || field[..equals].ContainsAnyExcept(NameCharacters))
            {
                reason = $"\"{field[..Math.Min(equals, MaxNameLength + 1)]}\" is not the name of a field";
                return null;
            }

            fields.Add((field[..equals].ToString(), field[(equals + 1)..].ToString()));
        }

        return fields;
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
}
