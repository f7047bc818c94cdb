using System.Collections.Immutable;

namespace EmailAuth.Inspection.Domains;

/// <summary>Something to change, with the findings that it ends. Immutable.</summary>
public sealed class DomainChange
{
    /// <summary>What to do, in one line.</summary>
    public required string Text { get; init; }

    /// <summary>How much harm it ends.</summary>
    public FindingSeverity Severity { get; init; }

    /// <summary>The codes of the findings.</summary>
    public ImmutableArray<FindingCode> Codes { get; init; } = [];

    /// <summary>The name at which to publish <see cref="Record"/>; null without one.</summary>
    public string? Name { get; init; }

    /// <summary>The type of the record, such as <c>TXT</c>; null without one.</summary>
    public string? Type { get; init; }

    /// <summary>
    /// The data of the record to publish instead of the one that is there; null when the right record is not known, and where the name is an
    /// alias, at which no record can be published: then <see cref="Text"/> names its target. It has passed the check of
    /// this library: an inspection of the domain with this record does not have the findings of <see cref="Codes"/>, and no new error.
    /// </summary>
    public string? Record { get; init; }
}
