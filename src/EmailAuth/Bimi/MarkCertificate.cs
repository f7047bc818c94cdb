using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>
/// A mark certificate (VMC or CMC) as an evidence document holds it, and what verifying it found. Facts may be absent when the document
/// could not be read that far. Immutable.
/// </summary>
public sealed class MarkCertificate
{
    internal MarkCertificate()
    {
    }

    /// <summary>Everything that is wrong; empty when the certificate is valid for the domain.</summary>
    public ImmutableArray<BimiProblem> Problems { get; internal init; } = [];

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsValid => Problems.IsEmpty;

    /// <summary>The subject's distinguished name (RFC 4514), or null.</summary>
    public string? Subject { get; internal init; }

    /// <summary>The issuer's distinguished name (RFC 4514), or null.</summary>
    public string? Issuer { get; internal init; }

    /// <summary>From when the certificate is valid, or null.</summary>
    public DateTimeOffset? NotBefore { get; internal init; }

    /// <summary>Until when the certificate is valid, or null.</summary>
    public DateTimeOffset? NotAfter { get; internal init; }

    /// <summary>The DNS names among the subject alternative names.</summary>
    public ImmutableArray<string> DnsNames { get; internal init; } = [];

    /// <summary>
    /// What kind of mark it vouches for (subject attribute 1.3.6.1.4.1.53087.1.13): <c>registered_mark</c>, <c>government_mark</c>,
    /// <c>prior_use_mark</c>, <c>modified_registered_mark</c>, <c>provisional_mark</c>; <c>unknown</c> when it says none of them.
    /// </summary>
    public string MarkType => Type switch
    {
        Bimi.MarkType.Unknown => "unknown",
        Bimi.MarkType.RegisteredMark => "registered_mark",
        Bimi.MarkType.GovernmentMark => "government_mark",
        Bimi.MarkType.PriorUseMark => "prior_use_mark",
        Bimi.MarkType.ModifiedRegisteredMark => "modified_registered_mark",
        Bimi.MarkType.ProvisionalMark => "provisional_mark",
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Which kind of certificate it is, which the mark's kind decides: <c>verified</c>, a Verified Mark Certificate (VMC) for a registered or a
    /// government mark; <c>common</c>, a Common Mark Certificate (CMC) for any other; <c>unknown</c>.
    /// </summary>
    public string Kind => CertificateKind.Keyword();

    /// <summary>
    /// The signed certificate timestamps that it holds (RFC 6962 section 3.2), each in one line for people: the time in UTC and the log's
    /// identifier. Reported, not verified.
    /// </summary>
    public ImmutableArray<string> Timestamps { get; internal init; } = [];

    /// <summary>The image of its logotype, or null when there is none that can be read.</summary>
    public BimiIndicator? Indicator { get; internal init; }

    /// <summary>The kind of mark, for decisions.</summary>
    internal MarkType Type { get; init; }

    /// <summary>The kind of certificate, for decisions.</summary>
    internal MarkCertificateKind CertificateKind => Type switch
    {
        Bimi.MarkType.RegisteredMark or Bimi.MarkType.GovernmentMark => MarkCertificateKind.Verified,
        Bimi.MarkType.Unknown => MarkCertificateKind.Unknown,
        Bimi.MarkType.PriorUseMark or Bimi.MarkType.ModifiedRegisteredMark or Bimi.MarkType.ProvisionalMark => MarkCertificateKind.Common,
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// Verifies an evidence document offline (BIMI draft section 7.4, draft-fetch-validation-vmc-wchuang): what the certificate says, and its
    /// path to a root that the operator trusts. Revocation is not asked.
    /// </summary>
    /// <param name="document">The document: certificates in PEM, the mark's first.</param>
    /// <param name="domains">The author domain and its organizational domain: one of them, or its selector's name, must be in the certificate.</param>
    /// <param name="selector">The selector of the record that names the document.</param>
    /// <param name="options">The roots in <see cref="BimiOptions.MarkRoots"/>, and the limits.</param>
    /// <param name="timeProvider">The clock that validity is judged by, or null for the system's.</param>
    public static MarkCertificate Verify(
        ReadOnlyMemory<byte> document, IReadOnlyList<DomainName> domains, string selector, BimiOptions options, TimeProvider? timeProvider = null) =>
        new MarkCertificateVerifier(options, timeProvider).Verify(document, domains, selector);
}
