using EmailAuth.Tests.Signatures;

namespace EmailAuth.Fuzz.Support;

/// <summary>
/// A message cut up and canonicalized as RFC 5322 and RFC 6376 say it, with no thought of speed and nothing of the library. Every character
/// is one byte.
/// </summary>
internal sealed class PlainMessage
{
    private PlainMessage(IReadOnlyList<string> fields, string body) => (Fields, Body) = (fields, body);

    /// <summary>The fields, each with its CRLF.</summary>
    public IReadOnlyList<string> Fields { get; }

    public string Body { get; }

    public static PlainMessage Of(string message)
    {
        var fields = new List<string>();
        var at = 0;
        while (at < message.Length && string.CompareOrdinal(message, at, "\r\n", 0, 2) != 0)
        {
            // RFC 5322 section 2.2.3: a line that starts with white space goes on with the field.
            var start = at;
            do
            {
                var line = message.IndexOf("\r\n", at, StringComparison.Ordinal);
                at = line < 0 ? message.Length : line + 2;
            }
            while (at < message.Length && message[at] is ' ' or '\t');

            var field = message[start..at];
            fields.Add(field.EndsWith("\r\n", StringComparison.Ordinal) ? field : field + "\r\n");
        }

        return new PlainMessage(fields, at < message.Length ? message[(at + 2)..] : string.Empty);
    }

    /// <summary>
    /// Whether the message can stand below fields of ours and be judged by what is written here: it does not go on with the field above,
    /// has no more fields than are read, and none with an unspecified name.
    /// </summary>
    public static bool IsSpecified(string message) =>
        message is not [' ' or '\t', ..] && Of(message) is { Fields.Count: < 9_900, HasUnspecifiedName: false };

    /// <summary>
    /// Whether a field's name ends in a CR or LF that ends no line. No specification says what that is; the library takes the field for
    /// what it may be shown as.
    /// </summary>
    private bool HasUnspecifiedName => Fields.Any(one => Unfolded(one[..Math.Max(one.IndexOf(':', StringComparison.Ordinal), 0)]).AsSpan().ContainsAny('\r', '\n'));

    /// <summary>The name of a field in lower case; empty for a line that is no field.</summary>
    public static string NameOf(string field)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var name = Unfolded(field[..Math.Max(colon, 0)]).TrimEnd(' ', '\t').ToLowerInvariant();
        return name.All(c => c is > ' ' and <= '~') ? name : string.Empty;
    }

    /// <summary>The fields that a list of names selects, canonical (RFC 6376 sections 3.4.1, 3.4.2 and 5.4.2).</summary>
    /// <param name="names">The names, in lower case.</param>
    /// <param name="relaxed">Which canonicalization.</param>
    /// <param name="own">The signature's own field, which no name selects.</param>
    public string Selected(IEnumerable<string> names, bool relaxed, int own)
    {
        var left = Fields.Where((_, index) => index != own).GroupBy(NameOf, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => new Stack<string>(same), StringComparer.Ordinal);
        return string.Concat(names.Select(name => left.TryGetValue(name, out var same) && same.TryPop(out var lowest) ? Canonical(lowest, relaxed) : string.Empty));
    }

    /// <summary>The body, canonical (RFC 6376 sections 3.4.3 and 3.4.4).</summary>
    public string CanonicalBody(bool relaxed) => relaxed ? PlainCanonicalization.RelaxedBody(Body) : PlainCanonicalization.SimpleBody(Body);

    public static string Canonical(string field, bool relaxed) => relaxed ? PlainCanonicalization.RelaxedField(field) : field;

    /// <summary>A signature's own field: canonical, the CRLF at its end gone (RFC 6376 section 3.7).</summary>
    /// <param name="unsigned">The field with nothing in its <c>b=</c>.</param>
    /// <param name="relaxed">Which canonicalization.</param>
    public static string Own(string unsigned, bool relaxed) => Canonical(unsigned, relaxed)[..^2];

    private static string Unfolded(string text) =>
        text.Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", "\t", StringComparison.Ordinal);
}
