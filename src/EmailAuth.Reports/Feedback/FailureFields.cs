using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Feedback;

/// <summary>The fields of a failure report (RFC 6591 section 3, RFC 9991): what they say, what is missing, and where they contradict each other.</summary>
internal static class FailureFields
{
    public static AuthenticationFailure Read(Dictionary<string, string> fields, ImmutableArray<string> spfDns, ReportFindings findings)
    {
        var check = Word("Auth-Failure");
        var delivery = Word("Delivery-Result");
        return new AuthenticationFailure
        {
            Check = Known("Auth-Failure", check, CheckOf, FailedCheck.Unknown, findings),
            CheckText = check,
            UnalignedMechanisms = Alignment(Word("Identity-Alignment"), findings),
            Delivery = Known("Delivery-Result", delivery, DeliveryOf, DeliveryResult.Unknown, findings),
            DeliveryText = delivery,
            DkimDomain = Word("DKIM-Domain"),
            DkimIdentity = Word("DKIM-Identity"),
            DkimSelector = Word("DKIM-Selector"),
            DkimCanonicalizedHeader = Base64("DKIM-Canonicalized-Header"),
            DkimCanonicalizedBody = Base64("DKIM-Canonicalized-Body"),
            DkimSelectorDns = fields.GetValueOrDefault("DKIM-Selector-DNS"),
            DkimAdspDns = fields.GetValueOrDefault("DKIM-ADSP-DNS"),
            SpfDns = spfDns,
        };

        string? Word(string name) => fields.TryGetValue(name, out var value) ? FieldText.WithoutComments(value) : null;

        string? Base64(string name) => fields.TryGetValue(name, out var value) ? FieldText.WithoutSpace(value) : null;
    }

    /// <summary>Checks what a report has against what its kind of failure needs.</summary>
    public static void Check(FeedbackReport report, ReportFindings findings)
    {
        if (report.Failure is not { } failure)
        {
            return;
        }

        Require("Auth-Failure", failure.CheckText, "in every failure report", findings);
        if (report.AuthenticationResults.Length != 1)
        {
            // RFC 6591 section 3.1: exactly one, about the check that failed.
            findings.AddFinding(report.AuthenticationResults.IsEmpty ? ReportFindingCode.FailureFieldMissing : ReportFindingCode.FeedbackFieldRepeated,
                "Authentication-Results",
                "Authentication-Results",
                "in every failure report");
        }

        switch (failure.Check)
        {
            case FailedCheck.Dmarc:
                CheckDmarc(report, failure, findings);
                break;
            case FailedCheck.BodyHash or FailedCheck.Revoked or FailedCheck.Signature:
                RequireSignature(failure, "when a signature failed", findings);
                break;
            case FailedCheck.Spf when failure.SpfDns.IsEmpty:
                Require("SPF-DNS", null, "when SPF failed", findings);
                break;
            case FailedCheck.Spf or FailedCheck.Adsp or FailedCheck.Unknown:
                break;
            default:
                throw new UnreachableException();
        }
    }

    // RFC 9991 section 4.
    private static void CheckDmarc(FeedbackReport report, AuthenticationFailure failure, ReportFindings findings)
    {
        if (report.ReportedDomains.IsEmpty)
        {
            Require("Reported-Domain", null, "when DMARC failed", findings);
        }

        // With fo=1 a message is reported that passes by one of the mechanisms; the other one failed.
        if (failure.UnalignedMechanisms is not { Length: 1 } && report.AuthenticationResults.Any(static results => HasResult(results, "dmarc", "pass")))
        {
            findings.AddFinding(ReportFindingCode.FailureContradiction, "Authentication-Results", "DMARC failed, and its result is pass");
        }

        if (failure.UnalignedMechanisms is not { } mechanisms)
        {
            Require("Identity-Alignment", null, "when DMARC failed", findings);
            return;
        }

        if (mechanisms.IsEmpty)
        {
            findings.AddFinding(ReportFindingCode.FailureContradiction, "Identity-Alignment", "DMARC failed, and no mechanism did");
        }

        // A message without a signature has no domain or selector that could be named.
        if (mechanisms.Contains("dkim", StringComparer.Ordinal) && (failure.DkimDomain ?? failure.DkimIdentity ?? failure.DkimSelector) is not null)
        {
            RequireSignature(failure, "when DKIM of an aligned identifier failed", findings);
        }

        // An envelope sender without a domain, such as one with an address literal, has no record.
        if (mechanisms.Contains("spf", StringComparer.Ordinal) && failure.SpfDns.IsEmpty && (report.OriginalMailFrom is null || HasName(report.OriginalMailFrom)))
        {
            Require("SPF-DNS", null, "when SPF of an aligned identifier failed", findings);
        }
    }

    private static bool HasName(string mailFrom) => FieldText.DomainOf(mailFrom) is { } domain && domain.Contains('.', StringComparison.Ordinal) && DomainName.Parse(domain).Value is not null;

    private static void RequireSignature(AuthenticationFailure failure, string when, ReportFindings findings)
    {
        Require("DKIM-Domain", failure.DkimDomain, when, findings);
        Require("DKIM-Identity", failure.DkimIdentity, when, findings);
        Require("DKIM-Selector", failure.DkimSelector, when, findings);
    }

    private static void Require(string name, string? value, string when, ReportFindings findings)
    {
        if (string.IsNullOrEmpty(value))
        {
            findings.AddFinding(ReportFindingCode.FailureFieldMissing, name, name, when);
        }
    }

    // A list of mechanisms with white space around them, or the word none.
    private static ImmutableArray<string>? Alignment(string? value, ReportFindings findings)
    {
        if (value is null)
        {
            return null;
        }

        var mechanisms = ImmutableArray.CreateBuilder<string>();
        foreach (var range in value.AsSpan().Split(','))
        {
            var word = value.AsSpan()[range].Trim().ToString().ToLowerInvariant();
            if (word is not ("none" or "dkim" or "spf"))
            {
                findings.AddFinding(ReportFindingCode.FailureWordUnknown, "Identity-Alignment", "Identity-Alignment", word);
            }
            else if (word != "none" && !mechanisms.Contains(word))
            {
                mechanisms.Add(word);
            }
        }

        return mechanisms.ToImmutable();
    }

    private static T Known<T>(string name, string? word, Func<string, T> read, T unknown, ReportFindings findings)
        where T : struct, Enum
    {
        var value = word is null ? unknown : read(word.ToLowerInvariant());
        if (word is not null && EqualityComparer<T>.Default.Equals(value, unknown))
        {
            findings.AddFinding(ReportFindingCode.FailureWordUnknown, name, name, word);
        }

        return value;
    }

    private static FailedCheck CheckOf(string word) => word switch
    {
        "dmarc" => FailedCheck.Dmarc,
        "bodyhash" => FailedCheck.BodyHash,
        "revoked" => FailedCheck.Revoked,
        "signature" => FailedCheck.Signature,
        "spf" => FailedCheck.Spf,
        "adsp" => FailedCheck.Adsp,
        _ => FailedCheck.Unknown,
    };

    private static DeliveryResult DeliveryOf(string word) => word switch
    {
        "delivered" => DeliveryResult.Delivered,
        "spam" => DeliveryResult.Spam,
        "policy" => DeliveryResult.Policy,
        "reject" => DeliveryResult.Reject,
        "other" => DeliveryResult.Other,
        _ => DeliveryResult.Unknown,
    };

    // The word after "method=", as a whole word.
    private static bool HasResult(string results, string method, string result)
    {
        var text = FieldText.WithoutComments(results);
        var start = text.IndexOf($"{method}={result}", StringComparison.OrdinalIgnoreCase);
        var end = start + method.Length + 1 + result.Length;
        return start >= 0 && (end == text.Length || !char.IsAsciiLetter(text[end])) && (start == 0 || !char.IsAsciiLetterOrDigit(text[start - 1]));
    }
}
