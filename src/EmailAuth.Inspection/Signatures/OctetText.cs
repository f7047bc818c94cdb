using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Texts whose characters are octets, for people: as UTF-8 where they are that.</summary>
internal static class OctetText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text as UTF-8 if its octets are; otherwise unchanged.</summary>
    public static string Shown(string octets)
    {
        var text = octets.AsSpan();
        if (!text.ContainsAnyExceptInRange('\0', '\x7f') || text.ContainsAnyExceptInRange('\0', '\xff'))
        {
            return octets;
        }

        try
        {
            return Strict.GetString(Encoding.Latin1.GetBytes(octets));
        }
        catch (DecoderFallbackException)
        {
            return octets;
        }
    }
}
