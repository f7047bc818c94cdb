using System.Collections.Immutable;

namespace EmailAuth.Spf;

/// <summary>What became of one term of a record, and what it asked for (RFC 7208 section 4.6).</summary>
public sealed class SpfTermEvidence
{
    internal SpfTermEvidence(string term, SpfTermOutcome outcome, ImmutableArray<SpfLookup> lookups, SpfEvidence? target, string? note, int? lookupNumber = null)
    {
        LookupNumber = lookupNumber;
        Term = term;
        Outcome = outcome;
        Lookups = lookups;
        Target = target;
        Note = note;
    }

    /// <summary>The term as written in the record, macros unexpanded; the names it led to are in <see cref="Lookups"/> and <see cref="Target"/>.</summary>
    public string Term { get; }

    /// <summary>What became of it.</summary>
    public SpfTermOutcome Outcome { get; }

    /// <summary>What it asked for, in order.</summary>
    public ImmutableArray<SpfLookup> Lookups { get; }

    /// <summary>The evaluation of the record that <c>include</c> or <c>redirect</c> led to, or null.</summary>
    public SpfEvidence? Target { get; }

    /// <summary>
    /// The number of the term among those of the whole check that ask the DNS, from 1; 10 are allowed (RFC 7208 section 4.6.4). Null when the term asks
    /// nothing.
    /// </summary>
    public int? LookupNumber { get; }

    /// <summary>A remark, such as why there is no explanation; or null.</summary>
    public string? Note { get; }
}
