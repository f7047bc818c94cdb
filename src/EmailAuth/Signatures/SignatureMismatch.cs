using System.Diagnostics;

namespace EmailAuth.Signatures;

/// <summary>Says which half of a signature of DKIM or ARC does not match, and whether its key is right (RFC 6376 section 6.1.3).</summary>
internal static class SignatureMismatch
{
    private const string OtherKey = "the key does not open it, so another key signed, or b= was damaged (RFC 8017 section 8.2.2)";

    /// <summary>Why a signature fails of which at least one half differs.</summary>
    /// <param name="headerMatches">Whether the signature over the header holds.</param>
    /// <param name="opening">What the key shows of it when it does not.</param>
    /// <param name="bodyMatches">Whether the body hash matches.</param>
    /// <param name="body">The hash of the body as it is.</param>
    /// <param name="length">The digits of <c>l=</c>, or null.</param>
    public static SignatureFault Describe(bool headerMatches, SignatureOpening opening, bool bodyMatches, BodyHash body, string? length)
    {
        if (bodyMatches)
        {
            return OfHeader(opening);
        }

        // A change behind the octets that l= counts cannot be the cause, and with l=0 no change of the body can.
        var hash = length is null || body.IsBeyondEnd ? null : $"bh= is not the hash of the first {length} octets of the body";
        var (reason, half) = (headerMatches, body.Length) switch
        {
            (false, _) => OfBoth(opening, hash is null ? "the body hash differs and so does the header signature" : $"{hash}, and the header signature differs"),
            (_, 0) => (SignatureReason.BodyHashWrong, $"{hash}: the signer made it over something else"),
            _ => (SignatureReason.BodyChanged, $"{hash ?? "the body hash differs"}: the body was changed, the signed header was not"),
        };
        return new SignatureFault(reason, body.IsBeyondEnd
            ? $"{half}; the body is shorter than l={length} (RFC 6376 section 6.1.3)"
            : $"{half} (RFC 6376 section 6.1.3)");
    }

    /// <summary>Why a seal fails (RFC 8617 section 5.1.1).</summary>
    /// <param name="opening">What the key shows of it.</param>
    public static SignatureFault OfSeal(SignatureOpening opening) => opening switch
    {
        SignatureOpening.Unknown => new(SignatureReason.ChainChanged, "a field of the chain was changed, or another key signed (RFC 8617 section 5.1.1)"),
        SignatureOpening.OtherKey => new(SignatureReason.OtherKey, $"the seal differs: {OtherKey}"),
        SignatureOpening.Opened => new(SignatureReason.ChainChanged, "a field of the chain was changed; the key is right (RFC 8617 section 5.1.1)"),
        _ => throw new UnreachableException(),
    };

    private static SignatureFault OfHeader(SignatureOpening opening) => opening switch
    {
        SignatureOpening.Unknown => new(
            SignatureReason.HeaderChanged, "the header signature differs: a signed field was changed, or another key signed (RFC 6376 section 6.1.3)"),
        SignatureOpening.OtherKey => new(SignatureReason.OtherKey, $"the header signature differs: {OtherKey}"),
        SignatureOpening.Opened => new(
            SignatureReason.HeaderChanged, "the header signature differs: a signed field was changed, the key is right (RFC 6376 section 6.1.3)"),
        _ => throw new UnreachableException(),
    };

    private static (SignatureReason Reason, string Text) OfBoth(SignatureOpening opening, string what) => opening switch
    {
        SignatureOpening.Unknown => (SignatureReason.HeaderAndBodyChanged, $"{what}: body and signed fields were changed, or another key signed"),
        SignatureOpening.OtherKey => (SignatureReason.OtherKey, $"{what}: {OtherKey}; the body was changed or is of another message"),
        SignatureOpening.Opened => (SignatureReason.HeaderAndBodyChanged, $"{what}: body and signed fields were changed, the key is right"),
        _ => throw new UnreachableException(),
    };
}
