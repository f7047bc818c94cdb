using System.Collections.Immutable;

namespace EmailAuth.Bimi;

/// <summary>What checking a document against SVG Tiny PS (draft-svg-tiny-ps-abrotman) found.</summary>
internal sealed class SvgFindings
{
    /// <summary>Everything that the profile does not allow, in the order of the document; at most <see cref="SvgLimits.MaxViolations"/>.</summary>
    public required ImmutableArray<BimiProblem> Violations { get; init; }

    /// <summary>What the profile allows and receivers do not like, such as an image that is not square.</summary>
    public required ImmutableArray<BimiProblem> Advice { get; init; }

    /// <summary>The text of the document's title, or null without one.</summary>
    public required string? Title { get; init; }

    /// <summary>Whether the document keeps to the profile.</summary>
    public bool IsValid => Violations.IsEmpty;
}
