using EmailAuth.Cli.Output;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Published;

/// <summary>One domain's SPF record in the tree that its includes and redirects span.</summary>
internal sealed class SpfNode(DomainName domain)
{
    public DomainName Domain { get; } = domain;

    /// <summary>The texts that claim to be SPF records, or look as if they were meant to be; usually one.</summary>
    public List<PublishedRecord> Records { get; } = [];

    /// <summary>The parsed record; null when there is none, or none that can be used.</summary>
    public SpfRecord? Record { get; set; }

    /// <summary>Whether there is no TXT record at all.</summary>
    public bool IsVoid { get; set; }

    /// <summary>What is to be said that is not about a place in a record.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>The terms that ask the DNS, in order.</summary>
    public List<SpfStep> Steps { get; } = [];

    public IEnumerable<Finding> AllFindings => Findings.Concat(Records.SelectMany(record => record.Findings)).Concat(Steps.SelectMany(step => step.Target?.AllFindings ?? []));
}

/// <summary>A term that asks the DNS.</summary>
internal sealed class SpfStep(string term, int number)
{
    public string Term { get; } = term;

    /// <summary>Which of the ten lookups it is when no earlier term matches.</summary>
    public int Number { get; } = number;

    /// <summary>What was answered, in a few words.</summary>
    public string? Answer { get; set; }

    /// <summary>Whether nothing was found (RFC 7208 section 4.6.4).</summary>
    public bool IsVoid { get; set; }

    /// <summary>The record that an include or a redirect leads to.</summary>
    public SpfNode? Target { get; set; }
}
