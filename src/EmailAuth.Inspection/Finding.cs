using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection;

/// <summary>A remark about what a domain publishes: a code with its arguments, and its place. Immutable.</summary>
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

    /// <summary>The name where the record is, or should be; null when the finding is not about one name.</summary>
    public DomainName? Name { get; init; }

    /// <summary>The text of the record, in which <see cref="Position"/> counts; null when the finding is not about a text.</summary>
    public string? Record { get; init; }

    /// <summary>The position in <see cref="Record"/>, from zero; null when the finding is not about a place in the text.</summary>
    public int? Position { get; init; }

    /// <summary>
    /// The length in characters of <see cref="Record"/>; 0 when something is missing at the position, or without a position.
    /// </summary>
    public int Length { get; init; }

    /// <summary>The values in the text, in the order of the code's documentation; empty when the code has no arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>
    /// The section of the standard behind the finding, such as <c>RFC 7208 section 4.5</c>; null when there is no such section, or when a
    /// reason in
    /// <see cref="Arguments"/> names it.
    /// </summary>
    public string? Section
    {
        get => _section ?? FindingRules.Of(Code).Section;
        init => _section = value;
    }

    /// <summary>Whether it says that something could not be looked up or fetched, so that a later inspection may find something else.</summary>
    public bool IsFailedLookup => Code is FindingCode.SpfLookupFailed or FindingCode.SpfTermLookupFailed or FindingCode.SpfMailHostLookupFailed
        or FindingCode.SpfAddressUndecided or FindingCode.DkimLookupFailed or FindingCode.DmarcLookupFailed or FindingCode.DmarcReportsUndecided
        or FindingCode.BimiUndecided or FindingCode.MxLookupFailed or FindingCode.MxHostLookupFailed or FindingCode.PtrLookupFailed
        or FindingCode.HeloLookupFailed or FindingCode.StsLookupFailed or FindingCode.StsPolicyUndecided or FindingCode.TlsRptLookupFailed;

    /// <summary>The finding and what to do, in one line of English; each call creates it.</summary>
    public string Text => FindingText.Of(FindingRules.Of(Code).Template, Section, Arguments);

    /// <summary>What to do about it, in a few words of English, as <c>src/FINDINGS.md</c> lists for all codes.</summary>
    public string Action => FindingActions.Of(Code);

    /// <summary>The severity and the text.</summary>
    public override string ToString() => $"{Severity.Keyword()}: {Text}";
}
