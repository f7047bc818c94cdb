using System.Diagnostics;

namespace EmailAuth.Bimi;

/// <summary>The words of what BIMI finds.</summary>
public static class BimiKeywords
{
    /// <summary>The result as BIMI draft section 7.7 writes it.</summary>
    /// <param name="code">The value.</param>
    public static string Keyword(this BimiResultCode code) => code switch
    {
        BimiResultCode.Pass => "pass",
        BimiResultCode.None => "none",
        BimiResultCode.Fail => "fail",
        BimiResultCode.TempError => "temperror",
        BimiResultCode.Declined => "declined",
        BimiResultCode.Skipped => "skipped",
        _ => throw new UnreachableException(),
    };

    /// <summary>What the evidence came to, as <c>policy.authority</c> writes it (BIMI draft section 7.7).</summary>
    /// <param name="authority">The value.</param>
    public static string Keyword(this BimiAuthorityCode authority) => authority switch
    {
        BimiAuthorityCode.Pass => "pass",
        BimiAuthorityCode.Fail => "fail",
        BimiAuthorityCode.None => "none",
        _ => throw new UnreachableException(),
    };

    /// <summary>The preference as records and results write it (<c>avp=</c>).</summary>
    internal static string Keyword(this BimiAvatarPreference preference) => preference switch
    {
        BimiAvatarPreference.Brand => "brand",
        BimiAvatarPreference.Personal => "personal",
        _ => throw new UnreachableException(),
    };

    /// <summary>The kind of a certificate as JSON writes it.</summary>
    internal static string Keyword(this MarkCertificateKind kind) => kind switch
    {
        MarkCertificateKind.Unknown => "unknown",
        MarkCertificateKind.Verified => "verified",
        MarkCertificateKind.Common => "common",
        _ => throw new UnreachableException(),
    };

    /// <summary>What is wrong with a mark certificate, as a problem names it.</summary>
    internal static string Keyword(this MarkCertificateProblemCode code) => code switch
    {
        MarkCertificateProblemCode.Unreadable => "unreadable",
        MarkCertificateProblemCode.TooLarge => "too_large",
        MarkCertificateProblemCode.NotAMarkCertificate => "not_a_mark_certificate",
        MarkCertificateProblemCode.SeveralMarkCertificates => "several_mark_certificates",
        MarkCertificateProblemCode.KeyUsage => "key_usage",
        MarkCertificateProblemCode.ExtendedKeyUsage => "extended_key_usage",
        MarkCertificateProblemCode.Algorithm => "algorithm",
        MarkCertificateProblemCode.NotYetValid => "not_yet_valid",
        MarkCertificateProblemCode.Expired => "expired",
        MarkCertificateProblemCode.DomainMismatch => "domain_mismatch",
        MarkCertificateProblemCode.MarkType => "mark_type",
        MarkCertificateProblemCode.LogotypeMissing => "logotype_missing",
        MarkCertificateProblemCode.LogotypeMalformed => "logotype_malformed",
        MarkCertificateProblemCode.LogotypeHashMismatch => "logotype_hash_mismatch",
        MarkCertificateProblemCode.LogotypeInvalid => "logotype_invalid",
        MarkCertificateProblemCode.SelfSigned => "self_signed",
        MarkCertificateProblemCode.UnknownRoot => "unknown_root",
        MarkCertificateProblemCode.Signature => "signature",
        MarkCertificateProblemCode.Chain => "chain",
        _ => throw new UnreachableException(),
    };

    /// <summary>What is wrong with an indicator, as a problem names it.</summary>
    internal static string Keyword(this SvgProblemCode code) => code switch
    {
        SvgProblemCode.TooLarge => "too_large",
        SvgProblemCode.NotUtf8 => "not_utf8",
        SvgProblemCode.NotWellFormed => "not_well_formed",
        SvgProblemCode.DocumentType => "document_type",
        SvgProblemCode.ProcessingInstruction => "processing_instruction",
        SvgProblemCode.TooDeep => "too_deep",
        SvgProblemCode.Root => "root",
        SvgProblemCode.ForeignElement => "foreign_element",
        SvgProblemCode.Element => "element",
        SvgProblemCode.Attribute => "attribute",
        SvgProblemCode.AttributeValue => "attribute_value",
        SvgProblemCode.Event => "event",
        SvgProblemCode.RepeatedId => "repeated_id",
        SvgProblemCode.Reference => "reference",
        SvgProblemCode.Text => "text",
        SvgProblemCode.Title => "title",
        SvgProblemCode.UseLoop => "use_loop",
        SvgProblemCode.TooManyElements => "too_many_elements",
        SvgProblemCode.ViewBox => "view_box",
        _ => throw new UnreachableException(),
    };
}
