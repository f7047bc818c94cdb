using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The logotype extension (RFC 9399 section 4.1), all that is read of it, and each octet of one.</summary>
public class LogotypeTests
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    [Fact]
    public void A_logotype_is_read_whole()
    {
        var logotype = Logotype.Parse(Write([("1.3.14.3.2.26", [1, 2]), (Sha256, [])], ["data:,x"])).Value!;
        Assert.Equal(("image/svg+xml", "data:,x"), (logotype.MediaType, logotype.Location));
        Assert.Equal(["1.3.14.3.2.26 0102", Sha256 + " "], logotype.Hashes.Select(static hash => $"{hash.Oid} {Convert.ToHexString(hash.Value)}"));
        Assert.Equal("1.3.6.1.5.5.7.1.12", Logotype.ExtensionOid);
    }

    public static TheoryData<string, string> Others => new()
    {
        { "3000", "Missing the logotype extension has no subject logo (RFC 9399 section 4.1)" },
        { "3004A1020500", "Missing the logotype extension has no subject logo (RFC 9399 section 4.1)" },
        { "3002A200", "Unsupported the subject logo is not a direct one (RFC 9399 section 4.1)" },
        { "3004A202A100", "Unsupported the subject logo is not a direct one (RFC 9399 section 4.1)" },
        { "3004A202A000", "Missing the subject logo has no image (RFC 9399 section 4.1)" },
        { "3006A204A002A100", "Missing the subject logo has no image (RFC 9399 section 4.1)" },
        { "3006A204A0023000", "Missing the subject logo has no image (RFC 9399 section 4.1)" },
        { "3008A206A00430023000", "Malformed the logotype extension is not the DER of RFC 9399 section 4.1" },
        { "", "Malformed the logotype extension is not the DER of RFC 9399 section 4.1" },
        { "300000", "Malformed the logotype extension is not the DER of RFC 9399 section 4.1" }, // something behind it
        { "3080", "Malformed the logotype extension is not the DER of RFC 9399 section 4.1" },
        { "3100", "Malformed the logotype extension is not the DER of RFC 9399 section 4.1" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void What_lacks_an_image_says_why(string der, string expected) => Assert.Equal(expected + " 0", Outcome(Convert.FromHexString(der)));

    [Fact]
    public void Logos_of_others_are_passed_over()
    {
        var right = Write([(Sha256, [1])], ["data:,x"]);
        Assert.Equal(0x30, right[0]);

        // [0] community logos, [1] issuer logo before it, [3] other logos behind it.
        byte[] content = [0xa0, 0, 0xa1, 2, 5, 0, .. right[2..], 0xa3, 0];
        Assert.Equal("image/svg+xml 2.16.840.1.101.3.4.2.1=01 data:,x", Outcome([0x30, (byte)content.Length, .. content]));
    }

    [Theory]
    [InlineData(1, 1, 1, "image/svg+xml 2.16.840.1.101.3.4.2.1=01 data:,0")]
    [InlineData(1, 0, 1, "image/svg+xml  data:,0")]
    [InlineData(2, 1, 1, "Unsupported the subject logo has more than one image 0")]
    [InlineData(1, 1, 2, "Unsupported the logotype names more than one location of its image 0")]
    [InlineData(1, 1, 0, "Malformed the logotype extension is not the DER of RFC 9399 section 4.1 0")]
    [InlineData(1, 9, 1, "TooLong the logotype has more than 8 hashes 0")]
    public void Images_hashes_and_locations_are_counted(int images, int hashes, int locations, string expected) => Assert.Equal(
        expected,
        Outcome(Write(
            [.. Enumerable.Range(1, hashes).Select(static number => (Sha256, new[] { (byte)number }))],
            [.. Enumerable.Range(0, locations).Select(static number => $"data:,{number}")],
            images)));

    [Fact]
    public void Eight_hashes_are_read() => Assert.Equal(8, Logotype.Parse(Write([.. Enumerable.Repeat((Sha256, new byte[] { 1 }), 8)], ["x"])).Value!.Hashes.Length);

    [Theory]
    [InlineData("data:image/svg+xml;base64,AQID", "010203")]
    [InlineData("DATA:Image/SVG+XML;Base64,AQID", "010203")]
    [InlineData("data:image/svg+xml;base64,AQI=", "0102")]
    [InlineData("data:image/svg+xml;base64,AQ==", "01")]
    [InlineData("data:image/svg+xml;base64, A Q I D ", "010203")]
    [InlineData("data:image/svg+xml;base64,", "")]
    [InlineData("data:image/svg+xml;base64,AQI", null)]
    [InlineData("data:image/svg+xml;base64,AQ-_", null)]
    [InlineData("data:image/svg+xml;base64", null)]
    [InlineData("data:image/svg+xml,AQID", null)]
    [InlineData("data:image/png;base64,AQID", null)]
    [InlineData(" data:image/svg+xml;base64,AQID", null)]
    [InlineData("https://example.com/data:image/svg+xml;base64,AQID", null)]
    [InlineData("", null)]
    public void Only_an_embedded_image_is_decoded(string location, string? expected) =>
        Assert.Equal(expected, Logotype.Parse(Write([], [location])).Value!.Decode() is { } bytes ? Convert.ToHexString(bytes) : null);

    [Fact]
    public void Each_length_is_decoded_whole()
    {
        for (var length = 0; length < 40; length++)
        {
            var image = new byte[length];
            Assert.Equal(image, Logotype.Parse(Write([], ["data:image/svg+xml;base64," + Convert.ToBase64String(image)])).Value!.Decode());
        }
    }

    // The algorithms that are known; no other hash binds anything.
    [Theory]
    [InlineData("1.3.14.3.2.26", "SHA1")]
    [InlineData("2.16.840.1.101.3.4.2.1", "SHA256")]
    [InlineData("2.16.840.1.101.3.4.2.2", "SHA384")]
    [InlineData("2.16.840.1.101.3.4.2.3", "SHA512")]
    [InlineData("2.16.840.1.101.3.4.2.4", null)]
    [InlineData("1.3.14.3.2.25", null)]
    [InlineData("1.2.840.113549.2.5", null)] // MD5
    public void A_hash_binds_by_a_known_algorithm(string oid, string? name)
    {
        Assert.Equal(name, new LogotypeHash(oid, []).Algorithm()?.Name);
        byte[] svg = [1, 2, 3];
        var hash = name is null ? SHA256.HashData(svg) : CryptographicOperations.HashData(new HashAlgorithmName(name), svg);
        Assert.Equal(name is not null, IsHash(svg, svg, (oid, hash)));
        Assert.False(IsHash(svg, svg, (oid, hash[..^1])));
        Assert.False(IsHash(svg, svg, (oid, [.. hash, 0])));
    }

    // Each octet of the image, with line ends of all kinds; RFC 9399 section 7 hashes the form with LF.
    [Theory]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("a\rb", "a\nb")]
    [InlineData("a\nb", "a\nb")]
    [InlineData("\r\n\r\n", "\n\n")]
    [InlineData("\r\r\n\n\r", "\n\n\n\n")]
    [InlineData("\n\r", "\n\n")]
    [InlineData("a\r", "a\n")]
    [InlineData("\ra", "\na")]
    [InlineData("\r", "\n")]
    [InlineData("abc", "abc")]
    [InlineData("", "")]
    [InlineData("\u000b\u000c\u000e\u0009", "\u000b\u000c\u000e\u0009")]
    public void A_hash_may_be_of_the_form_with_line_feeds(string svg, string withLineFeeds)
    {
        var document = Encoding.Latin1.GetBytes(svg);
        Assert.True(IsHash([9], document, (Sha256, SHA256.HashData(Encoding.Latin1.GetBytes(withLineFeeds)))));
        Assert.True(IsHash([9], document, (Sha256, SHA256.HashData(document))));
        Assert.True(IsHash([9], document, (Sha256, SHA256.HashData([9]))));
        Assert.False(IsHash([9], document, (Sha256, SHA256.HashData(Encoding.Latin1.GetBytes(withLineFeeds + "\n")))));
        Assert.False(IsHash([9], document, (Sha256, SHA256.HashData("\v"u8))));
    }

    [Fact]
    public void Of_several_hashes_all_known_ones_must_be_right_and_one_must_be_known()
    {
        byte[] svg = [1];
        var (right, wrong, unknown) = ((Sha256, SHA256.HashData(svg)), (Sha256, new byte[32]), ("1.2.3", new byte[32]));
        Assert.True(IsHash(svg, svg, right, right));
        Assert.True(IsHash(svg, svg, unknown, right));
        Assert.True(IsHash(svg, svg, right, unknown));
        Assert.False(IsHash(svg, svg, right, wrong));
        Assert.False(IsHash(svg, svg, wrong, right));
        Assert.False(IsHash(svg, svg, unknown));
        Assert.False(IsHash(svg, svg));
    }

    [Fact]
    public void Each_octet_of_the_extension_counts_as_the_page_says()
    {
        var right = Write([(Sha256, [1, 2])], ["data:,x"]);
        ApprovedPage.Verify("bimi", "logotype-edits.txt", OneCharacterEdits.Outcomes(
            Encoding.Latin1.GetString(right), "\0\u0016\u0030\u0080\u00a0\u00a1\u00a2", static (text, _) => Outcome(Encoding.Latin1.GetBytes(text))));
    }

    private static bool IsHash(byte[] embedded, byte[] svg, params (string Oid, byte[] Value)[] hashes) =>
        Logotype.Parse(Write(hashes, ["x"])).Value!.IsHashOf(embedded, svg);

    private static string Outcome(byte[] extension)
    {
        var result = Logotype.Parse(extension);
        return result.IsSuccess
            ? $"{result.Value.MediaType} {string.Join(' ', result.Value.Hashes.Select(static hash => $"{hash.Oid}={Convert.ToHexString(hash.Value)}"))} {result.Value.Location}"
            : $"{result.Error.Code} {result.Error.Reason} {result.Error.Position}";
    }

    private static byte[] Write((string Oid, byte[] Value)[] hashes, string[] locations, int images = 1)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2)))
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
        {
            for (var i = 0; i < images; i++)
            {
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, "image/svg+xml");
                    using (writer.PushSequence())
                    {
                        foreach (var (oid, value) in hashes)
                        {
                            using (writer.PushSequence())
                            {
                                using (writer.PushSequence())
                                {
                                    writer.WriteObjectIdentifier(oid);
                                }

                                writer.WriteOctetString(value);
                            }
                        }
                    }

                    using (writer.PushSequence())
                    {
                        foreach (var location in locations)
                        {
                            writer.WriteCharacterString(UniversalTagNumber.IA5String, location);
                        }
                    }
                }
            }
        }

        return writer.Encode();
    }
}
