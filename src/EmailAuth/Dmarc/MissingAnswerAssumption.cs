using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>
/// What is assumed to be at the names whose queries failed. When every assumption leads to the same conclusion, the failure does not
/// matter; when two differ, the conclusion depends on it (RFC 9989 section 4.10.1: a failure never counts as "no record").
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct MissingAnswerAssumption
{
    // No record, a record without psd, psd=y, psd=n.
    private const int Kinds = 4;

    // Three failures make 64 walks in memory; with more failures the answer is "not known".
    private const int MaxFailures = 3;

    private readonly List<DomainName>? _failed;
    private readonly int _number;

    private MissingAnswerAssumption(List<DomainName> failed, int number)
    {
        _failed = failed;
        _number = number;
    }

    /// <summary>How many assumptions there are for a set of failed names; -1 for too many.</summary>
    public static int Count(List<DomainName> failed) => failed.Count > MaxFailures ? -1 : 1 << (2 * failed.Count);

    public static MissingAnswerAssumption Of(List<DomainName> failed, int number) => new(failed, number);

    /// <summary>No record at any failed name.</summary>
    public static MissingAnswerAssumption NoRecords => default;

    /// <summary>A record with <c>psd=y</c> at one failed name, no record at the others.</summary>
    public static MissingAnswerAssumption PublicSuffixAt(List<DomainName> failed, int index) =>
        new(failed, (1 + (int)DmarcDomainRole.PublicSuffix) << (2 * index));

    public bool HasRecordAt(DmarcLookup lookup) => FlagAt(lookup) is not null;

    /// <summary>The psd flag of the record at a step; null without a record, found or assumed.</summary>
    public DmarcDomainRole? FlagAt(DmarcLookup lookup)
    {
        if (lookup.Found != DmarcLookupOutcome.TemporaryFailure)
        {
            return lookup.Record?.DomainRole;
        }

        var kind = _failed is null ? 0 : (_number >> (2 * _failed.IndexOf(lookup.Domain))) % Kinds;
        return kind == 0 ? null : (DmarcDomainRole)(kind - 1);
    }
}
