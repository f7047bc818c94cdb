using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dkim;

/// <summary>What a domain publishes under a selector, with all findings. Immutable.</summary>
public sealed class DkimKeyInspection
{
    /// <summary>The name of the key record.</summary>
    public required DomainName Name { get; init; }

    /// <summary>The failed answer when the name could not be looked up, so that its records are not known; otherwise null.</summary>
    public DnsResponse? Failure { get; init; }

    /// <summary>
    /// The chain of aliases that the name leads to. The key is published at the last one. Empty when the name is not an alias.
    /// </summary>
    public ImmutableArray<DomainName> Aliases { get; init; } = [];

    /// <summary>The TXT records; exactly one when the name is set up correctly.</summary>
    public ImmutableArray<PublishedRecord> Records { get; init; } = [];

    /// <summary>The key record when there is exactly one text and it is well-formed; otherwise null.</summary>
    public KeyRecord? Key => Records is [var only] ? KeyRecord.Parse(only.Text).Value : null;

    /// <summary>The findings that are not about a text.</summary>
    public ImmutableArray<Finding> NameFindings { get; init; } = [];

    /// <summary>All findings: about the name, then about its texts.</summary>
    public ImmutableArray<Finding> Findings => [.. NameFindings, .. Records.SelectMany(static record => record.Findings)];
}
