using System.Buffers.Binary;
using System.Formats.Asn1;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailAuth.Tests.Bimi;

/// <summary>A mark authority: a root, an intermediate, and leaves with logotypes, right or wrong in one point.</summary>
internal sealed class MarkAuthority : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public MarkAuthority(DateTimeOffset? issuerNotAfter = null, bool issuerIsAuthority = true, string? issuerUsage = MarkLeaf.BrandIndicatorUsage, string name = "Test Mark")
    {
        var root = new CertificateRequest($"CN={name} Root", _rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Root = root.CreateSelfSigned(Now.AddYears(-5), Now.AddYears(20));

        var issuer = new CertificateRequest($"CN={name} Authority", _issuerKey, HashAlgorithmName.SHA256);
        issuer.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuerIsAuthority, issuerIsAuthority, 0, true));
        issuer.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (issuerUsage is not null)
        {
            issuer.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(issuerUsage)], false));
        }

        Issuer = issuer.Create(Root, Now.AddYears(-1), issuerNotAfter ?? Now.AddYears(10), [1, 2, 3]);
    }

    public ECDsa IssuerKey => _issuerKey;

    public X509Certificate2 Root { get; }

    public X509Certificate2 Issuer { get; }

    /// <summary>The evidence document: the mark certificate and the authority's.</summary>
    public byte[] Issue(MarkLeaf leaf) => Pem(IssueCertificate(leaf), Issuer.RawData);

    public byte[] IssueCertificate(MarkLeaf leaf)
    {
        var generator = leaf.IsSignedWithSha1 ? new Sha1Generator(_issuerKey) : X509SignatureGenerator.CreateForECDsa(_issuerKey);
        using var certificate = leaf.Request(_leafKey).Create(Issuer.SubjectName, generator, leaf.NotBefore, leaf.NotAfter, [4, 5, 6]);
        return certificate.RawData;
    }

    public byte[] SelfSign(MarkLeaf leaf)
    {
        using var certificate = leaf.Request(_leafKey).CreateSelfSigned(leaf.NotBefore, leaf.NotAfter);
        return certificate.RawData;
    }

    public static byte[] Pem(params byte[][] certificates) =>
        Encoding.ASCII.GetBytes(string.Join('\n', certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der))));

    public void Dispose()
    {
        Root.Dispose();
        Issuer.Dispose();
        _rootKey.Dispose();
        _issuerKey.Dispose();
        _leafKey.Dispose();
    }
}

/// <summary>What a mark certificate is to hold; everything right unless a test changes it.</summary>
internal sealed record MarkLeaf(byte[] Svg)
{
    public const string BrandIndicatorUsage = "1.3.6.1.5.5.7.3.31";

    public string[] DnsNames { get; init; } = ["example.com"];

    public string? Usage { get; init; } = BrandIndicatorUsage;

    public string? MarkType { get; init; } = "Registered Mark";

    public DateTimeOffset NotBefore { get; init; } = MarkAuthority.Now.AddMonths(-1);

    public DateTimeOffset NotAfter { get; init; } = MarkAuthority.Now.AddMonths(6);

    public bool IsAuthority { get; init; }

    public X509KeyUsageFlags KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    /// <summary>What is embedded; the gzip of the image when null.</summary>
    public byte[]? Embedded { get; init; }

    public string DataPrefix { get; init; } = "data:image/svg+xml;base64,";

    /// <summary>The hash in the logotype; that of the image when null.</summary>
    public byte[]? Hash { get; init; }

    public string HashOid { get; init; } = "2.16.840.1.101.3.4.2.1";

    /// <summary>The whole value of the logotype extension; made from the rest when null, left out when empty.</summary>
    public byte[]? Logotype { get; init; }

    public int ImageCount { get; init; } = 1;

    public bool IsSignedWithSha1 { get; init; }

    /// <summary>The whole subject; made from the rest when null.</summary>
    public X500DistinguishedName? Subject { get; init; }

    public bool HasKeyUsage { get; init; } = true;

    public bool HasTimestamps { get; init; } = true;

    public CertificateRequest Request(ECDsa key)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationName("Example Learning");
        if (MarkType is not null)
        {
            subject.Add("1.3.6.1.4.1.53087.1.13", MarkType, UniversalTagNumber.UTF8String);
        }

        var request = new CertificateRequest(Subject ?? subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(IsAuthority, false, 0, true));
        if (HasKeyUsage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(KeyUsage, true));
        }

        if (Usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Usage)], false));
        }

        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in DnsNames)
        {
            names.AddDnsName(name);
        }

        if (DnsNames.Length > 0)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        var logotype = Logotype ?? WriteLogotype();
        if (logotype.Length > 0)
        {
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.5.5.7.1.12", logotype, false));
        }

        if (HasTimestamps)
        {
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.11129.2.4.2", WriteTimestamps(), false));
        }

        return request;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    // RFC 9399 section 4.1.
    private byte[] WriteLogotype()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2))) // subjectLogo
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) // direct
        using (writer.PushSequence())
        {
            for (var i = 0; i < ImageCount; i++)
            {
                using (writer.PushSequence())
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, "image/svg+xml");
                    using (writer.PushSequence())
                    using (writer.PushSequence())
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(HashOid);
                        }

                        writer.WriteOctetString(Hash ?? SHA256.HashData(Svg));
                    }

                    using (writer.PushSequence())
                    {
                        writer.WriteCharacterString(UniversalTagNumber.IA5String, DataPrefix + Convert.ToBase64String(Embedded ?? Gzip(Svg)));
                    }
                }
            }
        }

        return writer.Encode();
    }

    // RFC 6962 section 3.3: one timestamp of a log whose identifier is 32 times 7.
    private static byte[] WriteTimestamps()
    {
        var item = new byte[1 + 32 + 8 + 2 + 4];
        item.AsSpan(1, 32).Fill(7);
        BinaryPrimitives.WriteInt64BigEndian(item.AsSpan(33), MarkAuthority.Now.ToUnixTimeMilliseconds());
        var list = new byte[4 + item.Length];
        BinaryPrimitives.WriteUInt16BigEndian(list, (ushort)(item.Length + 2));
        BinaryPrimitives.WriteUInt16BigEndian(list.AsSpan(2), (ushort)item.Length);
        item.CopyTo(list, 4);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(list);
        return writer.Encode();
    }
}

/// <summary>Signs with ECDSA and SHA-1, which no authority may any more.</summary>
internal sealed class Sha1Generator(ECDsa key) : X509SignatureGenerator
{
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.10045.4.1");
        }

        return writer.Encode();
    }

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
        key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

    protected override PublicKey BuildPublicKey() => CreateForECDsa(key).PublicKey;
}
