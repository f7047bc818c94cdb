using System.Net;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Texts of reports as a store keeps them: short, without characters that a database refuses, and without addresses of people.</summary>
internal static class IncomingText
{
    // Longer than any domain name.
    private const int MaxLength = 255;

    // No real row has more. A forged count must not make all sums overflow.
    private const long MaxCount = 1_000_000_000;

    /// <summary>The most that a sum of counts is: sums end there, since they are multiplied by small numbers.</summary>
    public const long MaxTotal = MaxCount * 1_000_000;

    public static string Of(string text)
    {
        var cut = text.Length <= MaxLength ? text : text[..MaxLength];
        return cut.Any(IsBad) ? string.Concat(cut.Select(static one => IsBad(one) ? '?' : one)) : cut;
    }

    /// <summary>A domain, without a local part that must not be there (RFC 9990 section 7.2).</summary>
    public static string Domain(string text) => Of(text[(text.LastIndexOf('@') + 1)..].Trim().TrimEnd('.').ToLowerInvariant());

    /// <summary>An address in one form, so that one source is one.</summary>
    public static string Source(string text) => IPAddress.TryParse(text, out var address) ? address.ToString() : Of(text);

    public static long Count(long count) => Math.Clamp(count, 0, MaxCount);

    /// <summary>A sum of counts that one document says.</summary>
    public static long Total(long count) => Math.Clamp(count, 0, MaxTotal);

    // Half of a surrogate pair is not a character, and a pair that was cut leaves one: none is kept.
    private static bool IsBad(char one) => char.IsControl(one) || char.IsSurrogate(one);
}
