using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Bimi;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>All that verifying a mark certificate finds, in whole: each fact, and each problem with its text.</summary>
public sealed class MarkCertificateCheckTests : IDisposable
{
    private const string MarkTypeAttribute = "1.3.6.1.4.1.53087.1.13";

    private static readonly byte[] Logo = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));
    private static readonly MarkLeaf Right = new(Logo);

    private readonly MarkAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void A_right_certificate_has_these_facts()
    {
        var certificate = Verify(_authority.Issue(Right with { DnsNames = ["a.example", "example.com", "*.b"] }));
        Assert.Empty(certificate.Problems);
        Assert.True(certificate.IsValid);
        Assert.Equal($"O=Example Learning, OID.{MarkTypeAttribute}=Registered Mark", certificate.Subject);
        Assert.Equal("CN=Test Mark Authority", certificate.Issuer);
        Assert.Equal((MarkAuthority.Now.AddMonths(-1), MarkAuthority.Now.AddMonths(6)), (certificate.NotBefore, certificate.NotAfter));
        Assert.Equal(["a.example", "example.com", "*.b"], certificate.DnsNames);
        Assert.Equal(("registered_mark", "verified"), (certificate.MarkType, certificate.Kind));
        Assert.Equal(["2026-03-01 12:00:00 UTC in " + string.Concat(Enumerable.Repeat("07", 32))], certificate.Timestamps);
        Assert.Equal(Logo, certificate.Indicator!.Svg.ToArray());
        Assert.True(certificate.Indicator.WasCompressed);
    }

    [Fact]
    public void Without_timestamps_and_a_key_usage_it_is_right_too()
    {
        var certificate = Verify(_authority.Issue(Right with { HasTimestamps = false, HasKeyUsage = false }));
        Assert.Empty(certificate.Problems);
        Assert.Empty(certificate.Timestamps);
    }

    // From the first second to the last (RFC 5280 section 4.1.2.5).
    [Theory]
    [InlineData(-1, "not_yet_valid the mark certificate is valid only from 2026-03-01 12:00:00 UTC")]
    [InlineData(0, "")]
    [InlineData(1, "")]
    [InlineData(3599, "")]
    [InlineData(3601, "expired the mark certificate expired on 2026-03-01 13:00:00 UTC")]
    public void Validity_is_exact(int seconds, string expected)
    {
        var document = _authority.Issue(Right with { NotBefore = MarkAuthority.Now, NotAfter = MarkAuthority.Now.AddHours(1) });
        Assert.Equal(expected, Problems(Verify(document, now: MarkAuthority.Now.AddSeconds(seconds))));
    }

    [Theory]
    [InlineData(-1, "not_yet_valid the mark certificate is valid only from 2026-03-01 12:00:00 UTC")]
    [InlineData(3601, "expired the mark certificate expired on 2026-03-01 13:00:00 UTC")]
    public void Validity_is_written_in_no_culture(int seconds, string expected)
    {
        using var culture = new OtherCulture();
        Validity_is_exact(seconds, expected);
    }

    [Fact]
    public void At_the_last_second_it_has_not_expired()
    {
        var document = _authority.Issue(Right with { NotAfter = MarkAuthority.Now });
        Assert.Equal("", Problems(Verify(document)));
    }

    [Theory]
    [InlineData("Registered Mark", "registered_mark")]
    [InlineData("REGISTERED MARK", "registered_mark")]
    [InlineData(" registered mark ", "registered_mark")]
    [InlineData("government mark", "government_mark")]
    [InlineData("prior use mark", "prior_use_mark")]
    [InlineData("modified registered mark", "modified_registered_mark")]
    [InlineData("provisional mark", "provisional_mark")]
    [InlineData("registered  mark", "unknown")]
    [InlineData("registered", "unknown")]
    [InlineData("", "unknown")]
    public void A_mark_type_is_one_of_the_known(string text, string expected)
    {
        var certificate = Verify(_authority.Issue(Right with { Subject = Subject([(MarkTypeAttribute, text)]) }));
        Assert.Equal(expected, certificate.MarkType);
        Assert.Equal(
            expected == "unknown" ? "mark_type the mark certificate's subject has not exactly one known mark type (1.3.6.1.4.1.53087.1.13)" : "", Problems(certificate));
    }

    [Fact]
    public void There_is_exactly_one_mark_type_in_a_part_of_its_own()
    {
        const string Wrong = "mark_type the mark certificate's subject has not exactly one known mark type (1.3.6.1.4.1.53087.1.13)";
        (string, string) mark = (MarkTypeAttribute, "Registered Mark");
        (string, string) organization = ("2.5.4.10", "Registered Mark");
        Assert.Equal("", Problems(Verify(_authority.Issue(Right with { Subject = Subject([organization], [mark], [organization]) }))));
        Assert.Equal("", Problems(Verify(_authority.Issue(Right with { Subject = Subject([organization, ("2.5.4.3", "x")], [mark]) }))));
        Assert.Equal(Wrong, Problems(Verify(_authority.Issue(Right with { Subject = Subject([mark], [mark]) }))));
        Assert.Equal(Wrong, Problems(Verify(_authority.Issue(Right with { Subject = Subject([organization, mark]) }))));
        Assert.Equal(Wrong, Problems(Verify(_authority.Issue(Right with { Subject = Subject([organization]) }))));
    }

    [Theory]
    [InlineData(X509KeyUsageFlags.DigitalSignature, false)]
    [InlineData(X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.NonRepudiation | X509KeyUsageFlags.DataEncipherment | X509KeyUsageFlags.KeyAgreement, false)]
    [InlineData(X509KeyUsageFlags.KeyCertSign, true)]
    [InlineData(X509KeyUsageFlags.CrlSign, true)]
    [InlineData(X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true)]
    public void A_key_usage_may_not_be_an_authoritys(X509KeyUsageFlags usage, bool isWrong) => Assert.Equal(
        isWrong ? "key_usage the mark certificate's key usage allows signing certificates or revocation lists" : "",
        Problems(Verify(_authority.Issue(Right with { KeyUsage = usage }))));

    [Theory]
    [InlineData(null, false)]
    [InlineData("1.3.6.1.5.5.7.3.31", true)]
    [InlineData("1.3.6.1.5.5.7.3.3", false)]
    [InlineData("1.3.6.1.5.5.7.3.310", false)]
    [InlineData("2.5.29.37.0", false)]
    public void The_extended_key_usage_is_that_of_marks(string? usage, bool isRight) => Assert.Equal(
        isRight ? "" : "extended_key_usage the mark certificate's extended key usage lacks 1.3.6.1.5.5.7.3.31, id-kp-BrandIndicatorforMessageIdentification",
        Problems(Verify(_authority.Issue(Right with { Usage = usage }))));

    // Of several issuers the restricted one is named, by the first 100 characters of its name.
    [Fact]
    public void An_authority_that_may_not_issue_marks_is_named()
    {
        using var other = new MarkAuthority(issuerUsage: "1.3.6.1.5.5.7.3.1", name: new string('n', 88));
        var expected = $"extended_key_usage the authority CN={new string('n', 88)} Authorit\u2026 may not issue mark certificates: its extended key usage lacks 1.3.6.1.5.5.7.3.31";
        Assert.Equal(expected, Problems(Verify(other.Issue(Right), root: other.Root)));
        Assert.Equal(expected, Problems(Verify(MarkAuthority.Pem(other.IssueCertificate(Right), other.Root.RawData, other.Issuer.RawData), root: other.Root)));
    }

    [Fact]
    public void The_domains_and_the_selector_are_named_when_none_is_in_the_certificate()
    {
        var document = _authority.Issue(Right with { DnsNames = ["other.example", "_bimi.example.com", "x._bimi.example.com"] });
        Assert.Equal(
            "domain_mismatch no subject alternative name of the mark certificate is a.example.com or example.com, with or without s._bimi before it",
            Problems(new MarkCertificateVerifier(new BimiOptions { MarkRoots = [_authority.Root] }, new FakeTimeProvider(MarkAuthority.Now)).Verify(document, [Name("a.example.com"), Name("example.com")], "s")));
        Assert.Equal("domain_mismatch no subject alternative name of the mark certificate is example.com, with or without default._bimi before it", Problems(Verify(document)));
    }

    public static TheoryData<string, string> Logotypes => new()
    {
        { "none", "logotype_missing the mark certificate has no logotype extension (RFC 9399)" },
        { "no DER", "logotype_malformed the logotype extension is not the DER of RFC 9399 section 4.1" },
        { "remote", "logotype_missing the mark certificate's logotype is not an embedded SVG: its URI is not data:image/svg+xml;base64" },
        { "broken", "logotype_invalid in the mark certificate, the indicator's gzip compression is broken (RFC 1952)" },
        { "hash", "logotype_hash_mismatch the hash in the mark certificate's logotype is not that of its image (RFC 9399 section 4.1)" },
        { "profile", "logotype_invalid the mark certificate's image is not SVG Tiny PS: line 1, column 2: the root is not svg of the namespace http://www.w3.org/2000/svg" },
        { "both", "logotype_hash_mismatch the hash in the mark certificate's logotype is not that of its image (RFC 9399 section 4.1)\nlogotype_invalid the mark certificate's image is not SVG Tiny PS: line 1, column 2: the root is not svg of the namespace http://www.w3.org/2000/svg" },
    };

    [Theory]
    [MemberData(nameof(Logotypes))]
    public void What_is_wrong_with_the_logotype_is_said_and_the_image_is_given_if_it_can_be_read(string what, string expected)
    {
        var leaf = what switch
        {
            "none" => Right with { Logotype = [] },
            "no DER" => Right with { Logotype = [5] },
            "remote" => Right with { DataPrefix = "https://example.com/" },
            "broken" => Right with { Embedded = [0x1f, 0x8b, 1, 2, 3] },
            "hash" => Right with { Hash = new byte[32] },
            "profile" => new MarkLeaf("<x/>"u8.ToArray()),
            _ => new MarkLeaf("<x/>"u8.ToArray()) { Hash = new byte[32] },
        };
        var certificate = Verify(_authority.Issue(leaf));
        Assert.Equal(expected, Problems(certificate));
        Assert.Equal(what is "hash" or "profile" or "both", certificate.Indicator is not null);
    }

    [Fact]
    public void The_image_is_read_within_the_limits_of_indicators()
    {
        var options = new BimiOptions { MarkRoots = [_authority.Root], MaxIndicatorBytes = Logo.Length - 1 };
        Assert.Equal(
            $"logotype_invalid in the mark certificate, the indicator exceeds {Logo.Length - 1} bytes after decompression (MaxBytes)",
            Problems(new MarkCertificateVerifier(options, new FakeTimeProvider(MarkAuthority.Now)).Verify(_authority.Issue(Right), [Name("example.com")], "default")));
    }

    // All that is wrong is said, in this order.
    [Fact]
    public void Several_problems_are_listed_in_order()
    {
        var leaf = Right with { Usage = null, KeyUsage = X509KeyUsageFlags.CrlSign, DnsNames = [], MarkType = null, Logotype = [], NotAfter = MarkAuthority.Now.AddSeconds(-1) };
        Assert.Equal(
            ["extended_key_usage", "key_usage", "expired", "domain_mismatch", "mark_type", "logotype_missing"],
            Verify(_authority.Issue(leaf)).Problems.Select(static problem => problem.Code));
    }

    // The chain, in whole.
    [Fact]
    public void The_path_has_these_problems()
    {
        using var other = new MarkAuthority(name: "Other");
        using var expired = new MarkAuthority(issuerNotAfter: MarkAuthority.Now.AddDays(-1));
        using var notAuthority = new MarkAuthority(issuerIsAuthority: false);
        var leaf = _authority.IssueCertificate(Right);
        var altered = (byte[])leaf.Clone();
        altered[leaf.AsSpan().IndexOf("Example Learning"u8)] = (byte)'X';
        Assert.Equal("unknown_root the mark certificate's chain does not end at a trusted root", Problems(Verify(MarkAuthority.Pem(leaf))));
        Assert.Equal("unknown_root the mark certificate's chain does not end at a trusted root", Problems(Verify(other.Issue(Right))));
        Assert.Equal("self_signed the mark certificate is self-signed: no authority vouches for it", Problems(Verify(MarkAuthority.Pem(_authority.SelfSign(Right)))));
        Assert.Equal("signature a signature in the mark certificate's chain is wrong (RFC 5280 section 6.1.3)", Problems(Verify(MarkAuthority.Pem(altered, _authority.Issuer.RawData))));
        Assert.Equal("expired an authority's certificate in the mark certificate's chain is outside its validity", Problems(Verify(expired.Issue(Right), root: expired.Root)));
        Assert.Equal(
            ["expired the mark certificate expired on 2026-02-28 12:00:00 UTC", "expired an authority's certificate in the mark certificate's chain is outside its validity"],
            Problems(Verify(expired.Issue(Right with { NotAfter = MarkAuthority.Now.AddDays(-1) }), root: expired.Root)).Split('\n'));
        Assert.Equal(
            [
                "several_mark_certificates the evidence holds a certificate after the first that is not an authority's",
                "chain the mark certificate's chain breaks RFC 5280 section 6: InvalidBasicConstraints",
            ],
            Problems(Verify(notAuthority.Issue(Right), root: notAuthority.Root)).Split('\n'));
    }

    [Fact]
    public void A_self_signed_certificate_among_the_roots_is_self_signed()
    {
        using var root = X509CertificateLoader.LoadCertificate(_authority.SelfSign(Right));
        Assert.Equal("self_signed the mark certificate is itself among the roots: no authority vouches for it", Problems(Verify(MarkAuthority.Pem(root.RawData), root: root)));
    }

    // A root may issue the mark certificate itself: two certificates are a chain.
    [Fact]
    public void A_mark_certificate_of_the_root_itself_is_right()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = request.CreateSelfSigned(MarkAuthority.Now.AddDays(-1), MarkAuthority.Now.AddYears(1));
        using var leaf = Right.Request(key).Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(key), MarkAuthority.Now.AddDays(-1), MarkAuthority.Now.AddDays(1), [9]);
        Assert.Equal("", Problems(Verify(MarkAuthority.Pem(leaf.RawData), root: root)));
        Assert.Equal("", Problems(Verify(MarkAuthority.Pem(leaf.RawData, root.RawData), root: root)));
    }

    // RFC 5280 section 4.2.1.9: a certificate without basic constraints is not an authority's.
    [Fact]
    public void A_mark_certificate_without_basic_constraints_is_right()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Right.Request(key);
        request.CertificateExtensions.Remove(request.CertificateExtensions.OfType<X509BasicConstraintsExtension>().Single());
        using var leaf = Create(request);
        Assert.Equal("", Problems(Verify(MarkAuthority.Pem(leaf.RawData, _authority.Issuer.RawData))));
    }

    // An extension cannot be requested twice: the second has another number, which is changed in the certificate.
    [Fact]
    public void Of_two_logotypes_the_first_is_read()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Right.Request(key);
        var other = new MarkLeaf("<x/>"u8.ToArray()).Request(key).CertificateExtensions.Single(static extension => extension.Oid!.Value == "1.3.6.1.5.5.7.1.12");
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.5.5.7.1.13", other.RawData, false));
        using var leaf = Create(request);
        var twice = leaf.RawData;
        var number = twice.AsSpan().IndexOf((ReadOnlySpan<byte>)[6, 8, 0x2b, 6, 1, 5, 5, 7, 1, 13]);
        Assert.True(number > 0);
        twice[number + 9] = 12;
        Assert.Equal(Logo, Verify(MarkAuthority.Pem(twice, _authority.Issuer.RawData)).Indicator!.Svg.ToArray());
    }

    // A certificate may say where its issuer is: nothing is fetched from there.
    [Fact]
    public void No_issuer_is_fetched()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Right.Request(key);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([], [$"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/a"]));
        using var leaf = Create(request);
        Assert.Equal("unknown_root the mark certificate's chain does not end at a trusted root", Problems(Verify(MarkAuthority.Pem(leaf.RawData))));
        Assert.False(listener.Pending());
    }

    // Order: what is first, and what comes after it.
    [Fact]
    public void The_first_certificate_is_the_marks_and_the_others_are_authorities()
    {
        const string First = "not_a_mark_certificate the first certificate of the evidence is an authority's: the mark certificate must come first";
        const string Several = "several_mark_certificates the evidence holds a certificate after the first that is not an authority's";
        var leaf = _authority.IssueCertificate(Right);
        var (issuer, root) = (_authority.Issuer.RawData, _authority.Root.RawData);
        Assert.Equal(Several, Problems(Verify(MarkAuthority.Pem(leaf, issuer, leaf))));
        Assert.Equal(Several, Problems(Verify(MarkAuthority.Pem(leaf, leaf, issuer))));
        Assert.Equal("", Problems(Verify(MarkAuthority.Pem(leaf, issuer, issuer, root))));
        Assert.Equal(First, Problems(Verify(MarkAuthority.Pem(issuer, root))).Split('\n')[0]);
        Assert.Equal([First, Several], Problems(Verify(MarkAuthority.Pem(issuer, leaf))).Split('\n')[..2]);
        Assert.Equal(First, Problems(Verify(_authority.Issue(Right with { IsAuthority = true }))));
    }

    // A chain is not built with a key that is refused: the root is not even looked for.
    [Fact]
    public void With_a_refused_algorithm_no_path_is_looked_for()
    {
        var leaf = _authority.IssueCertificate(Right with { IsSignedWithSha1 = true });
        var certificate = Verify(MarkAuthority.Pem(leaf));
        Assert.Equal($"algorithm the signature of {certificate.Subject} uses MD5 or SHA-1", Problems(certificate));
        Assert.Equal(["domain_mismatch", "algorithm"], Verify(_authority.Issue(Right with { IsSignedWithSha1 = true, DnsNames = [] })).Problems.Select(static problem => problem.Code));
    }

    [Fact]
    public void Names_are_shown_by_their_first_1000_characters()
    {
        var (fits, tooLong) = (Subject([("2.5.4.3", new string('x', 997))]), Subject([("2.5.4.3", new string('x', 998))]));
        Assert.Equal("CN=" + new string('x', 997), Verify(_authority.Issue(Right with { Subject = fits })).Subject);
        Assert.Equal("CN=" + new string('x', 997) + "\u2026", Verify(_authority.Issue(Right with { Subject = tooLong })).Subject);
        Assert.Equal("CN=" + new string('x', 997) + "\u2026", Verify(MarkAuthority.Pem(_authority.SelfSign(Right with { Subject = tooLong }))).Issuer);
    }

    private static string Problems(MarkCertificate certificate) => string.Join('\n', certificate.Problems.Select(static problem => $"{problem.Code} {problem}"));

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    // Each part with its attributes, in UTF-8.
    private static X500DistinguishedName Subject(params (string Oid, string Value)[][] parts)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            foreach (var part in parts)
            {
                using (writer.PushSetOf())
                {
                    foreach (var (oid, value) in part)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(oid);
                            writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                        }
                    }
                }
            }
        }

        return new X500DistinguishedName(writer.Encode());
    }

    private X509Certificate2 Create(CertificateRequest request) => request.Create(
        _authority.Issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(_authority.IssuerKey), MarkAuthority.Now.AddDays(-1), MarkAuthority.Now.AddDays(1), [9]);

    private MarkCertificate Verify(byte[] document, X509Certificate2? root = null, DateTimeOffset? now = null) =>
        new MarkCertificateVerifier(new BimiOptions { MarkRoots = [root ?? _authority.Root] }, new FakeTimeProvider(now ?? MarkAuthority.Now))
            .Verify(document, [Name("example.com")], "default");
}
