using System.Collections.Immutable;

namespace EmailAuth.Inspection.Transport;

/// <summary>The fields of a record of the form <c>v=X; name=value; …</c> (RFC 8460 section 3, RFC 8461 section 3.1).</summary>
internal static class RecordFields
{
    // RFC 8460 section 3 and RFC 8461 section 3.1: the name of an extension has at most 32 characters.
    private const int MaxNameLength = 32;

    /// <summary>Whether a text is a record of this version: "v=…" to the letter, then a semicolon.</summary>
    public static bool IsVersion(string text, string version) => text.StartsWith($"v={version}", StringComparison.Ordinal)
        && text.AsSpan(version.Length + 2).TrimStart(" \t") is [';', ..];

    /// <summary>
    /// The texts that count as records: those of this version, because all others are discarded first. Without any, those that were meant to be records,
    /// so that their fault can be told.
    /// </summary>
    public static ImmutableArray<string> Meant(ImmutableArray<string> texts, string version, string beginning)
    {
        var records = texts.Where(text => IsVersion(text, version)).ToImmutableArray();
        return records.IsEmpty
            ? [.. texts.Where(text => text.TrimStart().StartsWith(beginning, StringComparison.OrdinalIgnoreCase))]
            : records;
    }

    /// <summary>Reads the fields after the version; null with a reason when the text does not follow the grammar.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ownGrammar">The field whose value has a grammar of its own and is not checked here; null for none.</param>
    /// <param name="reason">Why the result is null.</param>
    public static List<(string Name, string Value)>? Read(string text, string? ownGrammar, out string? reason)
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

            var (name, value) = (field[..equals].ToString(), field[(equals + 1)..].ToString());
            if (name != ownGrammar && !IsValue(value))
            {
                reason = value.Length == 0 ? $"{name} has no value" : $"the value of {name} has a character that is not allowed there";
                return null;
            }

            fields.Add((name, value));
        }

        return fields;
    }

    // 1*(%x21-3A / %x3C / %x3E-7E): visible ASCII without the semicolon and the equals sign.
    private static bool IsValue(string value) => value.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange('!', '~') && !value.AsSpan().ContainsAny(';', '=');

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");
}
