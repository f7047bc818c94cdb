using System.Buffers;
using System.Security.Cryptography;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>
/// The token in the return path of a report's mail: who knows it got that mail. It is random and kept with the delivery, so that there is no key
/// to keep secret, and nobody can have the address of another suppressed.
/// </summary>
internal static class ReturnPathToken
{
    /// <summary>How many characters a token has: 20 of 5 bits each.</summary>
    public const int Length = 20;

    /// <summary>How long the local part before the token may be: 64 in all (RFC 5321 section 4.5.3.1.1), with the plus sign.</summary>
    public const int MaxPrefix = 64 - 1 - Length;

    // Hosts may change the case of a local part, and people may read it aloud: lower-case letters and digits without 0, 1, l and o.
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    /// <summary>A new token.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>The return path with a token.</summary>
    public static string Address(ReportMailbox returnPath, string token) => $"{returnPath.LocalPart}+{token}@{returnPath.Domain}";

    /// <summary>The token of an address of ours; null when it is another address.</summary>
    public static string? Find(ReportMailbox returnPath, ReadOnlySpan<char> address)
    {
        var at = address.LastIndexOf('@');
        var prefix = returnPath.LocalPart.Length;
        if (at != prefix + 1 + Length
            || !address[..prefix].Equals(returnPath.LocalPart, StringComparison.OrdinalIgnoreCase)
            || address[prefix] != '+'
            || !address[(at + 1)..].Equals(returnPath.Domain.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = address[(prefix + 1)..at].ToString().ToLowerInvariant();
        return token.AsSpan().ContainsAnyExcept(Characters) ? null : token;
    }
}
