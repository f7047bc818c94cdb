using EmailAuth.Dkim;
using EmailAuth.Reports.Feedback;
using EmailAuth.Signatures;

namespace EmailAuth.Reports.Failures;

/// <summary>The signature that a failure report is about.</summary>
internal static class FailedSignature
{
    /// <summary>The first signature that failed, of the author domain or one above or below it if there is one; null without.</summary>
    public static DkimResult? Of(AuthenticationOutcome outcome)
    {
        DkimResult? first = null;
        foreach (var signature in outcome.Dkim?.Signatures ?? [])
        {
            if (signature is not { Code: SignatureResultCode.Fail or SignatureResultCode.PermError, Domain: { } domain, Selector: not null })
            {
                continue;
            }

            if (outcome.Author.Domain is { } author && (domain.IsEqualToOrBelow(author) || author.IsEqualToOrBelow(domain)))
            {
                return signature;
            }

            first ??= signature;
        }

        return first;
    }

    /// <summary>RFC 6591 section 3.1: the body hash differs, the key is revoked, or the signature does not verify for another reason.</summary>
    public static FailedCheck CheckOf(DkimResult signature) => signature.ReasonCode switch
    {
        "body_changed" or "body_hash_wrong" or "body_too_short" => FailedCheck.BodyHash,
        "key_revoked" => FailedCheck.Revoked,
        _ => FailedCheck.Signature,
    };
}
