using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>One step of policy discovery: a domain, and the record found for it (RFC 9989 section 4.10). Immutable.</summary>
public sealed class DmarcLookup
{
    internal DmarcLookup(DomainName domain)
    {
        Domain = domain;
    }

    /// <summary>The domain. The query is for <c>_dmarc.</c> below it.</summary>
    public DomainName Domain { get; }

    /// <summary>
    /// What was found: <c>record</c>; <c>no_record</c>; <c>several_records</c>, which are all discarded; <c>temporary_failure</c>, after which
    /// nothing is known.
    /// </summary>
    public string Outcome => Found.Keyword();

    /// <summary>The same for decisions.</summary>
    internal DmarcLookupOutcome Found { get; init; }

    /// <summary>The record, or null unless <see cref="Outcome"/> is <c>record</c>.</summary>
    public DmarcRecord? Record { get; internal init; }

    /// <summary>Why there is no record; null when there is one or the reason is not known.</summary>
    public string? Reason { get; internal init; }

    /// <summary>The step in one line, for people.</summary>
    public override string ToString() => Found switch
    {
        DmarcLookupOutcome.Record => $"_dmarc.{Domain}: {Record}",
        DmarcLookupOutcome.NoRecord => $"_dmarc.{Domain}: {Reason ?? "no record"}",
        DmarcLookupOutcome.SeveralRecords or DmarcLookupOutcome.TemporaryFailure => $"_dmarc.{Domain}: {Reason}",
        _ => throw new UnreachableException(),
    };
}
