using System.Collections.Immutable;
using System.Diagnostics;

namespace EmailAuth.Reports.Findings;

/// <summary>A remark about a report that was read or checked: a code with its arguments, and its place. Immutable.</summary>
/// <remarks>
/// Programs decide by <see cref="Code"/>, which never changes its meaning; <see cref="Text"/> is made from it for people and may be worded
/// differently in any version. src/REPORT-FINDINGS.md has all codes.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ReportFinding
{
    /// <summary>What was found.</summary>
    public required ReportFindingCode Code { get; init; }

    /// <summary>
    /// Where, as a person finds it: an element or member such as <c>policies[0].summary</c>, a field, a line, or a part of a message; null when it
    /// is about the whole.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>The values in the text, in the order of the code's documentation; empty when the code has no arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>How much it matters; the code decides.</summary>
    public ReportFindingSeverity Severity => ReportFindingRules.Of(Code).Severity;

    /// <summary>The section of the standard behind it, such as <c>RFC 8460 section 4.4</c>; null when there is none.</summary>
    public string? Section => ReportFindingRules.Of(Code).Section;

    /// <summary>What was found, in one line of English without the place; each call creates it.</summary>
    public string Text => ReportFindingRules.Fill(ReportFindingRules.Of(Code).Template, Arguments);

    /// <summary>The place, the text and the section.</summary>
    public override string ToString() => $"{(Place is null ? null : Place + ": ")}{Text}{(Section is null ? null : $" ({Section})")}";
}
