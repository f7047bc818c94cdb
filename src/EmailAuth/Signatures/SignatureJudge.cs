using EmailAuth.Dns;

namespace EmailAuth.Signatures;

/// <summary>Decides what DKIM and ARC decide in the same way: whether a signature's key, times and hashes hold, and how much of the body it covers.</summary>
internal sealed class SignatureJudge(SignatureOptions options, KeyCache? keys, TimeProvider time)
{
    private readonly KeyRules _keys = new(options, keys ?? new KeyCache(options));

    /// <summary>Why an algorithm is not admitted at all, or null.</summary>
    public SignatureFault? Refuse(SignatureAlgorithm algorithm) =>
        algorithm.Refuse(options.AllowRsaSha1) is { } text ? new SignatureFault(SignatureReason.AlgorithmRefused, text) : null;

    /// <summary>Judges the answer to the question for a signature's key.</summary>
    public KeyVerdict JudgeKey(SignatureFields signature, DnsResponse response) => _keys.Judge(signature.KeyName, response, signature.Algorithm);

    /// <summary>What keeps a signature with such times from counting now, in words that follow its name, or null.</summary>
    /// <param name="signedAt">When it was made (<c>t=</c>), or null.</param>
    /// <param name="expiresAt">When it expires (<c>x=</c>), or null.</param>
    public SignatureFault? JudgeTimes(DateTimeOffset? signedAt, DateTimeOffset? expiresAt)
    {
        if (options.JudgeExpiryAtSigningTime || (signedAt is null && expiresAt is null))
        {
            return null;
        }

        var now = time.GetUtcNow();
        return signedAt - now > (options.FutureTolerance ?? options.ClockSkew)
            ? new SignatureFault(SignatureReason.DatedInFuture, $"is from the future: t= is {SignatureFields.TextOf(signedAt)} (RFC 6376 section 3.5)")
            : now - expiresAt > options.ClockSkew
                ? new SignatureFault(SignatureReason.Expired, $"expired at {expiresAt:u} (RFC 6376 section 6.1.1)")
                : null;
    }

    /// <summary>Whether the signature over the header holds. What <c>h=</c> selects stays selected among the message's fields.</summary>
    /// <param name="message">The message.</param>
    /// <param name="field">Which of its fields is the signature's own.</param>
    /// <param name="signature">What that says.</param>
    /// <param name="canonicalization">How the header is prepared.</param>
    /// <param name="key">The key.</param>
    public static bool HeaderMatches(
        SignedMessage message, int field, MessageSignatureFields signature, SignatureCanonicalization canonicalization, VerificationKey key)
    {
        Span<byte> hash = stackalloc byte[SignatureHash.MaxLength];
        hash = hash[..signature.Algorithm.Hash.Length];
        using (var header = new CanonicalHeader(canonicalization))
        {
            header.AppendSelected(message.Fields, signature.FieldNames, field);
            header.AppendSignature(message.Header[field]);
            header.Hash(signature.Algorithm.Hash, hash);
        }

        return signature.IsMadeBy(key, hash);
    }

    /// <summary>Judges a signature whose key may be used (RFC 6376 sections 3.5, 6.1.3 and 8.2).</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="key">The key.</param>
    /// <param name="body">The hash of the body as it is.</param>
    /// <param name="headerMatches">Whether the signature over the header holds.</param>
    /// <param name="bodyMatches">Whether the body hash does.</param>
    public (SignatureResultCode Code, SignatureFault? Fault) Judge(
        MessageSignatureFields signature, VerificationKey key, BodyHash body, bool headerMatches, bool bodyMatches)
    {
        if (!headerMatches || !bodyMatches)
        {
            // Only a failure costs this second use of the key, and only of a signature that is checked (MaxSignatures).
            var opening = headerMatches ? SignatureOpening.Opened : signature.OpenedBy(key).Opening;
            return (SignatureResultCode.Fail, SignatureMismatch.Describe(headerMatches, opening, bodyMatches, body, signature.BodyLengthText));
        }

        // RFC 6376 section 3.5: l= must not exceed the body, also where the hash of the whole body matches.
        if (body.IsBeyondEnd)
        {
            return (SignatureResultCode.PermError, new SignatureFault(
                SignatureReason.BodyTooShort,
                $"l={signature.BodyLengthText} exceeds the canonical body of {body.CanonicalLength} octets (RFC 6376 section 3.5)"));
        }

        return body.UncoveredLength > 0 && !options.AcceptPartialBody
            ? (SignatureResultCode.Policy, new SignatureFault(
                SignatureReason.PartialBody, $"l= leaves {body.UncoveredLength} octets of the body unsigned (RFC 6376 section 8.2)"))
            : (SignatureResultCode.Pass, null);
    }
}
