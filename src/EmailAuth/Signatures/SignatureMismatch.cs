namespace EmailAuth.Signatures;

/// <summary>Says which half of a signature of DKIM or ARC does not match (RFC 6376 section 6.1.3).</summary>
internal static class SignatureMismatch
{
    /// <summary>Why a signature fails of which at least one half differs.</summary>
    /// <param name="headerMatches">Whether the signature over the header holds.</param>
    /// <param name="bodyMatches">Whether the body hash does.</param>
    /// <param name="body">The hash of the body as it is.</param>
    /// <param name="length">The digits of <c>l=</c>, or null.</param>
    public static SignatureFault Describe(bool headerMatches, bool bodyMatches, BodyHash body, string? length)
    {
        if (bodyMatches)
        {
            return new SignatureFault(
                SignatureReason.HeaderChanged, "the header signature differs: a signed field was changed, or another key signed (RFC 6376 section 6.1.3)");
        }

        // A change behind the octets that l= counts cannot be the cause, and with l=0 no change of the body can.
        var hash = length is null || body.IsBeyondEnd ? null : $"bh= is not the hash of the first {length} octets of the body";
        var (reason, half) = (headerMatches, body.Length) switch
        {
            (false, _) => (SignatureReason.HeaderAndBodyChanged, $"{(hash is null ? "the body hash differs and so does the header signature" : $"{hash}, and the header signature differs")}: body and signed fields were changed, or another key signed"),
            (_, 0) => (SignatureReason.BodyHashWrong, $"{hash}: the signer made it over something else"),
            _ => (SignatureReason.BodyChanged, $"{hash ?? "the body hash differs"}: the body was changed, the signed header was not"),
        };
        return new SignatureFault(reason, body.IsBeyondEnd
            ? $"{half}; the body is shorter than l={length} (RFC 6376 section 6.1.3)"
            : $"{half} (RFC 6376 section 6.1.3)");
    }
}
