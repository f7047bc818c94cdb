using System.Collections.Immutable;

namespace EmailAuth.Inspection.Senders;

/// <summary>A requirement of mailbox providers, and whether a domain meets it: a row of the matrix. Immutable.</summary>
public sealed class Requirement
{
    /// <summary>Its name for programs, such as <c>spf</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is asked, in one line.</summary>
    public required string Text { get; init; }

    /// <summary>What was seen, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>An element for each provider.</summary>
    public ImmutableArray<ProviderRequirement> Providers { get; init; } = [];
}
