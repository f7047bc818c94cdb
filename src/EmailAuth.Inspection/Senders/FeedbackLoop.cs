using System.Collections.Immutable;

namespace EmailAuth.Inspection.Senders;

/// <summary>A feedback loop: who may join it, and what is seen of that. Immutable.</summary>
public sealed class FeedbackLoop
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Who may join: the owner of the domain, or of the sending addresses.</summary>
    public required string ForWhom { get; init; }

    /// <summary>Whether what can be seen from here allows to join; unseen when something needed is not known.</summary>
    public RequirementState State { get; init; }

    /// <summary>What is needed, each in one line, with what was seen.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];
}
