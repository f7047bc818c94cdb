using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Changes of transfer encodings and charsets, of a whole body or of the parts of a multipart body.</summary>
internal static class TransferRewrites
{
    private const string QuotedPrintable = "quoted-printable";
    private const string Base64 = "base64";
    private const string Raw = "8bit";

    // The line lengths that programs write: of most, of PEM, of PGP, of some old ones.
    private static readonly int[] LineLengths = [76, 72, 64, 60];

    /// <summary>The changes that a body of a content type may have had.</summary>
    public static IEnumerable<BodyRewrite> For(bool isMultipart)
    {
        if (isMultipart)
        {
            foreach (var (signed, now) in new[]
            {
                (Raw, QuotedPrintable), ("7bit", QuotedPrintable), (Raw, Base64), ("7bit", Base64), (QuotedPrintable, Base64), (Base64, QuotedPrintable),
                (QuotedPrintable, Raw), (Base64, Raw), (QuotedPrintable, "7bit"), (Base64, "7bit"),
            })
            {
                yield return new BodyRewrite(ChangeCode.BodyTransferEncoding, [signed, now], body => RecodeParts(body, now, signed));
            }
        }
        else
        {
            foreach (var (signed, now) in new[] { (Raw, QuotedPrintable), (Raw, Base64), (QuotedPrintable, Base64), (Base64, QuotedPrintable), (QuotedPrintable, Raw), (Base64, Raw) })
            {
                yield return new BodyRewrite(ChangeCode.BodyTransferEncoding, [signed, now], body => Recode(body, now, signed));
            }

            foreach (var length in LineLengths)
            {
                yield return new BodyRewrite(
                    ChangeCode.BodyTransferEncoding, [$"base64 in lines of {length}", "base64 in other lines"], body => Reflow(body, length));
            }
        }

        foreach (var now in CharsetText.Names)
        {
            foreach (var signed in CharsetText.Names.Where(other => other != now))
            {
                yield return new BodyRewrite(ChangeCode.BodyCharset, [signed, now], body => CharsetText.Recode(body, now, signed));
            }
        }
    }

    /// <summary>Text from one transfer encoding in another; null when it cannot be in the first.</summary>
    public static byte[]? Recode(ReadOnlySpan<byte> text, string now, string signed)
    {
        var octets = now switch
        {
            QuotedPrintable => text.Contains((byte)'=') ? TransferCoding.DecodeQuotedPrintable(text) : null,
            Base64 => TransferCoding.DecodeBase64(text),
            _ => text.ToArray(),
        };
        return octets is null ? null : signed switch
        {
            QuotedPrintable => TransferCoding.EncodeQuotedPrintable(octets),
            Base64 => TransferCoding.EncodeBase64(octets, LineLengths[0]),
            _ => octets,
        };
    }

    private static byte[]? Reflow(byte[] body, int length) =>
        TransferCoding.DecodeBase64(body) is { } octets ? TransferCoding.EncodeBase64(octets, length) : null;

    private static byte[]? RecodeParts(byte[] body, string now, string signed)
    {
        var lines = new BodyLines(body);
        var result = new OctetWriter(body.Length);
        var copied = 0;
        foreach (var part in MimeText.Parts(lines))
        {
            if (MimeText.FieldOf(lines, part, "Content-Transfer-Encoding") is not { } encoding || !encoding.Equals(now, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            // The CRLF before a boundary line belongs to it (RFC 2046 section 5.1.1).
            var (start, end) = (lines.Starts[part.Content], Math.Max(lines.Starts[part.Content], lines.Starts[part.End] - 2));
            if (Recode(body.AsSpan(start..end), now, signed) is not { } content)
            {
                continue;
            }

            var header = Encoding.Latin1.GetString(body, lines.Starts[part.Header], start - lines.Starts[part.Header]);
            result.Write(body.AsSpan(copied..lines.Starts[part.Header]));
            result.Write(Encoding.Latin1.GetBytes(header.Replace(encoding, signed, StringComparison.Ordinal)));
            result.Write(content.AsSpan().EndsWith("\r\n"u8) && signed == Base64 ? content.AsSpan()[..^2] : content);
            copied = end;
        }

        if (copied == 0)
        {
            return null;
        }

        result.Write(body.AsSpan(copied..));
        return result.ToArray();
    }
}
