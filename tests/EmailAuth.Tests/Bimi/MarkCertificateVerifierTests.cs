using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public sealed class MarkCertificateVerifierTests : IDisposable
{
    private static readonly byte[] Logo = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));

    private readonly MarkAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void A_certificate_that_is_right_in_every_point_passes()
    {
        var certificate = Verify(new MarkLeaf(Logo));
        Assert.Empty(certificate.Problems);
        Assert.Equal("registered_mark", certificate.MarkType);
        Assert.Equal("verified", certificate.Kind);
        Assert.Equal(["example.com"], certificate.DnsNames);
        Assert.Equal(Logo, certificate.Indicator?.Svg.ToArray());
        Assert.Equal(MarkAuthority.Now.AddMonths(6), certificate.NotAfter);
        Assert.Contains("O=Example Learning", certificate.Subject, StringComparison.Ordinal);
        Assert.Equal("CN=Test Mark Authority", certificate.Issuer);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{MarkAuthority.Now:yyyy-MM-dd HH:mm:ss} UTC in {string.Concat(Enumerable.Repeat("07", 32))}"),
            Assert.Single(certificate.Timestamps));
    }

    [Theory]
    [InlineData("Registered Mark", "registered_mark", "verified")]
    [InlineData("Government Mark", "government_mark", "verified")]
    [InlineData("Prior Use Mark", "prior_use_mark", "common")]
    [InlineData("Modified Registered Mark", "modified_registered_mark", "common")]
    [InlineData("Provisional Mark", "provisional_mark", "common")]
    public void The_mark_type_tells_the_kinds_apart(string text, string type, string kind)
    {
        var certificate = Verify(new MarkLeaf(Logo) { MarkType = text });
        Assert.True(certificate.IsValid);
        Assert.Equal(type, certificate.MarkType);
        Assert.Equal(kind, certificate.Kind);
    }

    [Theory]
    [InlineData("example.com", true)]
    [InlineData("EXAMPLE.COM", true)]
    [InlineData("mail.example.com", true)] // the author domain
    [InlineData("brand._bimi.example.com", true)]
    [InlineData("brand._bimi.mail.example.com", true)]
    [InlineData("other._bimi.example.com", false)]
    [InlineData("*.example.com", false)]
    [InlineData("com", false)]
    [InlineData("sub.mail.example.com", false)]
    [InlineData("example.org", false)]
    [InlineData("evilexample.com", false)]
    [InlineData("example.com.evil.example", false)]
    public void A_name_must_be_the_domains_or_its_selectors(string name, bool expected)
    {
        var certificate = Verifier().Verify(
            _authority.Issue(new MarkLeaf(Logo) { DnsNames = ["unrelated.example", name] }), [Name("mail.example.com"), Name("example.com")], "brand");
        Assert.Equal(expected ? [] : ["domain_mismatch"], certificate.Problems.Select(p => p.Code));
    }

    public static TheoryData<string, string, string> WrongLeaves => new()
    {
        { "no EKU", "extended_key_usage", "1.3.6.1.5.5.7.3.31" },
        { "serverAuth", "extended_key_usage", "1.3.6.1.5.5.7.3.31" },
        { "any EKU", "extended_key_usage", "1.3.6.1.5.5.7.3.31" },
        { "no names", "domain_mismatch", "example.com" },
        { "expired", "expired", "expired on 2026-02-28" },
        { "not yet valid", "not_yet_valid", "2026-03-02" },
        { "no mark type", "mark_type", "mark type" },
        { "unknown mark type", "mark_type", "mark type" },
        { "key usage", "key_usage", "key usage" },
        { "no logotype", "logotype_missing", "no logotype" },
        { "logotype not DER", "logotype_malformed", "DER" },
        { "logotype empty", "logotype_malformed", "no subject logo" },
        { "two images", "logotype_malformed", "more than one image" },
        { "no image", "logotype_malformed", "no image" },
        { "https logotype", "logotype_missing", "data:" },
        { "png logotype", "logotype_missing", "data:" },
        { "altered hash", "logotype_hash_mismatch", "hash" },
        { "altered logo", "logotype_hash_mismatch", "hash" },
        { "unknown hash", "logotype_hash_mismatch", "hash" },
        { "bomb", "logotype_invalid", "after decompression" },
        { "logo with script", "logotype_invalid", "scripts" },
    };

    [Theory]
    [MemberData(nameof(WrongLeaves))]
    public void A_certificate_that_is_wrong_in_one_point_says_which(string what, string code, string reason)
    {
        var right = new MarkLeaf(Logo);
        var scripted = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("<desc>", "<script/><desc>", StringComparison.Ordinal));
        var leaf = what switch
        {
            "no EKU" => right with { Usage = null },
            "serverAuth" => right with { Usage = "1.3.6.1.5.5.7.3.1" },
            "any EKU" => right with { Usage = "2.5.29.37.0" },
            "no names" => right with { DnsNames = [] },
            "expired" => right with { NotAfter = MarkAuthority.Now.AddDays(-1) },
            "not yet valid" => right with { NotBefore = MarkAuthority.Now.AddDays(1) },
            "no mark type" => right with { MarkType = null },
            "unknown mark type" => right with { MarkType = "Not a Registered Mark" },
            "key usage" => right with { KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature },
            "no logotype" => right with { Logotype = [] },
            "logotype not DER" => right with { Logotype = [0x30, 0x80, 0, 0] },
            "logotype empty" => right with { Logotype = [0x30, 0] },
            "two images" => right with { ImageCount = 2 },
            "no image" => right with { ImageCount = 0 },
            "https logotype" => right with { DataPrefix = "https://example.com/" },
            "png logotype" => right with { DataPrefix = "data:image/png;base64," },
            "altered hash" => right with { Hash = new byte[32] },
            "altered logo" => right with { Embedded = MarkLeaf.Gzip([.. Logo, (byte)'\n']) },
            "unknown hash" => right with { HashOid = "1.2.840.113549.2.5", Hash = new byte[16] },
            "bomb" => right with { Embedded = MarkLeaf.Gzip(new byte[20_000_000]) },
            "logo with script" => new MarkLeaf(scripted),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        var problem = Assert.Single(Verify(leaf).Problems);
        Assert.Equal(code, problem.Code);
        Assert.Contains(reason, problem.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_may_be_of_the_document_its_LF_form_or_its_embedded_form()
    {
        var withCrLf = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Logo).Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.True(Verify(new MarkLeaf(withCrLf)).IsValid);
        Assert.True(Verify(new MarkLeaf(withCrLf) { Hash = SHA256.HashData(Logo) }).IsValid); // RFC 9399 section 7
        Assert.True(Verify(new MarkLeaf(Logo) { Hash = SHA256.HashData(MarkLeaf.Gzip(Logo)) }).IsValid);
        Assert.True(Verify(new MarkLeaf(Logo) { HashOid = "1.3.14.3.2.26", Hash = CryptographicOperations.HashData(HashAlgorithmName.SHA1, Logo) }).IsValid);
        Assert.True(Verify(new MarkLeaf(Logo) { HashOid = "2.16.840.1.101.3.4.2.2", Hash = CryptographicOperations.HashData(HashAlgorithmName.SHA384, Logo) }).IsValid);
        Assert.True(Verify(new MarkLeaf(Logo) { HashOid = "2.16.840.1.101.3.4.2.3", Hash = CryptographicOperations.HashData(HashAlgorithmName.SHA512, Logo) }).IsValid);
        Assert.True(Verify(new MarkLeaf(Logo) { Embedded = Logo }).IsValid); // not compressed
    }

    [Fact]
    public void Validity_is_judged_by_the_given_clock()
    {
        var document = _authority.Issue(new MarkLeaf(Logo));
        var clock = new FakeTimeProvider(MarkAuthority.Now);
        var verifier = Verifier(clock);
        Assert.True(verifier.Verify(document, [Name("example.com")], "default").IsValid);
        clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal("expired", Assert.Single(verifier.Verify(document, [Name("example.com")], "default").Problems).Code);
    }

    // The path.
    [Fact]
    public void The_root_may_be_in_the_document_and_the_order_of_issuers_is_free()
    {
        var leaf = _authority.IssueCertificate(new MarkLeaf(Logo));
        Assert.True(Verify(MarkAuthority.Pem(leaf, _authority.Issuer.RawData, _authority.Root.RawData)).IsValid);
        Assert.True(Verify(MarkAuthority.Pem(leaf, _authority.Root.RawData, _authority.Issuer.RawData)).IsValid);
    }

    [Fact]
    public void A_root_that_the_operator_does_not_trust_fails_even_when_it_is_in_the_document()
    {
        using var other = new MarkAuthority(name: "Other");
        var leaf = other.IssueCertificate(new MarkLeaf(Logo));
        AssertOnly("unknown_root", Verify(MarkAuthority.Pem(leaf, other.Issuer.RawData, other.Root.RawData)));
        AssertOnly("unknown_root", Verify(MarkAuthority.Pem(leaf, other.Issuer.RawData)));
    }

    [Fact]
    public void A_root_that_takes_the_name_of_a_trusted_one_fails()
    {
        using var other = new MarkAuthority();
        Assert.NotEmpty(Verify(MarkAuthority.Pem(other.IssueCertificate(new MarkLeaf(Logo)), other.Issuer.RawData, other.Root.RawData)).Problems);
    }

    [Fact]
    public void A_missing_intermediate_is_not_fetched() =>
        AssertOnly("unknown_root", Verify(MarkAuthority.Pem(_authority.IssueCertificate(new MarkLeaf(Logo)))));

    [Fact]
    public void A_self_signed_certificate_fails() =>
        AssertOnly("self_signed", Verify(MarkAuthority.Pem(_authority.SelfSign(new MarkLeaf(Logo)))));

    [Fact]
    public void A_mark_certificate_among_the_roots_vouches_for_nothing()
    {
        var der = _authority.SelfSign(new MarkLeaf(Logo));
        using var root = X509CertificateLoader.LoadCertificate(der);
        var verifier = new MarkCertificateVerifier(new BimiOptions { MarkRoots = [root] }, new FakeTimeProvider(MarkAuthority.Now));
        AssertOnly("self_signed", verifier.Verify(MarkAuthority.Pem(der), [Name("example.com")], "default"));
    }

    [Fact]
    public void An_altered_certificate_has_a_wrong_signature()
    {
        var der = _authority.IssueCertificate(new MarkLeaf(Logo));
        var position = der.AsSpan().IndexOf("Example Learning"u8);
        der[position] = (byte)'X';
        AssertOnly("signature", Verify(MarkAuthority.Pem(der, _authority.Issuer.RawData)));
    }

    [Fact]
    public void An_issuer_that_is_not_an_authority_fails()
    {
        using var other = new MarkAuthority(issuerIsAuthority: false);
        var verifier = Verifier(root: other.Root);
        var problems = verifier.Verify(other.Issue(new MarkLeaf(Logo)), [Name("example.com")], "default").Problems;
        Assert.Contains(problems, p => p.Code == "chain");
        Assert.Contains(problems, p => p.Code == "several_mark_certificates");
    }

    [Fact]
    public void An_expired_issuer_fails()
    {
        using var other = new MarkAuthority(issuerNotAfter: MarkAuthority.Now.AddDays(-1));
        AssertOnly("expired", Verifier(root: other.Root).Verify(other.Issue(new MarkLeaf(Logo)), [Name("example.com")], "default"));
    }

    [Theory]
    [InlineData(null, true)] // not restricted
    [InlineData("2.5.29.37.0", true)]
    [InlineData("1.3.6.1.5.5.7.3.1", false)]
    public void An_issuer_restricted_to_other_uses_fails(string? usage, bool expected)
    {
        using var other = new MarkAuthority(issuerUsage: usage);
        var certificate = Verifier(root: other.Root).Verify(other.Issue(new MarkLeaf(Logo)), [Name("example.com")], "default");
        Assert.Equal(expected ? [] : ["extended_key_usage"], certificate.Problems.Select(p => p.Code));
    }

    [Fact]
    public void A_mark_certificate_cannot_vouch_for_another()
    {
        // The leaf's holder signs a second leaf for a domain that is not theirs.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var holder = new MarkLeaf(Logo) { DnsNames = ["holder.example"] }.Request(key)
            .Create(_authority.Issuer.SubjectName, IssuerGenerator(), MarkAuthority.Now.AddMonths(-1), MarkAuthority.Now.AddMonths(1), [7]);
        var forged = new MarkLeaf(Logo).Request(key)
            .Create(holder.SubjectName, X509SignatureGenerator.CreateForECDsa(key), MarkAuthority.Now.AddMonths(-1), MarkAuthority.Now.AddMonths(1), [8]);
        var problems = Verify(MarkAuthority.Pem(forged.RawData, holder.RawData, _authority.Issuer.RawData)).Problems;
        Assert.NotEmpty(problems);
        Assert.Contains(problems, p => p.Code is "chain" or "unknown_root"
            or "self_signed" or "signature");

        X509SignatureGenerator IssuerGenerator() => X509SignatureGenerator.CreateForECDsa(_authority.IssuerKey);
    }

    [Fact]
    public void The_mark_certificate_must_come_first()
    {
        var leaf = _authority.IssueCertificate(new MarkLeaf(Logo));
        var problems = Verify(MarkAuthority.Pem(_authority.Issuer.RawData, leaf)).Problems;
        Assert.Contains(problems, p => p.Code == "not_a_mark_certificate");
    }

    [Fact]
    public void A_second_mark_certificate_is_refused()
    {
        var leaf = _authority.IssueCertificate(new MarkLeaf(Logo));
        AssertOnly("several_mark_certificates", Verify(MarkAuthority.Pem(leaf, leaf, _authority.Issuer.RawData)));
    }

    [Fact]
    public void SHA_1_signatures_are_refused()
    {
        var problems = Verify(new MarkLeaf(Logo) { IsSignedWithSha1 = true }).Problems;
        Assert.Contains("SHA-1", Assert.Single(problems).Reason, StringComparison.Ordinal);
    }

    // The document.
    [Theory]
    [InlineData("")]
    [InlineData("no certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----")]
    public void What_holds_no_certificate_is_unreadable(string document) =>
        AssertOnly("unreadable", Verify(Encoding.ASCII.GetBytes(document)));

    [Fact]
    public void Text_around_certificates_is_skipped()
    {
        var document = Encoding.ASCII.GetString(_authority.Issue(new MarkLeaf(Logo)));
        Assert.True(Verify(Encoding.UTF8.GetBytes("Sujet: ä\r\n" + document.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\nend")).IsValid);
    }

    [Fact]
    public void Size_and_number_of_certificates_are_limited()
    {
        var leaf = _authority.IssueCertificate(new MarkLeaf(Logo));
        AssertOnly("too_large", Verify(MarkAuthority.Pem([leaf, .. Enumerable.Repeat(_authority.Issuer.RawData, 8)])));
        AssertOnly("too_large", Verify(new byte[(512 * 1024) + 1]));
    }

    [Fact]
    public void No_altered_byte_of_the_mark_certificate_passes_or_throws()
    {
        var der = _authority.IssueCertificate(new MarkLeaf(Logo));
        var verifier = Verifier();
        for (var i = 0; i < der.Length; i++)
        {
            var altered = (byte[])der.Clone();
            altered[i] ^= 0x55;
            Assert.False(verifier.Verify(MarkAuthority.Pem(altered, _authority.Issuer.RawData), [Name("example.com")], "default").IsValid, $"byte {i}");
        }
    }

    [Property]
    public void No_logotype_makes_parsing_throw(byte[] bytes)
    {
        _ = Logotype.Parse(bytes ?? []);
        _ = Logotype.Parse((byte[])[0x30, 0x0a, 0xa2, 0x08, 0xa0, 0x06, 0x30, 0x04, .. (bytes ?? []).Concat(new byte[4]).Take(4)]);
        _ = TimestampList.Read(bytes ?? []);
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static void AssertOnly(string code, MarkCertificate certificate) =>
        Assert.Equal([code], certificate.Problems.Select(problem => problem.Code));

    private MarkCertificateVerifier Verifier(TimeProvider? clock = null, X509Certificate2? root = null) =>
        new(new BimiOptions { MarkRoots = [root ?? _authority.Root] }, clock ?? new FakeTimeProvider(MarkAuthority.Now));

    private MarkCertificate Verify(MarkLeaf leaf) => Verify(_authority.Issue(leaf));

    private MarkCertificate Verify(byte[] document) => Verifier().Verify(document, [Name("example.com")], "default");
}
