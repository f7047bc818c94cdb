using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Cryptography;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>
/// Verifies mark certificates (BIMI draft section 7.4, draft-fetch-validation-vmc-wchuang): what the certificate says, and its path to a root
/// that the operator trusts. Offline: nothing is fetched, and revocation is not checked. Thread-safe.
/// </summary>
internal sealed class MarkCertificateVerifier
{
    private readonly BimiOptions _options;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a verifier.</summary>
    /// <param name="options">The roots in <see cref="BimiOptions.MarkRoots"/>, and the limits.</param>
    /// <param name="timeProvider">The clock that validity is judged by, or null for the system's.</param>
    public MarkCertificateVerifier(BimiOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <summary>Verifies an evidence document.</summary>
    /// <param name="document">The document: certificates in PEM, the mark's first.</param>
    /// <param name="domains">The author domain and its organizational domain: one of them, or its selector's name, must be in the certificate.</param>
    /// <param name="selector">The selector of the record that names the document.</param>
    public MarkCertificate Verify(ReadOnlyMemory<byte> document, IReadOnlyList<DomainName> domains, string selector)
    {
        ArgumentNullException.ThrowIfNull(domains);
        ArgumentNullException.ThrowIfNull(selector);
        if (PlatformCryptography.Fault is { } fault)
        {
            return Failed(MarkCertificateProblemCode.Unreadable, $"the evidence cannot be verified: {fault}");
        }

        if (document.Length > _options.MaxEvidenceBytes)
        {
            return Failed(
                MarkCertificateProblemCode.TooLarge, $"the evidence of {document.Length} bytes exceeds {_options.MaxEvidenceBytes} (MaxEvidenceBytes)");
        }

        var encoded = PemCertificates.Read(document.Span, _options.MaxEvidenceCertificates);
        if (encoded is null or { Count: 0 })
        {
            return Failed(MarkCertificateProblemCode.Unreadable, "the evidence holds no certificates in PEM, or a broken one (RFC 7468)");
        }

        if (encoded.Count > _options.MaxEvidenceCertificates)
        {
            return Failed(
                MarkCertificateProblemCode.TooLarge, $"the evidence holds more than {_options.MaxEvidenceCertificates} certificates (MaxEvidenceCertificates)");
        }

        var certificates = new List<X509Certificate2>();
        try
        {
            foreach (var der in encoded)
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(der));
            }

            return new MarkCertificateCheck(certificates, domains, selector, _options, _timeProvider.GetUtcNow()).Run();
        }
        catch (CryptographicException)
        {
            // Certificates are read lazily: a broken part may show at any use.
            return Failed(MarkCertificateProblemCode.Unreadable, "a certificate of the evidence is malformed (RFC 5280 section 4.1)");
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static MarkCertificate Failed(MarkCertificateProblemCode code, string reason) =>
        new() { Problems = [new BimiProblem(code, reason)] };
}
