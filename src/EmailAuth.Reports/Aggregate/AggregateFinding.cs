using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Reports.Aggregate;

/// <summary>A remark about an aggregate report: a code with its arguments, and its place. Immutable.</summary>
/// <remarks>
/// Programs decide by <see cref="Code"/>, which never changes its meaning; <see cref="Text"/> is made from it for people and may be worded
/// differently in any version. The same finding at the same place of several rows is one finding with a count, so that the number of findings is
/// bounded however many rows there are.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AggregateFinding
{
    /// <summary>What was found.</summary>
    public required AggregateFindingCode Code { get; init; }

    /// <summary>How much it matters.</summary>
    public required AggregateFindingSeverity Severity { get; init; }

    /// <summary>The element, as a path such as <c>record/row/count</c>; empty when it is about the whole document.</summary>
    public string Place { get; init; } = string.Empty;

    /// <summary>The number of the first row where it was found, from 1; null when it is not about a row.</summary>
    public long? Record { get; init; }

    /// <summary>The line of the XML where it was first found, from 1; null when it is not about a place in a text.</summary>
    public int? Line { get; init; }

    /// <summary>How often it was found. Default 1.</summary>
    public long Occurrences { get; init; } = 1;

    /// <summary>The values in the text, in the order of the code's documentation; cut where they are long. Empty when the code has no arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>The section of the standard behind the finding, such as <c>RFC 9990 section 3.1.1</c>; null when there is no such section.</summary>
    public string? Section => AggregateFindingRules.Of(Code).Section;

    /// <summary>The finding in one line of English; each call creates it.</summary>
    public string Text => AggregateFindingRules.Of(Code).Text(Arguments);

    /// <summary>The severity, the place and the text.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Severity.Keyword()}: {(Place.Length == 0 ? "document" : Place)}{(Line is null ? null : $" (line {Line})")}: {Text}{(Occurrences == 1 ? null : $"; {Occurrences} times")}");
}
