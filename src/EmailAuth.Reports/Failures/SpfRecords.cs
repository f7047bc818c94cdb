using System.Collections.Immutable;
using EmailAuth.Spf;

namespace EmailAuth.Reports.Failures;

/// <summary>The SPF records that a check used, as <c>SPF-DNS</c> says them (RFC 6591 section 3.2.6).</summary>
internal static class SpfRecords
{
    private const int MostRecords = 8;

    // A published record may have 64 KiB, and a report has one of each.
    private const int LongestRecord = 512;

    /// <summary>
    /// One value a record: the record of the domain, then those of <c>include</c> and <c>redirect</c> as far as they were asked for. Names that were made of the
    /// envelope sender by a macro are left out, as they may have its local part.
    /// </summary>
    /// <param name="spf">The result.</param>
    public static ImmutableArray<string> Of(SpfResult spf)
    {
        if (spf.Evidence is not { } evidence)
        {
            return spf.Domain is { } asked ? [$"txt : {asked} : \"\""] : [];
        }

        var found = ImmutableArray.CreateBuilder<string>();

        // The limit of lookups bounds the tree; the list of what is still to be read makes the walk one without recursion.
        var open = new Queue<SpfEvidence>([evidence]);
        while (found.Count < MostRecords && open.TryDequeue(out var next))
        {
            var record = next.Record?.Text ?? string.Empty;
            if (next.Record is not null || found.Count == 0)
            {
                found.Add($"txt : {next.Domain} : \"{record[..Math.Min(record.Length, LongestRecord)].Replace('"', '\'')}\"");
            }

            foreach (var term in next.Terms)
            {
                if (term.Target is { } target && !term.Term.Contains("%{", StringComparison.Ordinal))
                {
                    open.Enqueue(target);
                }
            }
        }

        return found.ToImmutable();
    }
}
