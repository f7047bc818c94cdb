using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Tls;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Reading;

/// <summary>What the mail around a report means for the report: who signed it, and whether its header says the same.</summary>
internal static class MailChecks
{
    /// <summary>Who signed the mail: RFC 8460 section 3, RFC 9477 section 3.4, RFC 9990 section 3.5.2.</summary>
    public static void CheckSignature(ReportMail mail, ReportKind kind, FeedbackReport? feedback, ReportFindings findings)
    {
        if (mail.Authentication is not { } outcome)
        {
            findings.AddFinding(ReportFindingCode.MailNotVerified, null);
            return;
        }

        var author = outcome.Author.Domain;

        // A key for TLS reports alone says nothing about other mail (RFC 6376 section 3.6.1).
        var passed = outcome.Dkim?.Signatures.FirstOrDefault(signature =>
            IsOf(signature, author) && signature.Code == SignatureResultCode.Pass && (signature.IsKeyForMail || kind == ReportKind.Tls));
        if (passed is null)
        {
            AddUnsigned(outcome, author, kind, feedback, findings);
        }
        else if (kind == ReportKind.Tls)
        {
            CheckTlsSignature(passed, findings);
        }
    }

    /// <summary>The form of the mail of a TLS report (RFC 8460 section 5.3), and where it differs from the report, which counts (section 5.6).</summary>
    public static void CheckTls(ReportMail mail, MessageNode node, TlsReport report, ReportFindings findings)
    {
        if (node.Multipart is not { ReportType: "tlsrpt", MediaType: "multipart/report" })
        {
            findings.AddFinding(ReportFindingCode.TlsMailForm, null);
        }

        if (mail.TlsReportDomain is not { } domain)
        {
            findings.AddFinding(ReportFindingCode.TlsMailFieldMissing, "TLS-Report-Domain", "TLS-Report-Domain");
        }
        else if (report.Policies.FirstOrDefault(static policy => policy.Domain is not null)?.Domain is { } first
            && !report.Policies.Any(policy => string.Equals(policy.Domain?.TrimEnd('.'), domain.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)))
        {
            findings.AddFinding(ReportFindingCode.MailDisagrees, "TLS-Report-Domain", domain, first);
        }

        if (mail.TlsReportSubmitter is not { } submitter)
        {
            findings.AddFinding(ReportFindingCode.TlsMailFieldMissing, "TLS-Report-Submitter", "TLS-Report-Submitter");
        }
        else if (FieldText.DomainOf(report.ContactInfo) is { } contact && !string.Equals(contact, submitter.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
        {
            findings.AddFinding(ReportFindingCode.TlsSubmitterDiffers, "TLS-Report-Submitter", submitter, contact);
        }
    }

    /// <summary>Whether the subject names the domain of the report (RFC 9990 section 3.5.2, RFC 8460 section 5.3).</summary>
    public static void CheckSubject(ReportMail mail, string? domain, ReportFindings findings)
    {
        const string Words = "Report Domain:";
        if (mail.Subject is not { } subject || string.IsNullOrEmpty(domain) || subject.IndexOf(Words, StringComparison.OrdinalIgnoreCase) is not (>= 0 and var start))
        {
            return;
        }

        var rest = subject.AsSpan(start + Words.Length).TrimStart();
        var end = rest.IndexOfAny(' ', '\t');
        var named = (end < 0 ? rest : rest[..end]).Trim("{};,.<>");
        if (!named.Equals(domain.AsSpan().TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
        {
            findings.AddFinding(ReportFindingCode.MailDisagrees, "Subject", named.ToString(), domain);
        }
    }

    private static void AddUnsigned(AuthenticationOutcome outcome, DomainName? author, ReportKind kind, FeedbackReport? feedback, ReportFindings findings)
    {
        var domain = author?.ToString() ?? "the author";
        var best = outcome.Dkim?.Signatures.Where(signature => IsOf(signature, author)).Select(static signature => signature.Code.Keyword()).FirstOrDefault() ?? "none";
        if (outcome.Dkim?.Signatures.Any(signature => signature.Code == SignatureResultCode.TempError && IsOf(signature, author)) is true)
        {
            findings.AddFinding(ReportFindingCode.MailUndecided, null, domain);
        }
        else if (kind == ReportKind.Tls)
        {
            findings.AddFinding(ReportFindingCode.TlsMailNotSigned, null, domain, best);
        }
        else if (feedback is { IsCfbl: true })
        {
            findings.AddFinding(ReportFindingCode.CfblMailNotSigned, null, domain, best);
        }
        else if (outcome.Dmarc?.Code != DmarcResultCode.Pass)
        {
            findings.AddFinding(ReportFindingCode.MailNotSigned, null, domain, best);
        }
    }

    private static void CheckTlsSignature(DkimResult signature, ReportFindings findings)
    {
        if (signature.Signature?.BodyLength is not null)
        {
            findings.AddFinding(ReportFindingCode.TlsSignatureHasLength, null, signature.Domain!.ToString());
        }

        if (!signature.IsKeyForTlsReports)
        {
            findings.AddFinding(ReportFindingCode.TlsKeyWithoutService, null, signature.Domain!.ToString());
        }
    }

    // The signer is the author's domain or one above it.
    private static bool IsOf(DkimResult signature, DomainName? author) => author is not null && signature.Domain is { } domain && author.IsEqualToOrBelow(domain);
}
