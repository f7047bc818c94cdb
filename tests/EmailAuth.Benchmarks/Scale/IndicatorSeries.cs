using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>What BIMI reads of strangers: images, and the certificates that vouch for them.</summary>
internal static class IndicatorSeries
{
    private static readonly int[] ToThousand = [1, 10, 100, 300, 1_000];

    // Limits far past the defaults, so that growth shows: 32 KB hold no more than these few.
    private static readonly SvgLimits Lifted = new()
    {
        MaxBytes = 16 * 1024 * 1024,
        MaxDepth = 100_000,
        MaxDrawnElements = 1_000_000_000,
        MaxViolations = 1_000_000,
    };

    public static IEnumerable<ScaleSeries> All =>
    [
        Svg("svg", "Elements of an image of up to 32 KB", "elements", ToThousand, SvgLimits.Default, count => Repeat("<path d=\"M0 0h9z\"/>", count)),
        Svg(
            "svg-elements", "Elements of an image, the limits lifted", "elements", [10, 100, 1_000, 10_000, 100_000], Lifted,
            count => Repeat("<path d=\"M0 0h9z\"/>", count)),
        Svg(
            "svg-depth", "Nested elements of an image, the limits lifted", "elements", [10, 100, 1_000, 10_000], Lifted,
            count => Repeat("<g>", count) + Repeat("</g>", count)),
        Svg(
            "svg-attributes", "Attributes of one element, none allowed", "attributes", [10, 100, 1_000, 10_000], Lifted,
            count => $"<path{Each(count, i => $" a{i}=\"\"")}/>"),
        Svg(
            "svg-namespaces", "Namespaces of one element", "namespaces", [10, 30, 100, 300, 1_000, 2_000], Lifted,
            count => $"<g{Each(count, i => $" xmlns:a{i}=\"a:{i}\"")}>{Repeat("<g/>", 10)}</g>"),
        Svg(
            "svg-scopes", "Nested elements that each declare a namespace", "elements", [10, 30, 100, 300, 1_000, 2_000], Lifted,
            count => Each(count, i => $"<g xmlns:a{i}=\"a:{i}\">") + Repeat("</g>", count)),
        Svg(
            "svg-ids", "Elements that are used, each by the next", "elements", [10, 100, 1_000, 10_000], Lifted,
            count => Each(count, i => $"<g id=\"a{i}\"><use xlink:href=\"#a{i + 1}\"/></g>") + $"<g id=\"a{count}\"/>"),
        Svg(
            "svg-uses", "Elements that use one and the same", "elements", [10, 100, 1_000, 10_000], Lifted,
            count => "<g id=\"a\"/>" + Repeat("<use xlink:href=\"#a\"/>", count)),
        Svg(
            "svg-text", "Characters of the title", "characters", [10, 1_000, 100_000, 1_000_000], Lifted,
            count => $"<title>{Repeat("a", count)}</title>", hasTitle: false),
        Svg(
            "svg-pieces", "Pieces of the title, with comments in between", "pieces", [10, 100, 1_000, 10_000], Lifted,
            count => $"<title>{Repeat("a<!-- -->", count)}</title>", hasTitle: false),
        Svg(
            "svg-references", "References of one attribute", "references", [10, 100, 1_000, 10_000, 100_000], Lifted,
            count => $"<path fill=\"{Repeat("url(#a) ", count)}\"/>"),
        Svg(
            "svg-entities", "Character references in one attribute", "references", [10, 100, 1_000, 10_000, 100_000], Lifted,
            count => $"<path d=\"{Repeat("&#32;", count)}\"/>"),
        new()
        {
            Name = "evidence-names", Title = "Names of a mark certificate", Unit = "names", Sizes = ToThousand, Observed = "names read",
            Prepare = count => OfCertificate(
                request =>
                {
                    var names = new SubjectAlternativeNameBuilder();
                    for (var i = 0; i < count; i++)
                    {
                        names.AddDnsName($"n{i}.example.net");
                    }

                    request.CertificateExtensions.Add(names.Build());
                },
                "CN=Example"),
        },
        new()
        {
            Name = "evidence-subject", Title = "Attributes of a mark certificate's subject",
            Unit = "attributes", Sizes = ToThousand, Observed = "names read",
            Prepare = count => OfCertificate(_ => { }, string.Join(", ", Enumerable.Range(0, count).Select(i => $"OU=Unit {i}"))),
        },
        new()
        {
            Name = "evidence-extensions", Title = "Unknown extensions of a mark certificate",
            Unit = "extensions", Sizes = ToThousand, Observed = "names read",
            Prepare = count => OfCertificate(
                request =>
                {
                    for (var i = 0; i < count; i++)
                    {
                        request.CertificateExtensions.Add(new X509Extension($"1.3.6.1.4.1.55555.{i}", [5, 0], critical: false));
                    }
                },
                "CN=Example"),
        },
        new()
        {
            Name = "evidence-text", Title = "Lines of text before a certificate",
            Unit = "lines", Sizes = [10, 100, 1_000, 10_000], Observed = "names read",
            Prepare = count => OfCertificate(_ => { }, "CN=Example", Repeat("-----BEGIN CERT\n", count)),
        },
    ];

    private static ScaleSeries Svg(
        string name, string title, string unit, int[] sizes, SvgLimits limits, Func<int, string> content, bool hasTitle = true) => new()
        {
            Name = name,
            Title = title,
            Unit = unit,
            Sizes = sizes,
            Observed = "violations",
            Prepare = count =>
            {
                var svg = Encoding.UTF8.GetBytes(
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
                    + "version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\">"
                    + (hasTitle ? "<title>x</title>" : string.Empty) + content(count) + "</svg>");
                return _ => ValueTask.FromResult((long)BimiIndicator.Read(svg, limits).Value!.Problems.Length);
            },
        };

    private static Work OfCertificate(Action<CertificateRequest> extend, string subject, string before = "")
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        extend(request);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var document = Encoding.ASCII.GetBytes(before + certificate.ExportCertificatePem());
        var root = X509CertificateLoader.LoadCertificate(certificate.RawData);
        var verifier = new MarkCertificateVerifier(new BimiOptions { MarkRoots = [root] });
        DomainName[] domains = [DomainName.Parse("example.com").Value!];
        return _ => ValueTask.FromResult((long)verifier.Verify(document, domains, "default").DnsNames.Length);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));
}
