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

    private static byte[] Digest(int length) => [.. Enumerable.Range(1, length).Select(static number => (byte)number)];

    private static byte[] DigestInfo(byte[] oid, byte[] parameters, int length)
    {
        byte[] algorithm = [0x30, (byte)(2 + oid.Length + parameters.Length), 0x06, (byte)oid.Length, .. oid, .. parameters];
        byte[] inside = [.. algorithm, 0x04, (byte)length, .. Digest(length)];
        return [0x30, (byte)inside.Length, .. inside];
    }

    private static byte[] Padded(byte[] info, int fill = 20) => [0, 1, .. Enumerable.Repeat((byte)0xff, fill), 0, .. info];
}
