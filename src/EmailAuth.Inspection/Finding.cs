using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection;

/// <summary>Something to point out about what a domain publishes: a code with its arguments, and where it is. Immutable.</summary>
/// <remarks>
/// Programs decide by <see cref="Code"/>, which never changes its meaning; <see cref="Text"/> is made from it for people and may be worded
/// differently in any version.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Finding
{
    private readonly string? _section;

    /// <summary>What was found.</summary>
    public required FindingCode Code { get; init; }

    /// <summary>How much it matters.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>The name at which the record is, or should be; null when the finding is not about one name.</summary>
    public DomainName? Name { get; init; }

    /// <summary>The text of the record that <see cref="Position"/> counts in; null when the finding is not about a text.</summary>
    public string? Record { get; init; }

    /// <summary>Where in <see cref="Record"/> it starts, counted from zero; null when it is not about a place in the text.</summary>
    public int? Position { get; init; }

    /// <summary>How many characters of <see cref="Record"/> it spans; 0 when something is missing there, or without a position.</summary>
    public int Length { get; init; }

    /// <summary>What the text fills in, in the order that the code's documentation gives; empty when it gives none.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>The section of the standard that it rests on, such as <c>RFC 7208 section 4.5</c>; null when it rests on none, or on that of a reason in <see cref="Arguments"/>.</summary>
    public string? Section
    {
        get => _section ?? FindingRules.Of(Code).Section;
        init => _section = value;
    }

    /// <summary>What it is and what to do, in one line of English; made each time.</summary>
    public string Text => FindingText.Of(FindingRules.Of(Code).Template, Section, Arguments);

    /// <summary>The severity and the text.</summary>
    public override string ToString() => $"{Severity.Keyword()}: {Text}";
}
