using System.Collections.Immutable;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Collection;

/// <summary>A policy and who wants reports about it: what the messages of one report have in common. Immutable.</summary>
public sealed class CollectedPolicy
{
    /// <summary>The policy.</summary>
    public required PublishedPolicy Policy { get; init; }

    /// <summary>The addresses of <c>rua</c> as the record has them, in its order.</summary>
    public required ImmutableArray<string> ReportUris { get; init; }

    /// <summary>The policy.</summary>
    public override string ToString() => Policy.ToString();
}
