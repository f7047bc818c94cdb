using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>What reports say about a domain, such as a store of aggregate reports and complaints. Implementations are thread-safe.</summary>
public interface IDomainHistory
{
    /// <summary>The selectors with which mail of the domain was signed lately; empty when none is known.</summary>
    /// <param name="domain">The signing domain.</param>
    /// <param name="cancellationToken">Ends the lookup.</param>
    ValueTask<ImmutableArray<string>> SelectorsAsync(DomainName domain, CancellationToken cancellationToken);

    /// <summary>The rates of the domain; null when nothing is known.</summary>
    /// <param name="domain">The domain of From.</param>
    /// <param name="cancellationToken">Ends the lookup.</param>
    ValueTask<DomainRates?> RatesAsync(DomainName domain, CancellationToken cancellationToken);
}
