using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Spf;

/// <summary>What became of one term of a record, and what it asked for (RFC 7208 section 4.6).</summary>
public sealed class SpfTermEvidence
{
    /// <summary>Makes the evidence of a term from its parts.</summary>
    public SpfTermEvidence()
    {
    }

    [SetsRequiredMembers]
    internal SpfTermEvidence(string term, SpfTermOutcome outcome, ImmutableArray<SpfLookup> lookups, SpfEvidence? target, string? note)
    {
        Term = term;
        Outcome = outcome;
        Lookups = lookups;
        Target = target;
        Note = note;
    }

    /// <summary>The term as written in the record, macros unexpanded; the names it led to are in <see cref="Lookups"/> and <see cref="Target"/>.</summary>
    public required string Term { get; init; }

    /// <summary>What became of it.</summary>
    public required SpfTermOutcome Outcome { get; init; }

    /// <summary>What it asked for, in order.</summary>
    public ImmutableArray<SpfLookup> Lookups { get; init; } = [];

    /// <summary>The evaluation of the record that <c>include</c> or <c>redirect</c> led to, or null.</summary>
    public SpfEvidence? Target { get; init; }

    /// <summary>A remark, such as why there is no explanation; or null.</summary>
    public string? Note { get; init; }
}
