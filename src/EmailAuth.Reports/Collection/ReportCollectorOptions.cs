using System.Collections.Immutable;
using System.Net;
using EmailAuth.Reports.Failures;

namespace EmailAuth.Reports.Collection;

/// <summary>What a collector leaves out. Immutable.</summary>
public sealed record ReportCollectorOptions
{
    /// <summary>
    /// The addresses at which this receiver gets reports, such as <c>dmarc-reports@example.org</c>. A message to them alone is not counted, otherwise the
    /// reports of others would be what we report about. Case does not matter. Empty by default.
    /// </summary>
    public ImmutableArray<string> OwnAddresses { get; init; } = [];

    /// <summary>Networks whose mail is this site's own and goes out; it is not counted. Empty by default.</summary>
    public ImmutableArray<IPNetwork> OwnNetworks { get; init; } = [];

    /// <summary>
    /// How failure reports (RFC 9991) are made; null, the default, for none. The pipeline must keep headers (<see cref="AuthenticationOptions.KeepHeader"/>) for
    /// reports that quote them.
    /// </summary>
    public FailureReportOptions? Failures { get; init; }
}
