using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace EmailAuth.Bimi;

/// <summary>
/// What an operator may choose about BIMI. By default only the record is looked up: no web server is asked, and a pass says that the domain
/// publishes an indicator, not what it shows.
/// </summary>
/// <remarks>What is fetched and kept has further limits, which are settings alone (<c>Bimi:MaxRedirects</c> and so on).</remarks>
public sealed record BimiOptions
{
    /// <summary>The defaults.</summary>
    public static BimiOptions Default { get; } = new();

    /// <summary>
    /// Whether a message whose DMARC result is not pass is treated as if it were when a trusted ARC chain says that it was (BIMI draft
    /// section 7.1). Off by default.
    /// </summary>
    public bool AcceptTrustedArc { get; init; }

    /// <summary>
    /// Whether BIMI-Selector counts only when a valid, aligned DKIM signature covers it (section 5.5). On by default; without it anyone
    /// on the way may choose among the domain's indicators.
    /// </summary>
    public bool RequireSignedSelector { get; init; } = true;

    /// <summary>Whether the indicator that <c>l</c> names is fetched and checked against SVG Tiny PS (section 7.5). Off by default.</summary>
    public bool RetrieveIndicator { get; init; }

    /// <summary>
    /// Whether the mark certificate that <c>a</c> names is fetched and verified up to one of <see cref="MarkRoots"/> (section 7.4). Off by
    /// default. With <see cref="RetrieveIndicator"/> the certificate's image must also equal the one that <c>l</c> names.
    /// </summary>
    public bool VerifyEvidence { get; init; }

    /// <summary>Whether a record without evidence fails. Off by default; needs <see cref="VerifyEvidence"/>.</summary>
    public bool RequireEvidence { get; init; }

    /// <summary>The roots of the mark authorities that the operator trusts; required for <see cref="VerifyEvidence"/>. None is built in.</summary>
    public ImmutableArray<X509Certificate2> MarkRoots
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>The most bytes of an indicator, also after decompression; 32,768 by default, which is what large receivers accept. From 1 to 16,777,216.</summary>
    public int MaxIndicatorBytes
    {
        get => IndicatorLimits.MaxBytes;
        init => IndicatorLimits = IndicatorLimits with { MaxBytes = value };
    }

    /// <summary>How much of an indicator is read.</summary>
    internal SvgLimits IndicatorLimits
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = SvgLimits.Default;

    /// <summary>The most bytes of an evidence document; 524,288 by default. From 1 to 16,777,216.</summary>
    public int MaxEvidenceBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 16 * 1024 * 1024);
            field = value;
        }
    } = 512 * 1024;

    /// <summary>The most certificates in an evidence document; 8 by default. At least 2.</summary>
    internal int MaxEvidenceCertificates
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            field = value;
        }
    } = 8;

    /// <summary>How many redirects are followed, each to https and under the same guard as the first request; 0 by default, at most 5.</summary>
    internal int MaxRedirects
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 5);
            field = value;
        }
    }

    /// <summary>How long fetching one document may take, resolution and redirects included; 5 seconds by default. Above zero, at most 5 minutes.</summary>
    public TimeSpan FetchTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(5));
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>How many documents are fetched at the same time; 64 by default. At least 1. Beyond that the result is temperror.</summary>
    internal int MaxConcurrentFetches
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 64;

    /// <summary>How long a fetched document is kept; one hour by default, failures at most 5 minutes. Zero keeps none.</summary>
    internal TimeSpan MaxCacheAge
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>The most bytes that are kept of fetched documents; 16 MiB by default. Zero keeps none.</summary>
    internal long MaxCacheBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 16 * 1024 * 1024;

    /// <summary>For tests: servers on loopback, at any port, may be asked.</summary>
    internal bool AllowLoopback { get; init; }

    /// <summary>For tests: the roots of web servers' certificates in place of the system's.</summary>
    internal X509Certificate2Collection? TrustedServerRoots { get; init; }
}
