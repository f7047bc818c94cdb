using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>The two encodings of an RSA key (RFC 5280 section 4.1, RFC 8017 appendix A.1.1), octet by octet.</summary>
public class RsaPublicKeyReaderTests
{
    private const string NotRsa = "p= is not an RSA public key (RFC 6376 section 3.6.1)";
    private const string NotInfo = "p= is not an RSA public key (RFC 5280 section 4.1)";
    private const string NotNumbers = "p= is not an RSA public key (RFC 8017 appendix A.1.1)";
    private const string OtherAlgorithm = "p= holds a key of another algorithm than rsaEncryption (RFC 3279 section 2.3.1)";
    private const string BadNumbers = "p= holds numbers that are not an RSA key (RFC 8017 section 3.1)";
    private const string LargeExponent = "the RSA exponent exceeds 2^32";
    private const string Rsa = "06092a864886f70d010101";
    private const string Key = "3009 0204 00800001 0201 03";

    public static TheoryData<string, string> Encodings => new()
    {
        // RSAPublicKey
        { "3007 0202 7fff 0201 03", "7FFF 03" },
        { "3009 0203 008001 0202 0003", "8001 03" },
        { "3006 0201 7f 0201 05", "7F 05" },
        { "3006 0201 01 0201 03", "01 03" },
        { "3006 0201 7f 0201 7f", "7F 7F" },
        { "", NotRsa },
        { "30", NotRsa },
        { "31", NotRsa },
        { "3000", NotNumbers },
        { "3080", NotRsa },
        { "3080 0201 7f 0201 05 0000", NotRsa },
        { "3106 0201 7f 0201 05", NotRsa },
        { "3006 0201 7f 0201 05 00", NotRsa },
        { "3007 0201 7f 0201 05", NotRsa },
        { "3005 0201 7f 0201", NotNumbers },
        { "3003 0201 7f", NotNumbers },
        { "3009 0201 7f 0201 05 0201 05", NotNumbers },
        { "3005 0200 0201 05", NotNumbers },
        { "3005 0201 7f 0200", NotNumbers },
        { "3006 0201 80 0201 05", NotNumbers },
        { "3006 0201 81 0201 05", NotNumbers },
        { "3006 0201 7f 0201 85", NotNumbers },
        { "3006 0301 7f 0201 05", NotNumbers },
        { "3006 0201 7f 0301 05", NotNumbers },

        // RFC 8017 section 3.1
        { "3006 0201 7e 0201 05", BadNumbers },
        { "3007 0202 017e 0201 05", BadNumbers },
        { "3007 0202 0201 0201 05", "0201 05" },
        { "3006 0201 00 0201 05", BadNumbers },
        { "3006 0201 7f 0201 00", BadNumbers },
        { "3006 0201 7f 0201 01", BadNumbers },
        { "3007 0201 7f 0202 0001", BadNumbers },
        { "3006 0201 7f 0201 02", BadNumbers },
        { "3006 0201 7f 0201 04", BadNumbers },
        { "3007 0201 7f 0202 0102", BadNumbers },
        { "3007 0201 7f 0202 0203", "7F 0203" },
        { "3007 0201 7f 0202 0101", "7F 0101" },
        { "300a 0201 7f 0205 00ffffffff", "7F FFFFFFFF" },
        { "300a 0201 7f 0205 0100000001", LargeExponent },
        { "300a 0201 7f 0205 0100000000", LargeExponent },
        { "300b 0201 7f 0206 00ffffffffff", LargeExponent },

        // Lengths of one, two and three octets, also where fewer would do.
        { "308106 0201 7f 0201 05", "7F 05" },
        { "30820006 0201 7f 0201 05", "7F 05" },
        { "3083000006 0201 7f 0201 05", NotRsa },
        { "3007 028101 7f 0201 05", "7F 05" },
        { "3008 0201 7f 02820001 05", "7F 05" },
        { "3009 0201 7f 0283000001 05", NotNumbers },
        { "3083000600 0201 7f 0201 05", NotRsa },
        { $"3080 027b {string.Concat(Enumerable.Repeat("71", 123))} 0201 03", NotRsa },
        { $"308185 0280 {string.Concat(Enumerable.Repeat("71", 128))} 0201 03", NotNumbers },
        { "3081", NotRsa },
        { "3082", NotRsa },
        { "308200", NotRsa },
        { "308100", NotNumbers },
        { "30820000", NotNumbers },
        { "30ff", NotRsa },

        // SubjectPublicKeyInfo
        { $"301d 300d {Rsa} 0500 030c 00 {Key}", "800001 03" },
        { $"301b 300b {Rsa} 030c 00 {Key}", "800001 03" },
        { $"301c 300d {Rsa} 0500 030b {Key}", NotInfo },
        { $"301d 300d {Rsa} 0500 030c 01 {Key}", NotInfo },
        { $"301d 300d {Rsa} 0500 040c 00 {Key}", NotInfo },
        { $"300f 300d {Rsa} 0500", NotInfo },
        { $"3011 300d {Rsa} 0500 0300", NotInfo },
        { $"3012 300d {Rsa} 0500 0301 00", NotInfo },
        { $"301f 300d {Rsa} 0500 030c 00 {Key} 0500", NotInfo },
        { $"301e 300d {Rsa} 0500 030d 00 {Key} 00", NotInfo },
        { "3002 3001", NotInfo },
        { "3002 3000", OtherAlgorithm },
        { $"301d 300d 06092a864886f70d010102 0500 030c 00 {Key}", OtherAlgorithm },
        { "3009 3007 06052b81040022", OtherAlgorithm },
        { $"3014 300d {Rsa} 0500 0303 00 3000", NotNumbers },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Each_encoding_is_read_or_refused(string hex, string expected) =>
        Assert.Equal(expected, Outcome(Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal))));

    // Each length of a number around the places where the form of its length changes, to the longest that two octets can say.
    [Theory]
    [InlineData(1)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(254)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(2048)]
    [InlineData(65_527)]
    public void A_number_of_any_length_is_read(int length)
    {
        byte[] modulus = [0x71, .. Enumerable.Range(2, length).Select(static i => (byte)i).Take(length - 1)];
        modulus[^1] |= 1;
        byte[] inside = [0x02, .. Length(length), .. modulus, 0x02, 0x01, 0x03];
        byte[] key = [0x30, .. Length(inside.Length), .. inside];
        Assert.Equal(Convert.ToHexString(modulus) + " 03", Outcome(key));
        Assert.Equal(NotRsa, Outcome(key[..^1]));
        Assert.Equal(NotRsa, Outcome([.. key, 0]));
    }

    [Fact]
    public void Bits_are_counted_from_the_first_that_is_set()
    {
        Assert.Equal(0, RsaPublicKeyReader.BitsOf([]));
        for (var octets = 1; octets <= 4; octets++)
        {
            for (var first = 1; first < 256; first++)
            {
                byte[] number = [(byte)first, .. new byte[octets - 1]];
                Assert.Equal((8 * (octets - 1)) + Convert.ToString(first, 2).Length, RsaPublicKeyReader.BitsOf(number));
            }
        }
    }

    [Fact]
    public void Each_change_of_an_octet_has_the_approved_outcome()
    {
        List<string> lines = ["An RSA key in both encodings: what is read when an octet has each other value, is left out, is doubled, or ends the text."];
        foreach (var key in (byte[][])
        [
            Convert.FromHexString($"301d300d{Rsa}0500030c003009020400c000010201" + "03"),
            Convert.FromHexString("3082000f" + "028103" + "710203" + "0282000500c0010203"),
        ])
        {
            lines.Add($"\n{Convert.ToHexString(key)}: {Outcome(key)}");
            for (var index = 0; index < key.Length; index++)
            {
                var outcomes = Enumerable.Range(0, 256).Where(other => other != key[index])
                    .GroupBy(other => Shown(Outcome([.. key[..index], (byte)other, .. key[(index + 1)..]]))).OrderBy(static same => same.First());
                lines.Add($"{index,2} {key[index]:X2}: {string.Join("; ", outcomes.Select(same => $"{NumberRanges.Of(same, "X2")} {same.Key}"))}"
                    + $"; left out {Shown(Outcome([.. key[..index], .. key[(index + 1)..]]))}; doubled {Shown(Outcome([.. key[..(index + 1)], .. key[index..]]))}; end {Shown(Outcome(key[..index]))}");
            }
        }

        ApprovedPage.Verify("signatures", "rsa-key-edits.txt", lines);

        string Shown(string outcome) => outcome switch
        {
            NotRsa => "no key",
            NotInfo => "no info",
            NotNumbers => "no numbers",
            OtherAlgorithm => "other algorithm",
            BadNumbers => "bad numbers",
            LargeExponent => "large exponent",
            _ => outcome.StartsWith("C00001 03", StringComparison.Ordinal) || outcome.StartsWith("710203 C0010203", StringComparison.Ordinal) ? "the same" : "another key",
        };
    }

    private static byte[] Length(int length) =>
        length < 0x80 ? [(byte)length] : length < 0x100 ? [0x81, (byte)length] : [0x82, (byte)(length >> 8), (byte)length];

    private static string Outcome(byte[] key)
    {
        var numbers = RsaPublicKeyReader.Read(key, out var fault);
        Assert.Equal(numbers is null, fault is not null);
        return numbers is { } read ? $"{Convert.ToHexString(read.Modulus!)} {Convert.ToHexString(read.Exponent!)}" : fault!;
    }
}
