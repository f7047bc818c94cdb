using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Spf;

/// <summary>Inspects what a domain publishes for SPF (RFC 7208). Stateless; safe to use from many threads.</summary>
public static class SpfInspector
{
    /// <summary>
    /// Looks up a domain's record and walks through it with all included records, as a check does for a client that matches nothing.
    /// Therefore the counts are the highest that a check can reach.
    /// </summary>
    /// <param name="domain">The domain whose record to start with.</param>
    /// <param name="resolver">Where to ask. What it throws counts as a failed lookup.</param>
    /// <param name="options">The limits of a check; null for <see cref="SpfOptions.Default"/>.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Task<SpfInspection> InspectAsync(
        DomainName domain, IDnsResolver resolver, SpfOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(resolver);
        return new SpfWalk(new InspectionResolver(resolver), options ?? SpfOptions.Default).RunAsync(domain, cancellationToken);
    }
}
