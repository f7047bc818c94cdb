namespace EmailAuth.Signatures;

/// <summary>
/// A private key that signs: one from a PEM file (<see cref="PemSigningKey"/>), or one in a vault or a hardware module that never gives it away.
/// Thread-safe.
/// </summary>
/// <example>
/// <code>
/// using EmailAuth.Dkim;
/// using EmailAuth.Signatures;
/// using EmailAuth.Syntax;
///
/// var signer = new DkimSigner([new DkimSigningIdentity { Domain = DomainName.Parse("example.com").Value!, Selector = "s1", Key = new VaultKey() }]);
/// DkimSigning signing = await signer.SignAsync("From: joe@example.com\r\n\r\nHello\r\n"u8.ToArray());
/// Console.WriteLine($"{signing.Fields.Length} signed by a vault");
///
/// // A key in a vault: it gets the hash, and gives back the signature.
/// internal sealed class VaultKey : ISigningKey
/// {
///     public string Algorithm => "rsa-sha256";
///
///     public int Bits => 2048;
///
///     public ValueTask&lt;byte[]&gt; SignAsync(ReadOnlyMemory&lt;byte&gt; hash, CancellationToken cancellationToken) =>
///         ValueTask.FromResult(new byte[256]); // here the vault would sign
/// }
/// </code>
/// </example>
public interface ISigningKey
{
    /// <summary>The algorithm as <c>a=</c> writes it: <c>rsa-sha256</c> (RFC 6376 section 3.3.2) or <c>ed25519-sha256</c> (RFC 8463).</summary>
    string Algorithm { get; }

    /// <summary>The size in bits: of the modulus for RSA, 256 for Ed25519.</summary>
    int Bits { get; }

    /// <summary>Signs.</summary>
    /// <param name="hash">
    /// The 32 octets of the SHA-256 hash of what is signed. RSA signs it with PKCS#1 version 1.5 as the hash of SHA-256; Ed25519 signs it as its message
    /// (RFC 8463 section 3).
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The octets of the signature. What the method throws comes out of the signer.</returns>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> hash, CancellationToken cancellationToken);
}
