namespace EmailAuth.Bimi;

/// <summary>The certificates of a PEM document (RFC 7468 section 5), in its order. One pass; text between them is skipped.</summary>
internal static class PemCertificates
{
    private const string Begin = "-----BEGIN CERTIFICATE-----";
    private const string End = "-----END CERTIFICATE-----";

    /// <summary>Reads them.</summary>
    /// <param name="document">The document.</param>
    /// <param name="limit">The most certificates; reading stops after one more.</param>
    /// <returns>Their DER forms, or null when one is broken.</returns>
    public static List<byte[]>? Read(ReadOnlySpan<byte> document, int limit)
    {
        var text = Latin1(document).AsSpan();
        var certificates = new List<byte[]>();
        while (certificates.Count <= limit)
        {
            var begin = text.IndexOf(Begin, StringComparison.Ordinal);
            if (begin < 0)
            {
                break;
            }

            text = text[(begin + Begin.Length)..];
            var end = text.IndexOf(End, StringComparison.Ordinal);
            if (end < 0)
            {
                return null;
            }

            var der = new byte[(end / 4 * 3) + 3];
            if (!Convert.TryFromBase64Chars(text[..end], der, out var length) || length == 0)
            {
                return null;
            }

            certificates.Add(der[..length]);
            text = text[(end + End.Length)..];
        }

        return certificates;
    }

    private static string Latin1(ReadOnlySpan<byte> document) => System.Text.Encoding.Latin1.GetString(document);
}
