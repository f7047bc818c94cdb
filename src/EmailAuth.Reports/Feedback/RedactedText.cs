using System.Buffers;
using MimeKit.Utils;

namespace EmailAuth.Reports.Feedback;

/// <summary>
/// What is kept of fields that have no address in their grammar. Anybody may still write one into them, as it is or encoded, so that only what can be
/// none is kept.
/// </summary>
internal static class RedactedText
{
    /// <summary>What words have. Without @, %, = and ?, none is an address, and none an encoded one (RFC 2047, RFC 2045, RFC 3986).</summary>
    public static readonly SearchValues<char> Word = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._+/:");

    /// <summary>One word, such as a media type; null when the value is something else. Parameters and comments are gone.</summary>
    public static string? Token(string value)
    {
        var word = FieldText.WithoutComments(value.Split(';', 2)[0]).Trim();
        return word.AsSpan().ContainsAnyExcept(Word) ? null : word;
    }

    /// <summary>Words, such as the name and version of a program, with a hash in place of each that may be an address.</summary>
    public static string Words(string value, RedactionKey key) =>
        string.Join(' ', value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Take(MostWords)
            .Select(word => word.AsSpan().Trim("();,[]").ContainsAnyExcept(Word) ? key.Hash(word) : word));

    /// <summary>The date of a text, in one form (RFC 5322 section 3.3); null without.</summary>
    public static string? Date(string value) => DateUtils.TryParse(value, out var date) ? DateUtils.FormatDate(date) : null;

    // A hash costs more than a word, of which a hostile field has thousands.
    private const int MostWords = 30;
}
