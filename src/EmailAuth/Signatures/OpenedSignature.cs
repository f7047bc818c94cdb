using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmailAuth.Signatures;

/// <summary>A signature that a public key was applied to (RFC 8017 section 8.2.2, without the comparison). Immutable.</summary>
[DebuggerDisplay("{Opening}")]
[StructLayout(LayoutKind.Auto)]
public readonly struct OpenedSignature
{
    private readonly ImmutableArray<byte> _digest;

    /// <summary>What was found.</summary>
    public SignatureOpening Opening { get; init; }

    /// <summary>
    /// The digest that the signature was made over; empty when it was not opened, or when the digest is not of the length that the
    /// signature's algorithm has.
    /// </summary>
    public ImmutableArray<byte> Digest
    {
        get => _digest.IsDefault ? [] : _digest;
        init => _digest = value;
    }

    // RFC 8017 section 9.2: EM = 0x00 || 0x01 || PS || 0x00 || T, with at least eight octets of 0xff in PS; T is a DigestInfo in DER, a
    // sequence at whose end the octet string of the digest is.
    internal static OpenedSignature Read(ReadOnlySpan<byte> block, int digestLength)
    {
        const int fewestFill = 8;
        const byte sequence = 0x30;
        const byte octetString = 0x04;
        var other = new OpenedSignature { Opening = SignatureOpening.OtherKey };
        if (block is not [0x00, 0x01, .. var rest])
        {
            return other;
        }

        var fill = rest.IndexOfAnyExcept((byte)0xff);
        if (fill < fewestFill || rest[fill] != 0x00)
        {
            return other;
        }

        var info = rest[(fill + 1)..];
        var isExpected = info.Length > digestLength + 2 && info[0] == sequence && info[^(digestLength + 2)] == octetString && info[^(digestLength + 1)] == digestLength;
        return new OpenedSignature { Opening = SignatureOpening.Opened, Digest = isExpected ? [.. info[^digestLength..]] : [] };
    }
}
