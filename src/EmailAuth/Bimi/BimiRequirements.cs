using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>What a message must meet before BIMI is applied (BIMI draft section 7.1).</summary>
internal static class BimiRequirements
{
    /// <summary>Why BIMI is skipped, or null when it applies.</summary>
    public static BimiFault? Check(BimiRequest request, BimiOptions options)
    {
        if (request.AuthorDomain is null)
        {
            return new BimiFault(BimiReason.NoAuthor, string.Concat(
                "BIMI needs exactly one From field with exactly one address (section 7.1)",
                request.AuthorDefect is null ? null : ": " + request.AuthorDefect));
        }

        if (request.DmarcResult != "pass" && !(options.AcceptTrustedArc && request.TrustedArcPassed))
        {
            return new BimiFault(
                request.DmarcResult == "temperror" ? BimiReason.DmarcUndecided : BimiReason.DmarcNotPass,
                $"the DMARC result is not pass but {Keyword(request.DmarcResult)} (BIMI draft section 7.1)");
        }

        return request is { RestsOnTestingKey: true, DmarcResult: "pass" }
            ? new BimiFault(BimiReason.TestingKey, "the DMARC pass rests on a DKIM key that says t=y: the domain is testing (RFC 6376 section 3.6.1)")
            : CheckPolicies(request, request.AuthorDomain);
    }

    private static BimiFault? CheckPolicies(BimiRequest request, DomainName author)
    {
        if (request.AppliedPolicy is null or BimiPolicy.None)
        {
            return new BimiFault(BimiReason.PolicyNone, $"no DMARC policy of quarantine or reject applies to {author} (BIMI draft section 7.1)");
        }

        var organization = request.OrganizationalDomain;
        if (organization is null || organization == author)
        {
            return (request.AuthorRecord ?? request.OrganizationalRecord) is { } own
                ? CheckRecord(own, author)
                : new BimiFault(BimiReason.NoDmarcRecord, $"{author} has no DMARC record of its own (BIMI draft section 7.1)");
        }

        if (request.OrganizationalRecord is not { } record)
        {
            return new BimiFault(BimiReason.NoDmarcRecord, $"the organizational domain {organization} has no DMARC record (BIMI draft section 7.1)");
        }

        // A subdomain without a record of its own is under the organizational domain's.
        return (request.AuthorRecord is { } authorRecord ? CheckRecord(authorRecord, author) : null)
            ?? CheckRecord(record, organization)
            ?? CheckPercentage(request.AuthorRecord ?? record, request.AppliedPolicy.Value, author);
    }

    private static BimiFault? CheckRecord(BimiDmarcRecord record, DomainName domain)
    {
        if (record.Policy == BimiPolicy.None)
        {
            return new BimiFault(BimiReason.PolicyNone, $"the DMARC record of {domain} says p=none (BIMI draft section 7.1)");
        }

        if (record.SubdomainPolicy == BimiPolicy.None)
        {
            return new BimiFault(BimiReason.SubdomainPolicyNone, $"the DMARC record of {domain} says sp=none (BIMI draft section 7.1)");
        }

        // RFC 9989 replaces pct by t: both say that the policy is not applied to everything.
        return record.IsTesting
            ? new BimiFault(
                BimiReason.PolicyTesting, $"the DMARC record of {domain} says t=y: its policy is being tested (BIMI draft section 7.1, RFC 9989)")
            : CheckPercentage(record, record.Policy, domain);
    }

    private static BimiFault? CheckPercentage(BimiDmarcRecord record, BimiPolicy policy, DomainName domain) =>
        policy == BimiPolicy.Quarantine && record.Percentage is { } percentage and < 100
            ? new BimiFault(
                BimiReason.PolicyPercentage, $"the DMARC policy of {domain} is quarantine for {percentage} percent only (BIMI draft section 7.1)")
            : null;

    // The caller may have the result from anywhere, so only a keyword is repeated.
    private static string Keyword(string result) =>
        result.Length is > 0 and <= 20 && result.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? result : "unknown";
}
