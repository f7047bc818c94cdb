using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>What a public key opened (RFC 8017 section 9.2): the digest, of whichever hash function it is.</summary>
public class OpenedSignatureTests
{
    // RFC 8017 appendix B.1: the octets of the object identifiers, and how long the digests are.
    public static TheoryData<string, string, int> Functions => new()
    {
        { "MD5", "2a864886f70d0205", 16 },
        { "SHA-1", "2b0e03021a", 20 },
        { "SHA-224", "608648016503040204", 28 },
        { "SHA-256", "608648016503040201", 32 },
        { "SHA-384", "608648016503040202", 48 },
        { "SHA-512", "608648016503040203", 64 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void The_digest_of_each_function_is_found_with_and_without_parameters(string function, string oid, int length)
    {
        foreach (var parameters in (byte[][])[[], [0x05, 0x00]])
        {
            var info = DigestInfo(Convert.FromHexString(oid), parameters, length);
            var opened = OpenedSignature.Read(Padded(info), length);
            Assert.True(opened.Opening == SignatureOpening.Opened, function);
            Assert.Equal(Digest(length), opened.Digest);
            Assert.Equal(SignatureOpening.OtherKey, OpenedSignature.Read(Padded(DigestInfo(Convert.FromHexString(oid), parameters, length - 1)), length).Opening);
            Assert.Equal(SignatureOpening.OtherKey, OpenedSignature.Read(Padded([.. info, 0]), length).Opening);
            Assert.Equal(SignatureOpening.OtherKey, OpenedSignature.Read(Padded(info[..^1]), length).Opening);
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Another_identifier_is_not_opened(string function, string oid, int length)
    {
        var name = Convert.FromHexString(oid);
        for (var index = 0; index < name.Length; index++)
        {
            byte[] other = [.. name];
            other[index] ^= 0x40;
            Assert.True(OpenedSignature.Read(Padded(DigestInfo(other, [], length)), length).Opening == SignatureOpening.OtherKey, $"{function}, octet {index}");
        }
    }

    [Fact]
    public void A_digest_of_another_length_than_the_algorithms_is_opened_and_empty()
    {
        var opened = OpenedSignature.Read(Padded(DigestInfo(Convert.FromHexString("2b0e03021a"), [], 20)), 32);
        Assert.Equal(SignatureOpening.Opened, opened.Opening);
        Assert.Empty(opened.Digest);
    }

    [Theory]
    [InlineData(8, SignatureOpening.Opened)]
    [InlineData(7, SignatureOpening.OtherKey)]
    public void Eight_octets_are_filled_at_least(int fill, SignatureOpening expected) => Assert.Equal(
        expected, OpenedSignature.Read(Padded(DigestInfo(Convert.FromHexString("608648016503040201"), [], 32), fill), 32).Opening);

    // Not an octet is free (RFC 8017 section 9.2), but those of the digest itself and one of the fill that is as many.
    [Theory]
    [MemberData(nameof(Functions))]
    public void No_other_octet_opens_anywhere_outside_of_the_digest(string function, string oid, int length)
    {
        foreach (var parameters in (byte[][])[[], [0x05, 0x00]])
        {
            var block = Padded(DigestInfo(Convert.FromHexString(oid), parameters, length), 8);
            var opened = new List<string>();
            for (var index = 0; index < block.Length - length; index++)
            {
                for (var other = 0; other < 256; other++)
                {
                    byte[] changed = [.. block];
                    changed[index] = (byte)other;
                    if (OpenedSignature.Read(changed, length).Opening == SignatureOpening.Opened)
                    {
                        opened.Add($"{index} {other:x2}");
                    }
                }
            }

            Assert.True(opened.SequenceEqual(Enumerable.Range(0, block.Length - length).Select(index => $"{index} {block[index]:x2}")), $"{function}: {string.Join(", ", opened)}");
            for (var end = 0; end < block.Length; end++)
            {
                Assert.Equal(SignatureOpening.OtherKey, OpenedSignature.Read(block.AsSpan(0, end), length).Opening);
                Assert.Equal(SignatureOpening.OtherKey, OpenedSignature.Read([.. block[..end], .. block[(end + 1)..]], length).Opening);
            }
        }
    }

    // Blocks that say in their own lengths more or less than they hold, and functions that are not known.
    [Theory]
    [InlineData("", SignatureOpening.OtherKey)]
    [InlineData("00", SignatureOpening.OtherKey)]
    [InlineData("0001", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff003003300106", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff0030043002060a", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00300430020600", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff003006300206000400", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff0030083004060205050400", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff003009300406022a03040101", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00301030 0b 0609608648016503040205 040155", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00301030 0b 0609608648016503040200 040155", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00301d30 07 06052b0e03021a 0414 0102030405060708090a0b0c0d0e0f1011121314", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00301f30 07 06052b0e03021a 0414 0102030405060708090a0b0c0d0e0f1011121314", SignatureOpening.Opened)]
    [InlineData("0001ffffffffffffffff00301e30 07 06052b0e03021a 0414 0102030405060708090a0b0c0d0e0f10111213", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00302030 09 06052b0e03021a 0500 0414 0102030405060708090a0b0c0d0e0f10111213", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00300c30 07 06052b0e03021a 0414 01", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00300930 07 06052b0e03021a", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00301f30 09 06052b0e03021a 0414 0102030405060708090a0b0c0d0e0f1011121314", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00302130 09 06052b0e03021a 0500 0414 0102030405060708090a0b0c0d0e0f1011121314", SignatureOpening.Opened)]
    [InlineData("0001ffffffffffffffff00302130 07 06052b0e03021a 0500 0414 0102030405060708090a0b0c0d0e0f1011121314", SignatureOpening.OtherKey)]
    [InlineData("0001ffffffffffffffff00302130 09 06052b0e03021a 0501 0414 0102030405060708090a0b0c0d0e0f1011121314", SignatureOpening.OtherKey)]
    public void Blocks_are_opened_by_their_very_octets(string hex, SignatureOpening expected)
    {
        var opened = OpenedSignature.Read(Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal)), 20);
        Assert.Equal(expected, opened.Opening);
        Assert.Equal(expected == SignatureOpening.Opened ? Digest(20) : [], opened.Digest);
    }

    [Fact]
    public void Without_a_digest_there_is_an_empty_one() => Assert.Empty(default(OpenedSignature).Digest);

    private static byte[] Digest(int length) => [.. Enumerable.Range(1, length).Select(static number => (byte)number)];

    private static byte[] DigestInfo(byte[] oid, byte[] parameters, int length)
    {
        byte[] algorithm = [0x30, (byte)(2 + oid.Length + parameters.Length), 0x06, (byte)oid.Length, .. oid, .. parameters];
        byte[] inside = [.. algorithm, 0x04, (byte)length, .. Digest(length)];
        return [0x30, (byte)inside.Length, .. inside];
    }

    private static byte[] Padded(byte[] info, int fill = 20) => [0, 1, .. Enumerable.Repeat((byte)0xff, fill), 0, .. info];
}
