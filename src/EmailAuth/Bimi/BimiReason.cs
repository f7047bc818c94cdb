using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EmailAuth.Bimi;

/// <summary>Why BIMI is not a plain pass. <see cref="BimiResult.ReasonCode"/> gives it as a word beside the text.</summary>
internal enum BimiReason
{
    /// <summary>The message does not have exactly one author address.</summary>
    NoAuthor,

    /// <summary>The DMARC result is not pass.</summary>
    DmarcNotPass,

    /// <summary>DMARC could not be decided; a later attempt may succeed.</summary>
    DmarcUndecided,

    /// <summary>The DMARC pass depends on a DKIM key of a domain that is testing DKIM.</summary>
    TestingKey,

    /// <summary>There is no DMARC record of its own at the author domain or the organizational domain.</summary>
    NoDmarcRecord,

    /// <summary>The DMARC policy is <c>none</c>, or none applies.</summary>
    PolicyNone,

    /// <summary>The DMARC policy for subdomains is <c>none</c>.</summary>
    SubdomainPolicyNone,

    /// <summary>The DMARC policy is in test mode.</summary>
    PolicyTesting,

    /// <summary>The DMARC policy applies to a part of the messages only.</summary>
    PolicyPercentage,

    /// <summary>The message has more than one BIMI-Selector field.</summary>
    SeveralSelectors,

    /// <summary>The BIMI-Selector field is malformed.</summary>
    SelectorSyntax,

    /// <summary>The record could not be looked up; a later attempt may succeed.</summary>
    DnsFailure,

    /// <summary>There is no BIMI record.</summary>
    NoRecord,

    /// <summary>There is more than one BIMI record at a name.</summary>
    SeveralRecords,

    /// <summary>The BIMI record is malformed.</summary>
    RecordSyntax,

    /// <summary>The domain owner declines to publish an indicator.</summary>
    Declined,

    /// <summary>The record names evidence but no indicator.</summary>
    NoIndicator,

    /// <summary>This machine cannot hash or verify.</summary>
    PlatformFault,

    /// <summary>The record names no evidence, and the receiver requires it.</summary>
    NoEvidence,

    /// <summary>The evidence could not be fetched; a later attempt may succeed.</summary>
    EvidenceUnavailable,

    /// <summary>The evidence was not fetched, as its location or what the server answers is refused.</summary>
    EvidenceRefused,

    /// <summary>The mark certificate is not valid for the domain; its problems say why.</summary>
    EvidenceInvalid,

    /// <summary>The indicator could not be fetched; a later attempt may succeed.</summary>
    IndicatorUnavailable,

    /// <summary>The indicator was not fetched, as its location or what the server answers is refused.</summary>
    IndicatorRefused,

    /// <summary>The indicator is too large, or its compression is broken.</summary>
    IndicatorUnreadable,

    /// <summary>The indicator is not SVG Tiny PS; its problems say why.</summary>
    IndicatorInvalid,

    /// <summary>The indicator is not the image in the mark certificate.</summary>
    IndicatorMismatch,
}

/// <summary>Why BIMI is not a plain pass: the reason and its text, always together.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Text">The same in one line for people.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BimiFault(BimiReason Reason, string Text);

/// <summary>The words of the reasons.</summary>
internal static class BimiReasonKeyword
{
    /// <summary>The reason as <see cref="BimiResult.ReasonCode"/> gives it. A word never changes.</summary>
    public static string Keyword(this BimiReason reason) => reason switch
    {
        BimiReason.NoAuthor => "no_author",
        BimiReason.DmarcNotPass => "dmarc_not_pass",
        BimiReason.DmarcUndecided => "dmarc_undecided",
        BimiReason.TestingKey => "testing_key",
        BimiReason.NoDmarcRecord => "no_dmarc_record",
        BimiReason.PolicyNone => "policy_none",
        BimiReason.SubdomainPolicyNone => "subdomain_policy_none",
        BimiReason.PolicyTesting => "policy_testing",
        BimiReason.PolicyPercentage => "policy_percentage",
        BimiReason.SeveralSelectors => "several_selectors",
        BimiReason.SelectorSyntax => "selector_syntax",
        BimiReason.DnsFailure => "dns_failure",
        BimiReason.NoRecord => "no_record",
        BimiReason.SeveralRecords => "several_records",
        BimiReason.RecordSyntax => "record_syntax",
        BimiReason.Declined => "declined",
        BimiReason.NoIndicator => "no_indicator",
        BimiReason.PlatformFault => "platform_fault",
        BimiReason.NoEvidence => "no_evidence",
        BimiReason.EvidenceUnavailable => "evidence_unavailable",
        BimiReason.EvidenceRefused => "evidence_refused",
        BimiReason.EvidenceInvalid => "evidence_invalid",
        BimiReason.IndicatorUnavailable => "indicator_unavailable",
        BimiReason.IndicatorRefused => "indicator_refused",
        BimiReason.IndicatorUnreadable => "indicator_unreadable",
        BimiReason.IndicatorInvalid => "indicator_invalid",
        BimiReason.IndicatorMismatch => "indicator_mismatch",
        _ => throw new UnreachableException(),
    };
}
