using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>One step of policy discovery: a domain, and the record found for it (RFC 9989 section 4.10).</summary>
public sealed record DmarcLookup
{
    /// <summary>The domain. The query is for <c>_dmarc.</c> below it.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>What was found.</summary>
    public required DmarcLookupOutcome Outcome { get; init; }

    /// <summary>The record, or null unless <see cref="Outcome"/> is <see cref="DmarcLookupOutcome.Record"/>.</summary>
    public DmarcRecord? Record { get; init; }

    /// <summary>Why there is no record, when there is something to say; else null.</summary>
    public string? Reason { get; init; }

    /// <summary>The step in one line, for people.</summary>
    public override string ToString() => Outcome switch
    {
        DmarcLookupOutcome.Record => $"_dmarc.{Domain}: {Record}",
        DmarcLookupOutcome.NoRecord => $"_dmarc.{Domain}: {Reason ?? "no record"}",
        DmarcLookupOutcome.SeveralRecords or DmarcLookupOutcome.TemporaryFailure => $"_dmarc.{Domain}: {Reason}",
        _ => throw new UnreachableException(),
    };
}
