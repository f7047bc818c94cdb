namespace EmailAuth.Signatures;

/// <summary>
/// The body hashes that the signatures of one message request. Each (canonicalization, hash, length) is made once. The body comes in any chunks.
/// </summary>
/// <remarks>First every <see cref="Request"/>, then <see cref="Append"/>, then <see cref="Complete"/>. Nothing of the body is kept.</remarks>
internal sealed class BodyHashes : IDisposable
{
    private SimpleBody? _simple;
    private RelaxedBody? _relaxed;
    private bool _started;

    /// <summary>Requests a hash of the body before it arrives.</summary>
    /// <param name="canonicalization">The body's canonicalization.</param>
    /// <param name="hash">The hash function.</param>
    /// <param name="length">How many octets of the canonical body count (<c>l=</c>), or null for all.</param>
    /// <returns>Where the hash will be found; the same for the same request.</returns>
    public BodyHash Request(SignatureCanonicalization canonicalization, SignatureHash hash, long? length)
    {
        if (_started)
        {
            throw new InvalidOperationException("Body hashes must be requested before the body.");
        }

        CanonicalBody body = canonicalization == SignatureCanonicalization.Relaxed
            ? _relaxed ??= new RelaxedBody()
            : _simple ??= new SimpleBody();
        return body.Request(hash, length);
    }

    public void Append(ReadOnlySpan<byte> chunk)
    {
        _started = true;
        _relaxed?.Append(chunk);
        _simple?.Append(chunk);
    }

    public void Complete()
    {
        _started = true;
        _relaxed?.Complete();
        _simple?.Complete();
    }

    public void Dispose()
    {
        _relaxed?.Dispose();
        _simple?.Dispose();
    }
}
