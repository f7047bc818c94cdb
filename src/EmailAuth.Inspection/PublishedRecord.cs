using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection;

/// <summary>A TXT record that was found, explained term by term, with its findings.</summary>
public sealed class PublishedRecord
{
    private readonly List<ExplainedTerm> _terms = [];
    private readonly List<Finding> _findings = [];

    internal PublishedRecord(DomainName name, string text)
    {
        Name = name;
        Text = text;
    }

    /// <summary>The name where it is published.</summary>
    public DomainName Name { get; }

    /// <summary>Its text, character-strings joined.</summary>
    public string Text { get; }

    /// <summary>Its terms or tags in the order of the text; empty when the text cannot be parsed.</summary>
    public ImmutableArray<ExplainedTerm> Terms => [.. _terms];

    /// <summary>The findings, in the order of their positions; those without a position come last.</summary>
    public ImmutableArray<Finding> Findings => [.. _findings.OrderBy(static finding => finding.Position ?? int.MaxValue)];

    /// <summary>The text.</summary>
    public override string ToString() => Text;

    internal void Explain(string term, string meaning, int position, int length) => _terms.Add(new ExplainedTerm(term, meaning, position, length));

    internal void Error(FindingCode code, int? position, int length, params ReadOnlySpan<string> arguments) =>
        Add(FindingSeverity.Error, code, position, length, arguments);

    internal void Warn(FindingCode code, int? position, int length, params ReadOnlySpan<string> arguments) =>
        Add(FindingSeverity.Warning, code, position, length, arguments);

    internal void Note(FindingCode code, int? position, int length, params ReadOnlySpan<string> arguments) =>
        Add(FindingSeverity.Note, code, position, length, arguments);

    internal void Add(FindingSeverity severity, FindingCode code, int? position, int length, ReadOnlySpan<string> arguments, string? section = null) => _findings.Add(new Finding
    {
        Code = code,
        Severity = severity,
        Name = Name,
        Record = Text,
        Position = position,
        Length = position is null ? 0 : length,
        Arguments = [.. arguments],
        Section = section,
    });
}
