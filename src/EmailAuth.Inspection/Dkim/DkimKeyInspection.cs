using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Dkim;

/// <summary>What a domain publishes under a selector, with everything to point out about it. Immutable.</summary>
public sealed class DkimKeyInspection
{
    /// <summary>The name at which the key is.</summary>
    public required DomainName Name { get; init; }

    /// <summary>The failed answer when the name could not be looked up, so that nothing is known of it; else null.</summary>
    public DnsResponse? Failure { get; init; }

    /// <summary>The names that it is an alias of in turn, the last one being where the key is published; empty when it is no alias.</summary>
    public ImmutableArray<DomainName> Aliases { get; init; } = [];

    /// <summary>The TXT records there; one, when all is well.</summary>
    public ImmutableArray<PublishedRecord> Records { get; init; } = [];

    /// <summary>The key record when there is exactly one text and it is well-formed; else null.</summary>
    public KeyRecord? Key => Records is [var only] ? KeyRecord.Parse(only.Text).Value : null;

    /// <summary>What is to be pointed out that is not about a text.</summary>
    public ImmutableArray<Finding> NameFindings { get; init; } = [];

    /// <summary>All that is to be pointed out: about the name, then about the texts there.</summary>
    public ImmutableArray<Finding> Findings => [.. NameFindings, .. Records.SelectMany(static record => record.Findings)];
}
