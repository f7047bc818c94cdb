using System.Collections.Immutable;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;

namespace EmailAuth.Inspection.Bimi;

/// <summary>What a receiver would show for a domain, and what is published for it. Immutable.</summary>
public sealed class BimiInspection
{
    /// <summary>The DMARC result for mail of the domain that has a passing DKIM signature of the same domain.</summary>
    public required DmarcResult Dmarc { get; init; }

    /// <summary>The result that mail of the domain gets.</summary>
    public required BimiResult Result { get; init; }

    /// <summary>
    /// The result for what is published. It is <see cref="Result"/>, unless the DMARC policy makes a receiver skip the record or is not known:
    /// then it is the result under an enforced policy, so that it still has the record.
    /// </summary>
    public required BimiResult Published { get; init; }

    /// <summary>The texts at the names where records were looked up, including invalid ones.</summary>
    public ImmutableArray<PublishedRecord> Records { get; init; } = [];

    /// <summary>The findings in addition to the result.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
