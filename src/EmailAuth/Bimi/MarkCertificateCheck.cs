using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>The checks of one evidence document, each of which notes what is wrong and goes on.</summary>
internal sealed class MarkCertificateCheck
{
    private const string BrandIndicatorUsage = "1.3.6.1.5.5.7.3.31";
    private const string AnyExtendedKeyUsage = "2.5.29.37.0";
    private const string MarkTypeAttribute = "1.3.6.1.4.1.53087.1.13";

    private readonly List<X509Certificate2> _certificates;
    private readonly X509Certificate2 _leaf;
    private readonly IReadOnlyCollection<DomainName> _domains;
    private readonly string _selector;
    private readonly BimiOptions _options;
    private readonly DateTimeOffset _now;
    private readonly ImmutableArray<BimiProblem>.Builder _problems = ImmutableArray.CreateBuilder<BimiProblem>();

    public MarkCertificateCheck(
        List<X509Certificate2> certificates, IReadOnlyCollection<DomainName> domains, string selector, BimiOptions options, DateTimeOffset now)
    {
        _certificates = certificates;
        _leaf = certificates[0];
        _domains = domains;
        _selector = selector;
        _options = options;
        _now = now;
    }

    public MarkCertificate Run()
    {
        var dnsNames = ReadDnsNames();
        CheckOrder();
        CheckUsage();
        CheckValidity();
        CheckDomain(dnsNames);
        var markType = CheckMarkType();
        var indicator = CheckLogotype();
        foreach (var certificate in _certificates)
        {
            CertificateAlgorithms.Check(certificate, _problems);
        }

        // A chain is only built from keys of bounded size.
        if (!_problems.Any(problem => problem.Code == MarkCertificateProblemCode.Algorithm.Keyword()))
        {
            CheckPath();
        }

        return new MarkCertificate
        {
            Problems = _problems.ToImmutable(),
            Subject = Excerpt.Of(_leaf.Subject, 1000),
            Issuer = Excerpt.Of(_leaf.Issuer, 1000),
            NotBefore = Utc(_leaf.NotBefore),
            NotAfter = Utc(_leaf.NotAfter),
            DnsNames = dnsNames,
            Type = markType,
            Timestamps = Find(_leaf, TimestampList.ExtensionOid) is { } list ? [.. TimestampList.Read(list.RawData).Select(static timestamp => timestamp.ToString())] : [],
            Indicator = indicator,
        };
    }

    private void CheckOrder()
    {
        if (IsAuthority(_leaf))
        {
            Note(MarkCertificateProblemCode.NotAMarkCertificate, "the first certificate of the evidence is an authority's: the mark certificate must come first");
        }

        if (_certificates.Skip(1).Any(certificate => !IsAuthority(certificate)))
        {
            Note(MarkCertificateProblemCode.SeveralMarkCertificates, "the evidence holds a certificate after the first that is not an authority's");
        }
    }

    private void CheckUsage()
    {
        if (!Usages(_leaf).Contains(BrandIndicatorUsage, StringComparer.Ordinal))
        {
            Note(
                MarkCertificateProblemCode.ExtendedKeyUsage,
                "the mark certificate's extended key usage lacks 1.3.6.1.5.5.7.3.31, id-kp-BrandIndicatorforMessageIdentification");
        }

        // Issuers may be restricted to uses as well; a restricted one must allow this use (or any).
        foreach (var issuer in _certificates.Skip(1).Where(IsAuthority))
        {
            var usages = Usages(issuer);
            if (usages.Count > 0 && !usages.Contains(BrandIndicatorUsage, StringComparer.Ordinal) && !usages.Contains(AnyExtendedKeyUsage, StringComparer.Ordinal))
            {
                Note(MarkCertificateProblemCode.ExtendedKeyUsage, $"the authority {Excerpt.Of(issuer.Subject)} may not issue mark certificates: its extended key usage lacks 1.3.6.1.5.5.7.3.31");
            }
        }

        if (_leaf.Extensions.OfType<X509KeyUsageExtension>().Any(static usage => (usage.KeyUsages & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != X509KeyUsageFlags.None))
        {
            Note(MarkCertificateProblemCode.KeyUsage, "the mark certificate's key usage allows signing certificates or revocation lists");
        }
    }

    private void CheckValidity()
    {
        var (notBefore, notAfter) = (Utc(_leaf.NotBefore), Utc(_leaf.NotAfter));
        if (_now < notBefore)
        {
            Note(MarkCertificateProblemCode.NotYetValid, string.Create(CultureInfo.InvariantCulture, $"the mark certificate is valid only from {notBefore:yyyy-MM-dd HH:mm:ss} UTC"));
        }

        if (_now > notAfter)
        {
            Note(MarkCertificateProblemCode.Expired, string.Create(CultureInfo.InvariantCulture, $"the mark certificate expired on {notAfter:yyyy-MM-dd HH:mm:ss} UTC"));
        }
    }

    private void CheckDomain(ImmutableArray<string> dnsNames)
    {
        foreach (var dnsName in dnsNames)
        {
            var parsed = DomainName.Parse(dnsName);
            if (parsed.IsSuccess && _domains.Any(domain => parsed.Value == domain || parsed.Value == BimiDiscovery.NameOf(domain, _selector)))
            {
                return;
            }
        }

        Note(
            MarkCertificateProblemCode.DomainMismatch,
            $"no subject alternative name of the mark certificate is {string.Join(" or ", _domains)}, with or without {_selector}._bimi before it");
    }

    private MarkType CheckMarkType()
    {
        var markTypes = _leaf.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == MarkTypeAttribute)
            .Select(name => name.GetSingleElementValue())
            .ToList();
        var markType = markTypes is not [{ } text] ? MarkType.Unknown : text.Trim().ToUpperInvariant() switch
        {
            "REGISTERED MARK" => MarkType.RegisteredMark,
            "GOVERNMENT MARK" => MarkType.GovernmentMark,
            "PRIOR USE MARK" => MarkType.PriorUseMark,
            "MODIFIED REGISTERED MARK" => MarkType.ModifiedRegisteredMark,
            "PROVISIONAL MARK" => MarkType.ProvisionalMark,
            _ => MarkType.Unknown,
        };
        if (markType == MarkType.Unknown)
        {
            Note(MarkCertificateProblemCode.MarkType, "the mark certificate's subject has not exactly one known mark type (1.3.6.1.4.1.53087.1.13)");
        }

        return markType;
    }

    private BimiIndicator? CheckLogotype()
    {
        if (Find(_leaf, Logotype.ExtensionOid) is not { } extension)
        {
            Note(MarkCertificateProblemCode.LogotypeMissing, "the mark certificate has no logotype extension (RFC 9399)");
            return null;
        }

        var logotype = Logotype.Parse(extension.RawData);
        if (!logotype.IsSuccess)
        {
            Note(MarkCertificateProblemCode.LogotypeMalformed, logotype.Error.Reason);
            return null;
        }

        if (logotype.Value.Decode() is not { } embedded)
        {
            Note(MarkCertificateProblemCode.LogotypeMissing, "the mark certificate's logotype is not an embedded SVG: its URI is not data:image/svg+xml;base64");
            return null;
        }

        var read = BimiIndicator.Read(embedded, _options.IndicatorLimits);
        if (!read.IsSuccess)
        {
            Note(MarkCertificateProblemCode.LogotypeInvalid, $"in the mark certificate, {read.Error.Reason}");
            return null;
        }

        var indicator = read.Value;
        if (!logotype.Value.IsHashOf(embedded, indicator.Svg.Span))
        {
            Note(MarkCertificateProblemCode.LogotypeHashMismatch, "the hash in the mark certificate's logotype is not that of its image (RFC 9399 section 4.1)");
        }

        if (!indicator.IsValid)
        {
            Note(MarkCertificateProblemCode.LogotypeInvalid, $"the mark certificate's image is not SVG Tiny PS: {indicator.Problems[0]}");
        }

        return indicator;
    }

    // RFC 5280 section 6, with the operator's roots and no other.
    private void CheckPath()
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var root in _options.MarkRoots)
        {
            _ = policy.CustomTrustStore.Add(root);
        }

        foreach (var certificate in _certificates.Skip(1))
        {
            _ = policy.ExtraStore.Add(certificate);
        }

        policy.DisableCertificateDownloads = true;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.VerificationTime = _now.UtcDateTime;
        var isValid = chain.Build(_leaf);
        if (isValid && chain.ChainElements.Count < 2)
        {
            Note(MarkCertificateProblemCode.SelfSigned, "the mark certificate is itself among the roots: no authority vouches for it");
        }

        if (!isValid)
        {
            NotePath(chain);
        }

        foreach (var element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }
    }

    private void NotePath(X509Chain chain)
    {
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (flags.HasFlag(X509ChainStatusFlags.NotSignatureValid))
        {
            Note(MarkCertificateProblemCode.Signature, "a signature in the mark certificate's chain is wrong (RFC 5280 section 6.1.3)");
        }

        if ((flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != X509ChainStatusFlags.NoError)
        {
            if (_leaf.SubjectName.RawData.AsSpan().SequenceEqual(_leaf.IssuerName.RawData))
            {
                Note(MarkCertificateProblemCode.SelfSigned, "the mark certificate is self-signed: no authority vouches for it");
            }
            else
            {
                Note(MarkCertificateProblemCode.UnknownRoot, "the mark certificate's chain does not end at a trusted root");
            }
        }

        // The leaf's own validity was judged already.
        if (chain.ChainElements.Skip(1).Any(element => element.ChainElementStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid)))
        {
            Note(MarkCertificateProblemCode.Expired, "an authority's certificate in the mark certificate's chain is outside its validity");
        }

        var others = flags & ~(X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.UntrustedRoot
            | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotTimeValid);
        if (others != X509ChainStatusFlags.NoError || flags == X509ChainStatusFlags.NoError)
        {
            Note(MarkCertificateProblemCode.Chain, $"the mark certificate's chain breaks RFC 5280 section 6: {others}");
        }
    }

    private static DateTimeOffset Utc(DateTime local) => new(local.ToUniversalTime());

    private ImmutableArray<string> ReadDnsNames() =>
        [.. _leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())];

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(extension => extension.CertificateAuthority);

    private static List<string> Usages(X509Certificate2 certificate) =>
        [.. certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(e => e.EnhancedKeyUsages.Cast<Oid>()).Select(oid => oid.Value!)];

    private static X509Extension? Find(X509Certificate2 certificate, string oid) => certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == oid);

    private void Note(MarkCertificateProblemCode code, string reason) => _problems.Add(new BimiProblem(code, reason));
}
