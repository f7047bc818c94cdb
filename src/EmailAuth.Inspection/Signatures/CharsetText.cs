using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The charsets of western European mail, between which gateways recode: ISO-8859-1, ISO-8859-15, Windows-1252 and UTF-8.</summary>
internal static class CharsetText
{
    public static readonly string[] Names = ["utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"];

    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Where ISO-8859-15 differs from ISO-8859-1, and Windows-1252 from U+0080 on.
    private const string Latin9Octets = "\u00A4\u00A6\u00A8\u00B4\u00B8\u00BC\u00BD\u00BE";
    private const string Latin9 = "\u20AC\u0160\u0161\u017D\u017E\u0152\u0153\u0178";
    private const string Windows =
        "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F"
        + "\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>The octets of text in another charset; null when they are not text in the first, or the second lacks a character.</summary>
    public static byte[]? Recode(ReadOnlySpan<byte> octets, string from, string to) =>
        !octets.ContainsAnyExceptInRange((byte)0, (byte)0x7f) ? null : Decode(octets, from) is { } text ? Encode(text, to) : null;

    private static string? Decode(ReadOnlySpan<byte> octets, string charset)
    {
        if (charset == "utf-8")
        {
            try
            {
                return StrictUtf8.GetString(octets);
            }
            catch (DecoderFallbackException)
            {
                return null;
            }
        }

        var text = Encoding.Latin1.GetString(octets);
        return charset switch
        {
            "iso-8859-15" => Mapped(text, static c => Latin9Octets.IndexOf(c, StringComparison.Ordinal) is var place and >= 0 ? Latin9[place] : c),
            "windows-1252" => Mapped(text, static c => c is >= '\u0080' and <= '\u009F' ? Windows[c - 0x80] : c),
            _ => text,
        };
    }

    private static byte[]? Encode(string text, string charset)
    {
        if (charset == "utf-8")
        {
            return Encoding.UTF8.GetBytes(text);
        }

        var octets = charset switch
        {
            "iso-8859-15" => Mapped(text, static c => Latin9.IndexOf(c, StringComparison.Ordinal) is var place and >= 0 ? Latin9Octets[place] : c),
            "windows-1252" => Mapped(text, static c => Windows.IndexOf(c, StringComparison.Ordinal) is var place and >= 0 ? (char)(0x80 + place) : c),
            _ => text,
        };
        return octets.AsSpan().ContainsAnyExceptInRange('\0', '\xff') ? null : Encoding.Latin1.GetBytes(octets);
    }

    private static string Mapped(string text, Func<char, char> map) => string.Create(text.Length, (text, map), static (target, state) =>
    {
        for (var index = 0; index < target.Length; index++)
        {
            target[index] = state.map(state.text[index]);
        }
    });
}
