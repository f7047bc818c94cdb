using System.Collections.Immutable;
using EmailAuth.Bimi;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>The documents of BIMI: logos and certificates.</summary>
internal static class BimiTargets
{
    private static readonly MarkCertificateVerifier Certificates = new(new BimiOptions(), FixedTime.Default);

    private static readonly ImmutableArray<DomainName> CertificateDomains = [DomainName.Parse("example.com").Value!];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("svg", Svg, Words.Svg, () => Seeds.Logos),
        new("certificate", Certificate, Words.Certificates, () => Seeds.Certificates),
    ];

    private static void Svg(ReadOnlySpan<byte> input) => BimiIndicator.Read(input.ToArray());

    private static void Certificate(ReadOnlySpan<byte> input)
    {
        Certificates.Verify(input.ToArray(), CertificateDomains, "default");
        Logotype.Parse(input.ToArray());
        TimestampList.Read(input);
    }
}
