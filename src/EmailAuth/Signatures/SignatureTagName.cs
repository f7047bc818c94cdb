namespace EmailAuth.Signatures;

/// <summary>The tags that signature fields share (RFC 6376 section 3.5, RFC 8617 section 4.1), as a set.</summary>
[Flags]
internal enum SignatureTagName
{
    None = 0,
    A = 1,
    B = 1 << 1,
    Bh = 1 << 2,
    C = 1 << 3,
    Cv = 1 << 4,
    D = 1 << 5,
    H = 1 << 6,
    I = 1 << 7,
    L = 1 << 8,
    Q = 1 << 9,
    S = 1 << 10,
    T = 1 << 11,
    V = 1 << 12,
    X = 1 << 13,
    Z = 1 << 14,
}
