using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmailAuth.Signatures;

/// <summary>Why a signature of DKIM or ARC does not pass. A result gives it as a word (<see cref="SignatureReasonKeyword.Keyword"/>) beside the text.</summary>
internal enum SignatureReason
{
    /// <summary>The signature field does not follow its grammar (RFC 6376 section 3.5, RFC 8617 section 4.1.2).</summary>
    SignatureSyntax,

    /// <summary>The field is well-formed, but its version, algorithm, canonicalization or query method is unknown.</summary>
    SignatureUnsupported,

    /// <summary>The signature does not cover From (RFC 6376 section 5.4).</summary>
    UnsignedFrom,

    /// <summary>The algorithm can be forged: <c>rsa-sha1</c> (RFC 8301 section 3.1).</summary>
    AlgorithmRefused,

    /// <summary>The time of signing is in the future.</summary>
    DatedInFuture,

    /// <summary>The signature has expired.</summary>
    Expired,

    /// <summary>The message has more signatures than are checked.</summary>
    SignatureLimit,

    /// <summary>The header exceeds a limit, so signatures were not looked for.</summary>
    HeaderLimit,

    /// <summary>This machine cannot hash or verify.</summary>
    PlatformFault,

    /// <summary>The key could not be looked up; a later attempt may succeed.</summary>
    DnsFailure,

    /// <summary>There is no key record.</summary>
    NoKey,

    /// <summary>There is more than one key record.</summary>
    SeveralKeys,

    /// <summary>The key record, or the key in it, is malformed.</summary>
    KeySyntax,

    /// <summary>The key is revoked.</summary>
    KeyRevoked,

    /// <summary>The key is of another type, known or not, than the signature's algorithm needs.</summary>
    KeyTypeMismatch,

    /// <summary>The key record does not admit the hash of the signature's algorithm.</summary>
    KeyHashRefused,

    /// <summary>The key record does not admit mail.</summary>
    KeyNotForMail,

    /// <summary>The key has too few bits.</summary>
    KeyTooShort,

    /// <summary>The key has too many bits.</summary>
    KeyTooLong,

    /// <summary>The key record asks for the same domain in <c>i=</c> and <c>d=</c>.</summary>
    IdentityNotExact,

    /// <summary>A signed header field was changed; with a key that only verifies (Ed25519), or another key signed.</summary>
    HeaderChanged,

    /// <summary>The signed part of the body was changed.</summary>
    BodyChanged,

    /// <summary>Header and body were changed; with a key that only verifies (Ed25519), or another key signed.</summary>
    HeaderAndBodyChanged,

    /// <summary>The key does not open the signature: another key signed, or <c>b=</c> was damaged (RFC 8017 section 8.2.2).</summary>
    OtherKey,

    /// <summary>The signer made the body hash over something else: no change of the body can be the cause.</summary>
    BodyHashWrong,

    /// <summary>The body has fewer octets than <c>l=</c> says.</summary>
    BodyTooShort,

    /// <summary>A part of the body is not signed.</summary>
    PartialBody,

    /// <summary>The message has a further, different and unsigned instance of a signed field.</summary>
    UnsignedCopy,

    /// <summary>A field that must be named once more than the message has it is not.</summary>
    NotOversigned,

    /// <summary>The domain is testing DKIM, and such keys do not count here.</summary>
    TestingKey,

    /// <summary>Of a seal: a field of the chain was changed, or another key signed (RFC 8617 section 5.1.1).</summary>
    ChainChanged,
}

/// <summary>Why a signature does not pass: the reason and its text, always together.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">The same in one line for people.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SignatureFault(SignatureReason Reason, string Text)
{
    /// <summary>The reason as results and JSON give it.</summary>
    public string Word => Reason.Keyword();
}

/// <summary>The words of the reasons.</summary>
internal static class SignatureReasonKeyword
{
    /// <summary>The reason as results and JSON give it. A word never changes.</summary>
    public static string Keyword(this SignatureReason reason) => reason switch
    {
        SignatureReason.SignatureSyntax => "signature_syntax",
        SignatureReason.SignatureUnsupported => "signature_unsupported",
        SignatureReason.UnsignedFrom => "unsigned_from",
        SignatureReason.AlgorithmRefused => "algorithm_refused",
        SignatureReason.DatedInFuture => "dated_in_future",
        SignatureReason.Expired => "expired",
        SignatureReason.SignatureLimit => "signature_limit",
        SignatureReason.HeaderLimit => "header_limit",
        SignatureReason.PlatformFault => "platform_fault",
        SignatureReason.DnsFailure => "dns_failure",
        SignatureReason.NoKey => "no_key",
        SignatureReason.SeveralKeys => "several_keys",
        SignatureReason.KeySyntax => "key_syntax",
        SignatureReason.KeyRevoked => "key_revoked",
        SignatureReason.KeyTypeMismatch => "key_type_mismatch",
        SignatureReason.KeyHashRefused => "key_hash_refused",
        SignatureReason.KeyNotForMail => "key_not_for_mail",
        SignatureReason.KeyTooShort => "key_too_short",
        SignatureReason.KeyTooLong => "key_too_long",
        SignatureReason.IdentityNotExact => "identity_not_exact",
        SignatureReason.HeaderChanged => "header_changed",
        SignatureReason.BodyChanged => "body_changed",
        SignatureReason.HeaderAndBodyChanged => "header_and_body_changed",
        SignatureReason.OtherKey => "other_key",
        SignatureReason.BodyHashWrong => "body_hash_wrong",
        SignatureReason.BodyTooShort => "body_too_short",
        SignatureReason.PartialBody => "partial_body",
        SignatureReason.UnsignedCopy => "unsigned_copy",
        SignatureReason.NotOversigned => "not_oversigned",
        SignatureReason.TestingKey => "testing_key",
        SignatureReason.ChainChanged => "chain_changed",
        _ => throw new UnreachableException(),
    };
}
