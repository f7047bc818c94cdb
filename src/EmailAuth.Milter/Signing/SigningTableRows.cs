using System.Collections.Immutable;
using EmailAuth.Dkim;

namespace EmailAuth.Milter.Signing;

/// <summary>The rows of one domain, each valid for a time. Thread-safe.</summary>
internal sealed class SigningTableRows(ImmutableArray<SigningTableRow> rows)
{
    private volatile Period? _current;

    /// <summary>The rows, in the order of the file.</summary>
    public ImmutableArray<SigningTableRow> Rows => rows;

    /// <summary>Who signs at a time, with every key that is valid then; null if none is.</summary>
    public DkimSigner? SignerAt(DateTimeOffset time) => PeriodOf(time).Signer;

    /// <summary>In whose name it signs at a time, in the order of the fields; empty if no key is valid then.</summary>
    public ImmutableArray<DkimSigningIdentity> IdentitiesAt(DateTimeOffset time) => PeriodOf(time).Identities;

    private Period PeriodOf(DateTimeOffset time)
    {
        if (_current is not { } period || time < period.From || time >= period.Until)
        {
            _current = period = PeriodAt(time);
        }

        return period;
    }

    // The time around a moment in which the same rows are valid.
    private Period PeriodAt(DateTimeOffset time)
    {
        var (from, until) = (DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        foreach (var edge in rows.SelectMany(static row => new[] { row.From, row.Until }))
        {
            (from, until) = edge <= time ? (edge > from ? edge : from, until) : (from, edge < until ? edge : until);
        }

        ImmutableArray<DkimSigningIdentity> valid = [.. rows.Where(row => row.IsValidAt(time)).Select(static row => row.Identity)];
        return new Period(from, until, valid.IsEmpty ? null : new DkimSigner(valid), valid);
    }

    private sealed record Period(DateTimeOffset From, DateTimeOffset Until, DkimSigner? Signer, ImmutableArray<DkimSigningIdentity> Identities);
}
