using System.Diagnostics;
using EmailAuth.Spf;

namespace EmailAuth.Cli.Output;

/// <summary>How an SPF check went, as a tree: records, terms, lookups.</summary>
internal static class SpfBranches
{
    public static Branch Of(SpfEvidence evidence)
    {
        var branch = new Branch($"{evidence.Domain}: {evidence.Code.Keyword()}");
        if (evidence.Lookup is { } record)
        {
            branch.Children.Add(new Branch(record.ToString(), Tone.Dim));
        }

        foreach (var term in evidence.Terms)
        {
            var (outcome, tone) = term.Outcome switch
            {
                SpfTermOutcome.NoMatch => ("no match", Tone.Dim),
                SpfTermOutcome.Match => ("match", Tone.Good),
                SpfTermOutcome.Followed => ("followed", Tone.Plain),
                SpfTermOutcome.Error => ("error", Tone.Bad),
                _ => throw new UnreachableException(),
            };
            var child = new Branch($"{term.Term}: {outcome}{(term.Note is null ? string.Empty : $" ({term.Note})")}", tone);
            child.Children.AddRange(term.Lookups.Select(lookup => new Branch(lookup.ToString(), Tone.Dim)));
            if (term.Target is { } target)
            {
                child.Children.Add(Of(target));
            }

            branch.Children.Add(child);
        }

        return branch;
    }
}
