using System.Globalization;
using EmailAuth.Dkim;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>The cause of each reason for which a signature does not pass (REASONS.md).</summary>
/// <param name="list">The mailing list that the message came through, or null.</param>
internal sealed class SignatureCauses(string? list)
{
    /// <summary>The cause for a signature that does not pass.</summary>
    public OutcomeCause Of(DkimResult signature)
    {
        var code = CodeOf(signature.ReasonCode);
        if (list is not null && code is CauseCode.BodyChanged or CauseCode.HeaderChanged or CauseCode.HeaderAndBodyChanged)
        {
            code = CauseCode.ChangedByList;
        }

        return new OutcomeCause
        {
            Code = code,
            Arguments = code == CauseCode.DnsFailure || code == CauseCode.Other || code == CauseCode.LimitExceeded
                ? [signature.Reason ?? string.Empty]
                : [DomainOf(signature), KeyOf(signature), DetailOf(code, signature)],
        };
    }

    public static string DomainOf(DkimResult signature) => signature.Domain?.ToString() ?? "the signer";

    public static string KeyOf(DkimResult signature) => signature.Signature?.KeyName.ToString() ?? "the key";

    public static string BitsOf(DkimResult signature) => signature.KeyBits?.ToString(CultureInfo.InvariantCulture) ?? "too few";

    private static CauseCode CodeOf(string? reason) => reason switch
    {
        "body_changed" => CauseCode.BodyChanged,
        "body_too_short" => CauseCode.BodyCut,
        "body_hash_wrong" => CauseCode.BodyHashWrong,
        "header_changed" => CauseCode.HeaderChanged,
        "header_and_body_changed" => CauseCode.HeaderAndBodyChanged,
        "other_key" => CauseCode.OtherKey,
        "no_key" => CauseCode.KeyMissing,
        "key_revoked" => CauseCode.KeyRevoked,
        "key_too_short" => CauseCode.KeyTooShort,
        "several_keys" or "key_syntax" or "key_type_mismatch" or "key_hash_refused" or "key_not_for_mail" or "key_too_long" => CauseCode.KeyUnusable,
        "testing_key" => CauseCode.KeyTesting,
        "expired" => CauseCode.SignatureExpired,
        "dated_in_future" => CauseCode.SignatureInFuture,
        "signature_syntax" or "signature_unsupported" or "unsigned_from" or "algorithm_refused" or "identity_not_exact" => CauseCode.SignatureUnusable,
        "partial_body" or "unsigned_copy" or "not_oversigned" => CauseCode.SignatureLeavesOpen,
        "dns_failure" => CauseCode.DnsFailure,
        "header_limit" or "signature_limit" => CauseCode.LimitExceeded,
        _ => CauseCode.Other,
    };

    private string DetailOf(CauseCode code, DkimResult signature)
    {
        if (code == CauseCode.ChangedByList)
        {
            return list!;
        }

        if (code == CauseCode.KeyTooShort)
        {
            return BitsOf(signature);
        }

        return code == CauseCode.SignatureExpired && signature.Signature?.ExpiresAt is { } time
            ? time.ToString("u", CultureInfo.InvariantCulture)
            : signature.Reason ?? string.Empty;
    }
}
