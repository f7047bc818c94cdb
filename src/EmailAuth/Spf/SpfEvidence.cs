using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// How one domain's record was evaluated: the lookup of the record, its terms as far as they were reached, and what each led to (RFC 7208
/// section 4.6).
/// </summary>
public sealed class SpfEvidence
{
    // More levels than a check of RFC 7208 section 4.6.4 can have; deeper ones, where MaxLookups is raised, stand below one another.
    private const int MaxIndentation = 24;

    /// <summary>Makes the evidence of a domain from its parts.</summary>
    public SpfEvidence()
    {
    }

    [SetsRequiredMembers]
    internal SpfEvidence(DomainName domain, SpfResultCode code, SpfRecord? record, SpfLookup? lookup, ImmutableArray<SpfTermEvidence> terms)
    {
        Domain = domain;
        Code = code;
        Record = record;
        Lookup = lookup;
        Terms = terms;
    }

    /// <summary>The domain.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>What the check of this domain gave.</summary>
    public required SpfResultCode Code { get; init; }

    /// <summary>The record, or null when there was none to evaluate.</summary>
    public SpfRecord? Record { get; init; }

    /// <summary>The lookup of the record; null when the domain was not worth asking for.</summary>
    public SpfLookup? Lookup { get; init; }

    /// <summary>The terms that were evaluated, in order; those after the one that decided are not here.</summary>
    public ImmutableArray<SpfTermEvidence> Terms { get; init; } = [];

    /// <summary>The evaluation as an indented tree, one line for each domain, term and lookup.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text, 0);
        return text.ToString().TrimEnd('\n');
    }

    private void Write(StringBuilder text, int depth)
    {
        Line(text, depth, $"{Domain}: {Code.Keyword()}");
        if (Lookup is not null)
        {
            Line(text, depth + 1, Lookup.ToString());
        }

        foreach (var term in Terms)
        {
            var outcome = term.Outcome switch
            {
                SpfTermOutcome.NoMatch => "no match",
                SpfTermOutcome.Match => "match",
                SpfTermOutcome.Followed => "followed",
                SpfTermOutcome.Error => "error",
                _ => throw new UnreachableException(),
            };
            Line(text, depth + 1, term.Note is null ? $"{term.Term}: {outcome}" : $"{term.Term}: {outcome} ({term.Note})");
            foreach (var lookup in term.Lookups)
            {
                Line(text, depth + 2, lookup.ToString());
            }

            // As deep as there are lookups (RFC 7208 section 4.6.4), so this ends soon.
            term.Target?.Write(text, depth + 2);
        }
    }

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', Math.Min(depth, MaxIndentation) * 2).Append(line).Append('\n');
}
