using System.Collections.Immutable;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;

namespace EmailAuth.Inspection.Bimi;

/// <summary>What a receiver would show for a domain, and what is published for it. Immutable.</summary>
public sealed class BimiInspection
{
    /// <summary>What DMARC finds for mail of the domain whose own DKIM signature passes.</summary>
    public required DmarcResult Dmarc { get; init; }

    /// <summary>What BIMI finds. Where the policy makes a receiver skip the record, it still holds the record.</summary>
    public required BimiResult Result { get; init; }

    /// <summary>The texts at the names where records were looked for, also those that are not valid.</summary>
    public ImmutableArray<PublishedRecord> Records { get; init; } = [];

    /// <summary>What is to be pointed out beside the result.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];
}
