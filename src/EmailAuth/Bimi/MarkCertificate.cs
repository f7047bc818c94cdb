using System.Collections.Immutable;
using System.Diagnostics;

namespace EmailAuth.Bimi;

/// <summary>
/// A mark certificate (VMC or CMC) as an evidence document holds it, and what verifying it found. Facts may be absent when the document
/// could not be read that far.
/// </summary>
public sealed record MarkCertificate
{
    internal MarkCertificate()
    {
    }

    /// <summary>Everything that is wrong; empty when the certificate is valid for the domain.</summary>
    public required ImmutableArray<MarkCertificateProblem> Problems { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => Problems.IsEmpty;

    /// <summary>The subject's distinguished name (RFC 4514), or null.</summary>
    public string? Subject { get; init; }

    /// <summary>The issuer's distinguished name (RFC 4514), or null.</summary>
    public string? Issuer { get; init; }

    /// <summary>The serial number in hexadecimal, or null.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>From when the certificate is valid, or null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when the certificate is valid, or null.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The DNS names among the subject alternative names.</summary>
    public ImmutableArray<string> DnsNames { get; init; } = [];

    /// <summary>The mark type.</summary>
    public MarkType MarkType { get; init; }

    /// <summary>Whether it is a VMC or a CMC.</summary>
    public MarkCertificateKind Kind => MarkType switch
    {
        MarkType.RegisteredMark or MarkType.GovernmentMark => MarkCertificateKind.Verified,
        MarkType.Unknown => MarkCertificateKind.Unknown,
        MarkType.PriorUseMark or MarkType.ModifiedRegisteredMark or MarkType.ProvisionalMark => MarkCertificateKind.Common,
        _ => throw new UnreachableException(),
    };

    /// <summary>The signed certificate timestamps that it holds; reported, not verified.</summary>
    public ImmutableArray<CertificateTimestamp> Timestamps { get; init; } = [];

    /// <summary>The image of its logotype, or null when there is none that can be read.</summary>
    public BimiIndicator? Indicator { get; init; }
}
