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

    // RFC 8017 section 9.2: EM = 0x00 || 0x01 || PS || 0x00 || T, with at least eight octets of 0xff in PS; T is a DigestInfo in DER. Not an
    // octet of it is free: with a small exponent anyone can make a signature that opens to chosen octets around free ones.
    internal static OpenedSignature Read(ReadOnlySpan<byte> block, int digestLength)
    {
        const int fewestFill = 8;
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

        var digest = DigestOf(rest[(fill + 1)..]);
        return digest.IsEmpty
            ? other
            : new OpenedSignature { Opening = SignatureOpening.Opened, Digest = digest.Length == digestLength ? [.. digest] : [] };
    }

    // DigestInfo = SEQUENCE { SEQUENCE { OID, NULL OPTIONAL }, OCTET STRING } (RFC 8017 appendices A.2.4 and B.1); empty for anything else.
    private static ReadOnlySpan<byte> DigestOf(ReadOnlySpan<byte> info)
    {
        const byte sequence = 0x30;
        const byte oid = 0x06;
        const byte octetString = 0x04;
        if (info is not [sequence, var whole, sequence, var algorithm, oid, var named, ..] || whole != info.Length - 2 || info.Length < 6 + named)
        {
            return [];
        }

        var length = DigestLengthOf(info.Slice(6, named));
        ReadOnlySpan<byte> rest = info[(6 + named)..];
        if (algorithm == named + 4 && rest.StartsWith((ReadOnlySpan<byte>)[0x05, 0x00]))
        {
            rest = rest[2..];
        }
        else if (algorithm != named + 2)
        {
            return [];
        }

        return length > 0 && rest.Length == length + 2 && rest[0] == octetString && rest[1] == length ? rest[2..] : [];
    }

    // MD5, SHA-1, and SHA-256, SHA-384, SHA-512 and SHA-224 in the order of their last octets; 0 for another function.
    private static int DigestLengthOf(ReadOnlySpan<byte> oid) => oid switch
    {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05] => 16,
        [0x2b, 0x0e, 0x03, 0x02, 0x1a] => 20,
        [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, var last] => last switch { 1 => 32, 2 => 48, 3 => 64, 4 => 28, _ => 0 },
        _ => 0,
    };
}
