using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using EmailAuth.Bimi;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>The documents of BIMI: logos and certificates; and what becomes of a record and of what it names.</summary>
internal static class BimiTargets
{
    /// <summary>Trusts the authority of the test data's certificate.</summary>
    public static readonly BimiOptions Options = new()
    {
        RetrieveIndicator = true,
        VerifyEvidence = true,
        MarkRoots = [X509Certificate2.CreateFromPem(File.ReadAllText(TestData.PathOf("bimi", "mark-root.pem")))],
    };

    private static readonly MarkCertificateVerifier Certificates = new(Options, FixedTime.Default);

    private static readonly DomainName[] CertificateDomains = [DomainName.Parse("example.com").Value!];

    /// <summary>The mark certificate and its issuer's.</summary>
    private static readonly byte[][] Chain = [.. PemCertificates.Read(File.ReadAllBytes(TestData.PathOf("bimi", "mark.pem")), 8)!];

    private static readonly string[] DangerousElements = ["script", "foreignObject", "image", "iframe", "a", "animate", "animateTransform", "set", "style", "audio", "video", "handler", "feImage"];

    /// <summary>A document that is said to keep to the profile holds nothing that acts or refers outside, as another reader sees it.</summary>
    public static void CheckIndicator(BimiIndicator indicator)
    {
        foreach (var violation in indicator.Problems)
        {
            Expect.Reason(violation.Reason, "a violation");
            Expect.Printable(violation.Reason, "a violation");
        }

        if (!indicator.IsValid)
        {
            return;
        }

        using var reader = XmlReader.Create(new MemoryStream(indicator.Svg.ToArray()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var document = XDocument.Load(reader);
        foreach (var element in document.Descendants())
        {
            FindingException.ThrowIf(
                element.Name.NamespaceName != "http://www.w3.org/2000/svg" || DangerousElements.Contains(element.Name.LocalName, StringComparer.OrdinalIgnoreCase), $"a valid logo has {element.Name}");
            foreach (var attribute in element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration))
            {
                var (name, value) = (attribute.Name.LocalName, attribute.Value);
                FindingException.ThrowIf(name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || name == "style", $"a valid logo has {name}");
                FindingException.ThrowIf(name == "href" && value.Length > 0 && !value.TrimStart().StartsWith('#'), $"a valid logo refers to {value}");
                FindingException.ThrowIf(RefersOutside(value), $"a valid logo refers to {value}");
            }
        }

        FindingException.ThrowIf(document.Nodes().Any(node => node is XProcessingInstruction or XDocumentType), "a valid logo has an instruction or a DTD");
    }

    // CSS: url(, white space and a quote perhaps, and what it refers to.
    private static bool RefersOutside(string value)
    {
        var rest = value.AsSpan();
        while (rest.IndexOf("url(", StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            rest = rest[(at + "url(".Length)..].TrimStart();
            if (rest is not (['#', ..] or ['"' or '\'', '#', ..]))
            {
                return true;
            }
        }

        return false;
    }

    public static void Svg(ReadOnlySpan<byte> input)
    {
        var read = BimiIndicator.Read(input.ToArray());
        if (read.Value is { } indicator)
        {
            CheckIndicator(indicator);
        }
        else
        {
            Expect.Reason(read.Error!.Reason, "no indicator");
        }
    }

    // The input is the evidence; a certificate in DER, before its issuer's; and each of the extensions.
    public static void Certificate(ReadOnlySpan<byte> input)
    {
        Check(Certificates.Verify(input.ToArray(), CertificateDomains, "default"), PemCertificates.Read(input, 8)?.FirstOrDefault());
        if (input.StartsWith((ReadOnlySpan<byte>)[0x30]) && input.Length < 100_000)
        {
            var der = input.ToArray();
            var document = PemEncoding.WriteString("CERTIFICATE", der) + "\n" + PemEncoding.WriteString("CERTIFICATE", Chain[1]);
            Check(Certificates.Verify(Encoding.ASCII.GetBytes(document), CertificateDomains, "default"), der);
        }

        Logotype.Parse(input.ToArray());
        TimestampList.Read(input);
    }

    // Nobody here has the authority's key: what is valid is what it signed.
    private static void Check(MarkCertificate certificate, byte[]? leaf)
    {
        foreach (var problem in certificate.Problems)
        {
            Expect.Reason(problem.Reason, "a problem");
            Expect.Printable(problem.Reason, "a problem");
        }

        FindingException.ThrowIf(certificate.IsValid && (leaf is null || !SignedPart(leaf).Span.SequenceEqual(SignedPart(Chain[0]).Span)), "a forged certificate is valid");
        if (certificate.Indicator is { } indicator)
        {
            CheckIndicator(indicator);
        }
    }

    private static ReadOnlyMemory<byte> SignedPart(byte[] certificate) => new AsnReader(certificate, AsnEncodingRules.DER).ReadSequence().PeekEncodedValue();
}
