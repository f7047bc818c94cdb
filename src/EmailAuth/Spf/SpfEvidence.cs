using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>
/// How one domain's record was evaluated: the lookup of the record, its terms as far as they were reached, and what each led to (RFC 7208
/// section 4.6).
/// </summary>
public sealed class SpfEvidence
{
    // More levels than a check of RFC 7208 section 4.6.4 can have; deeper ones, where MaxLookups is raised, are not indented further.
    private const int MaxIndentation = 24;

    internal SpfEvidence(DomainName domain, SpfResultCode code, SpfRecord? record, SpfLookup? lookup, ImmutableArray<SpfTermEvidence> terms)
    {
        Domain = domain;
        Code = code;
        Record = record;
        Lookup = lookup;
        Terms = terms;
    }

    /// <summary>The domain.</summary>
    public DomainName Domain { get; }

    /// <summary>What the check of this domain gave.</summary>
    public SpfResultCode Code { get; }

    /// <summary>The record, or null when no record was evaluated.</summary>
    public SpfRecord? Record { get; }

    /// <summary>The lookup of the record; null when the domain has one label and was not asked for.</summary>
    public SpfLookup? Lookup { get; }

    /// <summary>The terms that were evaluated, in order; those after the one that decided are not here.</summary>
    public ImmutableArray<SpfTermEvidence> Terms { get; }

    /// <summary>The terms of the record that were not reached, because an earlier one decided; empty when there is no record.</summary>
    /// <remarks>RFC 7208 section 4.6: the mechanisms from left to right until one matches; redirect= comes after them, and exp= is not one of them.</remarks>
    public ImmutableArray<SpfTerm> NotReached
    {
        get
        {
            if (Record is not { } record)
            {
                return [];
            }

            var explanation = record.Explanation?.ToString();
            var reached = Terms.Count(term => term.Term != explanation);
            IEnumerable<SpfTerm> left = record.Mechanisms.Skip(reached);
            return record.Redirect is { } redirect && reached <= record.Mechanisms.Length ? [.. left, redirect] : [.. left];
        }
    }

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

            // The limit of lookups (RFC 7208 section 4.6.4) bounds the depth.
            term.Target?.Write(text, depth + 2);
        }
    }

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', Math.Min(depth, MaxIndentation) * 2).Append(line).Append('\n');
}
