using System.Security.Cryptography;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Evidence documents at the bounds of size and number, and what cannot be read.</summary>
public sealed class MarkCertificateVerifierDocumentTests : IDisposable
{
    private const string Unreadable = "unreadable the evidence holds no certificates in PEM, or a broken one (RFC 7468)";

    private readonly MarkAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void The_size_of_the_document_is_exact()
    {
        var document = _authority.Issue(new MarkLeaf("<svg/>"u8.ToArray()));
        var atLimit = Problems(document, new BimiOptions { MaxEvidenceBytes = document.Length });
        Assert.DoesNotContain("too_large", atLimit, StringComparison.Ordinal);
        Assert.DoesNotContain("unreadable", atLimit, StringComparison.Ordinal);
        Assert.Equal(
            $"too_large the evidence of {document.Length} bytes exceeds {document.Length - 1} (MaxEvidenceBytes)",
            Problems(document, new BimiOptions { MaxEvidenceBytes = document.Length - 1 }));
    }

    [Fact]
    public void The_number_of_certificates_is_exact()
    {
        var (leaf, issuer) = (_authority.IssueCertificate(new MarkLeaf("<svg/>"u8.ToArray())), _authority.Issuer.RawData);
        var options = new BimiOptions { MaxEvidenceCertificates = 3, MarkRoots = [_authority.Root] };
        Assert.DoesNotContain("too_large", Problems(MarkAuthority.Pem(leaf, issuer, issuer), options), StringComparison.Ordinal);
        Assert.Equal("too_large the evidence holds more than 3 certificates (MaxEvidenceCertificates)", Problems(MarkAuthority.Pem(leaf, issuer, issuer, issuer), options));
        Assert.Equal("too_large the evidence holds more than 3 certificates (MaxEvidenceCertificates)", Problems(MarkAuthority.Pem(leaf, issuer, issuer, issuer, issuer), options));
        Assert.Equal("too_large the evidence holds more than 8 certificates (MaxEvidenceCertificates)", Problems(MarkAuthority.Pem([.. Enumerable.Repeat(issuer, 9)])));
    }

    [Fact]
    public void One_certificate_alone_is_read() =>
        Assert.DoesNotContain("unreadable", Problems(MarkAuthority.Pem(_authority.IssueCertificate(new MarkLeaf("<svg/>"u8.ToArray())))), StringComparison.Ordinal);

    [Theory]
    [InlineData("", Unreadable)]
    [InlineData("text", Unreadable)]
    [InlineData("-----BEGIN CERTIFICATE-----", Unreadable)]
    [InlineData("-----BEGIN CERTIFICATE-----AQID-----END CERTIFICATE-----", "unreadable a certificate of the evidence is malformed (RFC 5280 section 4.1)")]
    [InlineData("-----BEGIN CERTIFICATE-----MAA=-----END CERTIFICATE-----", "unreadable a certificate of the evidence is malformed (RFC 5280 section 4.1)")]
    public void What_cannot_be_read_has_no_facts(string document, string expected)
    {
        var certificate = new MarkCertificateVerifier(BimiOptions.Default).Verify(Encoding.ASCII.GetBytes(document), [Name("example.com")], "default");
        Assert.Equal(expected, Text(certificate));
        Assert.Equal((null, null, null, null, null), (certificate.Subject, certificate.Issuer, certificate.NotBefore, certificate.NotAfter, certificate.Indicator));
        Assert.Equal(("unknown", "unknown", 0, 0), (certificate.MarkType, certificate.Kind, certificate.DnsNames.Length, certificate.Timestamps.Length));
    }

    // A certificate whose extension cannot be read shows it only when it is used.
    [Fact]
    public void An_extension_that_is_malformed_makes_the_certificate_so()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new MarkLeaf("<svg/>"u8.ToArray()) { DnsNames = [] }.Request(key);
        request.CertificateExtensions.Add(new System.Security.Cryptography.X509Certificates.X509Extension("2.5.29.17", [5], false));
        using var certificate = request.CreateSelfSigned(MarkAuthority.Now.AddDays(-1), MarkAuthority.Now.AddDays(1));
        Assert.Equal("unreadable a certificate of the evidence is malformed (RFC 5280 section 4.1)", Problems(MarkAuthority.Pem(certificate.RawData)));
    }

    // Without a clock it is the system's.
    [Fact]
    public void The_clock_is_the_given_one_or_the_systems()
    {
        var now = TimeProvider.System.GetUtcNow();
        var document = MarkAuthority.Pem(_authority.SelfSign(new MarkLeaf("<svg/>"u8.ToArray()) { NotBefore = now.AddDays(-2), NotAfter = now.AddDays(2) }));
        Assert.DoesNotContain("valid only from", Text(MarkCertificate.Verify(document, [Name("example.com")], "default", BimiOptions.Default)), StringComparison.Ordinal);
        Assert.DoesNotContain("expired", Text(MarkCertificate.Verify(document, [Name("example.com")], "default", BimiOptions.Default)), StringComparison.Ordinal);
        Assert.Contains("expired", Text(MarkCertificate.Verify(document, [Name("example.com")], "default", BimiOptions.Default, new FakeTimeProvider(now.AddDays(3)))), StringComparison.Ordinal);
        Assert.Contains("not_yet_valid", Text(MarkCertificate.Verify(document, [Name("example.com")], "default", BimiOptions.Default, new FakeTimeProvider(now.AddDays(-3)))), StringComparison.Ordinal);
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;

    private static string Text(MarkCertificate certificate) => string.Join('\n', certificate.Problems.Select(static problem => $"{problem.Code} {problem}"));

    private static string Problems(byte[] document, BimiOptions? options = null) => Text(
        new MarkCertificateVerifier(options ?? BimiOptions.Default, new FakeTimeProvider(MarkAuthority.Now)).Verify(document, [Name("example.com")], "default"));
}
