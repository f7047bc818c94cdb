using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Spf;

/// <summary>One domain's SPF record in the tree of includes and redirects.</summary>
public sealed class SpfNode
{
    private readonly List<PublishedRecord> _records = [];
    private readonly List<Finding> _findings = [];
    private readonly List<SpfStep> _steps = [];

    internal SpfNode(DomainName domain) => Domain = domain;

    /// <summary>The domain.</summary>
    public DomainName Domain { get; }

    /// <summary>The texts that claim to be SPF records, or look as if they were meant to be; usually one.</summary>
    public ImmutableArray<PublishedRecord> Records => [.. _records];

    /// <summary>The parsed record; null when the domain has no valid record.</summary>
    public SpfRecord? Record { get; internal set; }

    /// <summary>The failed answer when the record could not be looked up, so that it is not known; otherwise null.</summary>
    public DnsResponse? Failure { get; internal set; }

    /// <summary>Whether there is no TXT record at all (a void lookup, RFC 7208 section 4.6.4).</summary>
    public bool IsVoid { get; internal set; }

    /// <summary>The findings that are not about a text.</summary>
    public ImmutableArray<Finding> Findings => [.. _findings];

    /// <summary>The terms that ask the DNS, in the order in which a check evaluates them.</summary>
    public ImmutableArray<SpfStep> Steps => [.. _steps];

    /// <summary>All findings, in this record and in the records below.</summary>
    public IEnumerable<Finding> AllFindings =>
        _findings.Concat(_records.SelectMany(static record => record.Findings)).Concat(_steps.SelectMany(static step => step.Target?.AllFindings ?? []));

    internal PublishedRecord Add(string text)
    {
        var record = new PublishedRecord(Domain, text);
        _records.Add(record);
        return record;
    }

    internal void Add(FindingSeverity severity, FindingCode code, params ReadOnlySpan<string> arguments) =>
        _findings.Add(new Finding { Code = code, Severity = severity, Name = Domain, Arguments = [.. arguments] });

    internal SpfStep Add(SpfTerm term, int number)
    {
        var step = new SpfStep(term, number);
        _steps.Add(step);
        return step;
    }

    /// <summary>Adds a finding about a term of the record.</summary>
    internal void Add(FindingSeverity severity, SpfTerm term, FindingCode code, params ReadOnlySpan<string> arguments) =>
        _records[0].Add(severity, code, term.Position, term.Length, arguments);

    /// <summary>Adds an error about a term, with the section that defines the term.</summary>
    internal void AddBySection(SpfTerm term, FindingCode code, params ReadOnlySpan<string> arguments) =>
        _records[0].Add(FindingSeverity.Error, code, term.Position, term.Length, arguments, $"RFC 7208 section {term.Section}");
}
