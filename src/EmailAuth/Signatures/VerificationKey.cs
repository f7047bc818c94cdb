namespace EmailAuth.Signatures;

/// <summary>
/// A public key ready for use, or why a record does not hold one: then no signature verifies with it. Immutable to its users and
/// thread-safe; made from a record's text alone.
/// </summary>
internal class VerificationKey
{
    /// <summary>The record, or null when it is malformed.</summary>
    public KeyRecord? Record { get; init; }

    /// <summary>Why the key cannot be used, or null.</summary>
    public SignatureFault? Fault { get; init; }

    /// <summary>The size of the key: of the modulus for RSA, 256 for Ed25519; 0 without a key.</summary>
    public int Bits { get; init; }

    /// <summary>Makes the key of a record.</summary>
    /// <param name="text">The text of the TXT record.</param>
    /// <param name="options">Which keys are known and how they are prepared, or null for <see cref="SignatureOptions.Default"/>.</param>
    public static VerificationKey Parse(string text, SignatureOptions? options = null)
    {
        var parsed = KeyRecord.Parse(text);
        if (!parsed.IsSuccess)
        {
            return new VerificationKey { Fault = Malformed(parsed.Error.Reason) };
        }

        return Of(parsed.Value, options);
    }

    /// <summary>Makes the key of a record that is well-formed.</summary>
    /// <param name="record">The record.</param>
    /// <param name="options">Which keys are known and how they are prepared, or null for <see cref="SignatureOptions.Default"/>.</param>
    public static VerificationKey Of(KeyRecord record, SignatureOptions? options = null)
    {
        options ??= SignatureOptions.Default;
        if (record.IsRevoked)
        {
            var revoked = new SignatureFault(SignatureReason.KeyRevoked, "the key is revoked: p= is empty (RFC 6376 section 3.6.1)");
            return new VerificationKey { Record = record, Fault = revoked };
        }

        return options.Algorithms.FindKeyType(record.KeyType) is { } type
            ? type.ReadPublic(record, options)
            : new VerificationKey
            {
                Record = record,
                Fault = new SignatureFault(SignatureReason.KeyTypeMismatch, "the key record names an unknown key type in k= (RFC 6376 section 3.6.1)"),
            };
    }

    /// <summary>What is wrong with a record, or a key in it, that cannot be read.</summary>
    public static SignatureFault Malformed(string what) => new(SignatureReason.KeySyntax, $"the key record is malformed: {what}");

    /// <summary>Whether a signature was made over a hash with this key's private half.</summary>
    /// <param name="hash">The function that made the hash.</param>
    /// <param name="value">The hash of what was signed.</param>
    /// <param name="signature">The octets of <c>b=</c>.</param>
    public virtual bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature) => false;

    /// <summary>What the key shows of a signature that it does not verify. Costs about as much as a verification.</summary>
    /// <param name="hash">The function of the signature's algorithm.</param>
    /// <param name="signature">The octets of <c>b=</c>.</param>
    public virtual OpenedSignature Open(SignatureHash hash, ReadOnlySpan<byte> signature) => default;
}
