using System.Collections.Immutable;
using EmailAuth.Bimi;
using EmailAuth.Composition;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>All that BIMI is given of what DMARC and DKIM found.</summary>
public class BimiRequestsFromTests
{
    private static readonly DomainName Domain = Name("a.example");
    private static readonly DomainName Organization = Name("example");

    // Of signatures: whether the domain is the author's, the result, whether the key is for testing, and whether BIMI-Selector is signed.
    public static TheoryData<string, bool, bool> Signatures => new()
    {
        { "", false, false },
        { "own pass", false, false },
        { "own pass selector", false, true },
        { "own pass Selector", false, true },
        { "own pass testing", true, false },
        { "own pass testing selector", true, false },
        { "own fail selector", true, false }, // aligned, but nothing of it passes
        { "other pass selector", false, false },
        { "own pass testing, own pass", false, false },
        { "own pass testing, own pass selector", false, true },
        { "own pass testing selector, own pass", false, false },
        { "own pass, own pass selector", false, true },
        { "own pass testing, other pass selector", true, false },
    };

    [Theory]
    [MemberData(nameof(Signatures))]
    public void A_signature_counts_when_it_passes_is_aligned_and_its_key_is_in_use(string signatures, bool restsOnTesting, bool isSigned)
    {
        var dkim = Dkim(signatures);
        var dmarc = Dmarc(Aligned(IdentifierSource.Dkim, counts: signatures.Contains("own", StringComparison.Ordinal)));
        var request = BimiRequests.From(dmarc, null, dkim, ["v=BIMI1; s=x"], trustedArcPassed: false);
        Assert.Equal((restsOnTesting, isSigned), (request.RestsOnTestingKey, request.IsSelectorSigned));

        // One field alone names a selector.
        Assert.False(BimiRequests.From(dmarc, null, dkim, [], trustedArcPassed: false).IsSelectorSigned);
        Assert.False(BimiRequests.From(dmarc, null, dkim, ["a", "b"], trustedArcPassed: false).IsSelectorSigned);
        request = BimiRequests.From(dmarc, null, null, ["a"], trustedArcPassed: false);
        Assert.Equal((false, false), (request.RestsOnTestingKey, request.IsSelectorSigned));

        // Where SPF carries the pass as well, nothing rests on a key; where nothing is aligned, neither.
        foreach (var spf in (DmarcAlignment[])[Aligned(IdentifierSource.Spf, counts: true)])
        {
            Assert.False(BimiRequests.From(dmarc.With(spf, before: true), null, dkim, ["a"], trustedArcPassed: false).RestsOnTestingKey);
            Assert.False(BimiRequests.From(dmarc.With(spf, before: false), null, dkim, ["a"], trustedArcPassed: false).RestsOnTestingKey);
        }

        Assert.Equal(restsOnTesting, BimiRequests.From(dmarc.With(Aligned(IdentifierSource.Spf, counts: false), before: true), null, dkim, ["a"], trustedArcPassed: false).RestsOnTestingKey);
        request = BimiRequests.From(Dmarc(Aligned(IdentifierSource.Dkim, counts: false)), null, dkim, ["a"], trustedArcPassed: false);
        Assert.Equal((false, false), (request.RestsOnTestingKey, request.IsSelectorSigned));
        request = BimiRequests.From(Dmarc(), null, dkim, ["a"], trustedArcPassed: false);
        Assert.Equal((false, false), (request.RestsOnTestingKey, request.IsSelectorSigned));
    }

    [Theory]
    [InlineData(0, "a.example", null)]
    [InlineData(1, "a.example", "why")]
    [InlineData(2, null, "the From field has 2 addresses")]
    [InlineData(3, null, "the From field has 3 addresses")]
    public void An_author_has_one_address(int addresses, string? domain, string? defect)
    {
        var author = new Author { AddressCount = addresses, LocalPart = "joe", Reason = addresses == 0 ? null : "why" };
        var request = BimiRequests.From(Dmarc(), author, null, ["f"], trustedArcPassed: true);
        Assert.Equal((domain, defect, "joe", "pass", true, "f"), (request.AuthorDomain?.ToString(), request.AuthorDefect, request.AuthorLocalPart, request.DmarcResult, request.TrustedArcPassed, Assert.Single(request.SelectorFields)));
        request = BimiRequests.From(new DmarcResult { Code = DmarcResultCode.Fail, AuthorDomain = Domain }, null, null, [], trustedArcPassed: false);
        Assert.Equal(("a.example", null, null, "fail", false), (request.AuthorDomain?.ToString(), request.AuthorDefect, request.AuthorLocalPart, request.DmarcResult, request.TrustedArcPassed));
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", "Reject - - False")]
    [InlineData("v=DMARC1; p=quarantine; sp=none; t=y", "Quarantine None - True")]
    [InlineData("v=DMARC1; p=none; sp=reject; pct=50", "None Reject 50 False")]
    [InlineData("v=DMARC1; p=reject; sp=quarantine; pct=0; pct=100", "Reject Quarantine 0 False")]
    [InlineData("v=DMARC1; p=reject; PCT=50", "Reject - 50 False")]
    [InlineData("v=DMARC1; p=reject;; Pct=50", "Reject - 50 False")] // nothing between two semicolons
    [InlineData("v=DMARC1; p=reject; bad; pct=50", "Reject - 50 False")] // no value
    [InlineData("v=DMARC1; p=reject; 1=2; pct=50;", "Reject - 50 False")] // no name
    [InlineData("v=DMARC1; p=reject; =x; \t; pct=50", "Reject - 50 False")]
    [InlineData("v=DMARC1; p=reject; pct", "Reject - - False")]
    [InlineData("v=DMARC1; p=reject; rua=mailto:pct=5@a.example", "Reject - - False")]
    [InlineData("v=DMARC1; p=reject; pct=-1", "Reject - - False")]
    [InlineData("v=DMARC1; p=reject; pct=x; pct=7", "Reject - 7 False")]
    [InlineData("v=DMARC1; p=reject; xpct=7", "Reject - - False")]
    [InlineData("v=DMARC1; p=reject; pct=", "Reject - - False")]
    [InlineData("v=DMARC1; p=reject; x=7; pct = 8", "Reject - 8 False")]
    public void A_record_says_what_the_domain_enforces(string text, string expected)
    {
        var record = DmarcRecord.Parse(text).Value!;
        ImmutableArray<DmarcLookup> walk = [new(Name("b.example")) { Record = DmarcRecord.Parse("v=DMARC1; p=none").Value }, new(Domain), new(Domain) { Record = record }, new(Organization) { Record = record }];
        var request = BimiRequests.From(new DmarcResult { Code = DmarcResultCode.Pass, AuthorDomain = Domain, OrganizationalDomain = Organization, Walk = walk }, null, null, [], trustedArcPassed: false);
        Assert.Equal((expected, expected, "example"), (Text(request.AuthorRecord), Text(request.OrganizationalRecord), request.OrganizationalDomain?.ToString()));

        // The organizational domain is the author's: one record is enough.
        request = BimiRequests.From(new DmarcResult { Code = DmarcResultCode.Pass, AuthorDomain = Domain, OrganizationalDomain = Domain, Walk = walk }, null, null, [], trustedArcPassed: false);
        Assert.Equal((expected, "-"), (Text(request.AuthorRecord), Text(request.OrganizationalRecord)));
        request = BimiRequests.From(new DmarcResult { Code = DmarcResultCode.Pass, AuthorDomain = Domain, OrganizationalDomain = Organization, Walk = walk[..2] }, null, null, [], trustedArcPassed: false);
        Assert.Equal(("-", "-"), (Text(request.AuthorRecord), Text(request.OrganizationalRecord)));
    }

    [Theory]
    [InlineData(DmarcPolicy.Reject, "Reject")]
    [InlineData(DmarcPolicy.Quarantine, "Quarantine")]
    [InlineData(DmarcPolicy.None, "None")]
    public void The_published_policy_is_applied_unless_it_is_assumed(DmarcPolicy policy, string expected)
    {
        Assert.Equal(expected, Applied(new DmarcResult { Code = DmarcResultCode.Pass, PublishedPolicy = policy }));
        Assert.Null(Applied(new DmarcResult { Code = DmarcResultCode.Pass, PublishedPolicy = policy, IsPolicyAssumed = true }));
        Assert.Null(Applied(new DmarcResult { Code = DmarcResultCode.Pass }));
    }

    private static string? Applied(DmarcResult dmarc) => BimiRequests.From(dmarc, null, null, [], trustedArcPassed: false).AppliedPolicy?.ToString();

    private static string Text(BimiDmarcRecord? record) =>
        record is null ? "-" : $"{record.Policy} {record.SubdomainPolicy?.ToString() ?? "-"} {record.Percentage?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"} {record.IsTesting}";

    private static DmarcResult Dmarc(params ImmutableArray<DmarcAlignment> alignments) =>
        new() { Code = DmarcResultCode.Pass, AuthorDomain = Domain, OrganizationalDomain = Domain, Alignments = alignments };

    private static DmarcAlignment Aligned(IdentifierSource method, bool counts) => new(new AuthenticatedIdentifier { Method = method, Domain = Domain })
    {
        Outcome = counts ? DmarcAlignmentOutcome.SameDomain : DmarcAlignmentOutcome.DifferentDomain,
    };

    private static DkimResults Dkim(string signatures) => new()
    {
        Signatures =
        [
            .. signatures.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(static text => text.Split(' ')).Select(static words => new DkimResult
            {
                Code = words[1] == "pass" ? SignatureResultCode.Pass : SignatureResultCode.Fail,
                Domain = words[0] == "own" ? Domain : Name("b.example"),
                IsTesting = words.Contains("testing"),
                Signature = DkimSignature.Parse($"v=1; a=rsa-sha256; d=a.example; s=s; h=from:{(words.Contains("Selector") ? "BIMI-Selector" : words.Contains("selector") ? "bimi-selector" : "subject")}; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA").Value,
            }),
        ],
    };

    private static DomainName Name(string text) => DomainName.Parse(text).Value!;
}

/// <summary>A result with another alignment.</summary>
internal static class DmarcAlignments
{
    public static DmarcResult With(this DmarcResult dmarc, DmarcAlignment alignment, bool before) =>
        new(dmarc) { Alignments = before ? dmarc.Alignments.Insert(0, alignment) : dmarc.Alignments.Add(alignment) };
}
