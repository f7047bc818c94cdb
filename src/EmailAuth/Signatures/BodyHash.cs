namespace EmailAuth.Signatures;

/// <summary>The hash of a canonical body or of its first octets (<c>l=</c>); filled when the body has ended.</summary>
internal sealed class BodyHash
{
    private readonly byte[] _value;

    public BodyHash(SignatureHash hash, long? length)
    {
        _value = new byte[hash.Length];
        Length = length;
    }

    /// <summary>How many octets of the canonical body were requested, or null for all.</summary>
    public long? Length { get; }

    /// <summary>The hash.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>How many octets the whole canonical body has.</summary>
    public long CanonicalLength { get; set; }

    /// <summary>How many octets of the canonical body the hash leaves out.</summary>
    public long UncoveredLength => Length is { } length ? Math.Max(0, CanonicalLength - length) : 0;

    /// <summary>Whether more octets were requested than the canonical body has.</summary>
    public bool IsBeyondEnd => Length > CanonicalLength;

    public Span<byte> Destination => _value;
}
