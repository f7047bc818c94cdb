using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Reports;

/// <summary>A remark about a report: a code with its arguments, and its place. Immutable.</summary>
/// <remarks>
/// Programs decide by <see cref="Code"/>, which never changes its meaning; <see cref="Text"/> is made from it for people and may be worded
/// differently in any version; src/REPORT-FINDINGS.md has all of them. The same finding at the same place of several rows is one finding with a count, so that the number of findings is
/// bounded however many rows there are.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class ReportFinding
{
    /// <summary>What was found.</summary>
    public required ReportFindingCode Code { get; init; }

    /// <summary>How much it matters.</summary>
    public required ReportFindingSeverity Severity { get; init; }

    /// <summary>
    /// The element or member, as a path such as <c>record/row/count</c> or <c>policies/summary</c>, or the field; empty when it is about the whole.
    /// </summary>
    public string Place { get; init; } = string.Empty;

    /// <summary>The number of the first row, or policy of a TLS report, where it was found, from 1; null when it is not about one.</summary>
    public long? Record { get; init; }

    /// <summary>The line of the XML or JSON where it was first found, from 1; null when it is not about a place in a text.</summary>
    public int? Line { get; init; }

    /// <summary>How often it was found. Default 1.</summary>
    public long Occurrences { get; init; } = 1;

    /// <summary>The values in the text, in the order of the code's documentation; cut where they are long. Empty when the code has no arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>The section of the standard behind the finding, such as <c>RFC 9990 section 3.1.1</c>; null when there is no such section.</summary>
    public string? Section => ReportFindingRules.Of(Code).Section;

    /// <summary>What to do about it, in one line of English.</summary>
    public string Advice => ReportFindingRules.Of(Code).Advice;

    /// <summary>The finding in one line of English; each call creates it.</summary>
    public string Text => ReportFindingRules.Of(Code).Text(Arguments);

    /// <summary>The severity, the place and the text.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Severity.Keyword()}: {(Place.Length == 0 ? "document" : Place)}{(Line is null ? null : $" (line {Line})")}: {Text}{(Occurrences == 1 ? null : $"; {Occurrences} times")}");
}
