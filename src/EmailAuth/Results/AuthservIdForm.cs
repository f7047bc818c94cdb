using System.Buffers;
using System.Text;

namespace EmailAuth.Results;

/// <summary>
/// Names under which we give results. RFC 8601 section 2.5 allows any quoted-string; existing readers expect one word without quotes. Domain
/// names with U-labels or underscores and IP addresses are such words.
/// </summary>
internal static class AuthservIdForm
{
    public const string Expected = "a name without spaces, quotes, parentheses, backslashes, semicolons, commas and equals signs, of at most 255 bytes";

    private const int MaxBytes = 255;

    // Readers end the name at one of these, or look for it without.
    private static readonly SearchValues<char> Delimiters = SearchValues.Create(";,=()\"\\");

    public static bool IsValid(string name) =>
        name.Length > 0
        && Encoding.UTF8.GetByteCount(name) <= MaxBytes
        && !name.AsSpan().ContainsAny(Delimiters)
        && !name.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c));
}
