using System.Globalization;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Cli.Output;

/// <summary>Why a method has its result, in a few words for the answer. The evidence below it has the whole reason.</summary>
internal static class ResultWords
{
    public static string Of(SpfResult spf)
    {
        var client = spf.Client?.ToString() ?? "the client";
        return spf.ReasonCode switch
        {
            "match" or "no_match" => OfMatch(spf, client),
            "no_client" => "not checked: the client's address is not known",
            "reverse_path_syntax" => "MAIL FROM is not an address",
            "address_literal" or "helo_syntax" or "single_label" => "there is no domain to check",
            "no_record" => "the domain has no SPF record",
            "several_records" => "the domain has several SPF records",
            "record_syntax" or "record_too_long" or "invalid_target" => "the SPF record is not valid",
            "target_without_record" => "an include or redirect leads to no SPF record",
            "lookup_limit" or "void_lookup_limit" or "mail_host_limit" => "the SPF record needs too many DNS lookups",
            "dns_failure" => "a DNS lookup failed",
            "time_limit" => "the DNS lookups took too long",
            _ => spf.Reason,
        };
    }

    public static string Of(DkimResult signature)
    {
        var key = signature.Selector is { } selector ? $"key {selector}" : "no key";
        return signature.ReasonCode switch
        {
            null when signature.Code == SignatureResultCode.Pass => $"the signature is valid ({key}{Bits(signature)})",
            "body_changed" => $"the body was changed after signing ({key} is fine)",
            "body_too_short" => $"a part of the body was removed after signing ({key} is fine)",
            "body_hash_wrong" => "the signer made a wrong body hash",
            "header_changed" => $"the header was changed after signing{Replaced(signature, key)}",
            "header_and_body_changed" => $"header and body were changed after signing{Replaced(signature, key)}",
            "other_key" => $"{key} did not make the signature, or it was damaged",
            "no_key" => $"there is no {key}",
            "several_keys" => $"there are several keys {signature.Selector}",
            "key_revoked" => $"{key} is revoked",
            "key_too_short" => $"{key} is too short{Bits(signature)}",
            "key_too_long" => $"{key} is too long{Bits(signature)}",
            "key_syntax" => $"{key} is not valid",
            "key_type_mismatch" or "key_hash_refused" => $"{key} is for another algorithm",
            "key_not_for_mail" => $"{key} is not for mail",
            "identity_not_exact" => $"{key} is not for this identity",
            "testing_key" => "the domain is testing DKIM",
            "expired" => "the signature has expired",
            "dated_in_future" => "the signature is dated in the future",
            "signature_syntax" => "the signature field is malformed",
            "signature_unsupported" => "the kind of signature is unknown",
            "unsigned_from" => "the signature does not cover From",
            "algorithm_refused" => "the algorithm can be forged",
            "partial_body" => "a part of the body is not signed",
            "unsigned_copy" => "the message has a further field that is not signed",
            "not_oversigned" => "a field could be added without breaking the signature",
            "dns_failure" => "the key cannot be looked up now",
            "signature_limit" => "not checked: the message has too many signatures",
            "header_limit" => "not checked: the header is too large",
            _ => signature.Reason ?? string.Empty,
        };
    }

    public static string Of(ArcResult arc) =>
        arc.Code == ArcResultCode.Pass ? $"sealed by {string.Join(", ", arc.Sets.Select(static set => set.Seal.Domain))} (the newest first)"
        : arc.IsClosed ? "a hop closed the chain: it did not pass there"
        : arc.Reason ?? string.Empty;

    private static string OfMatch(SpfResult spf, string client)
    {
        var term = spf.MatchedMechanism is { } mechanism ? $" ({mechanism})" : string.Empty;
        return spf.Code == SpfResultCode.Pass ? $"{client} may send for it{term}"
            : spf.Code == SpfResultCode.Fail ? $"{client} may not send for it{term}"
            : spf.Code == SpfResultCode.SoftFail ? $"{client} probably may not send for it{term}"
            : $"the SPF record does not say whether {client} may send{term}";
    }

    // An RSA key shows whether it made the signature, and then the reason is another one.
    private static string Replaced(DkimResult signature, string key) =>
        signature.Signature?.AlgorithmName.StartsWith("rsa-", StringComparison.Ordinal) is true ? $" ({key} is fine)" : $", or {key} was replaced";

    private static string Bits(DkimResult signature) =>
        signature.KeyBits is { } bits ? string.Create(CultureInfo.InvariantCulture, $", {bits} bits") : string.Empty;
}
