using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Spf;

namespace EmailAuth.Reports.Failures;

/// <summary>The SPF records that a check used, as <c>SPF-DNS</c> says them (RFC 6591 section 3.2.6).</summary>
internal static class SpfRecords
{
    private const int MostRecords = 8;

    // A published record may have 64 KiB, and a report has one of each.
    private const int LongestRecord = 512;

    /// <summary>
    /// One value a record: the record of the domain, then those of <c>include</c> and <c>redirect</c> as far as they were asked for. Where the domain has several
    /// records or none, all of them, or an empty one; nothing for a domain that was not asked, as one of a single label, and where nothing could be asked, as for
    /// an address literal. Names that were made of the envelope sender by a macro are left out, as they may have its local part.
    /// </summary>
    /// <param name="spf">The result.</param>
    public static ImmutableArray<string> Of(SpfResult spf)
    {
        var found = ImmutableArray.CreateBuilder<string>();

        // The limit of lookups bounds the tree; the list of what is still to be read makes the walk one without recursion.
        var open = new Queue<SpfEvidence>(spf.Evidence is { } evidence ? [evidence] : []);
        while (found.Count < MostRecords && open.TryDequeue(out var next))
        {
            foreach (var text in TextsOf(next, isFirst: found.Count == 0).Take(MostRecords - found.Count))
            {
                found.Add($"txt : {next.Domain} : \"{text[..Math.Min(text.Length, LongestRecord)].Replace('"', '\'')}\"");
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

    // A record that cannot be read, or is one of several, is not evaluated, and is why SPF failed.
    private static string[] TextsOf(SpfEvidence evidence, bool isFirst)
    {
        if (evidence.Record is { } record)
        {
            return [record.Text];
        }

        var texts = (evidence.Lookup?.Answers ?? []).Where(IsRecord).ToArray();
        return texts.Length == 0 && isFirst && evidence.Lookup is { Status: DnsStatus.Records or DnsStatus.NoData or DnsStatus.NameError } ? [string.Empty] : texts;
    }

    // RFC 7208 section 4.5.
    private static bool IsRecord(string text) =>
        text.StartsWith("v=spf1", StringComparison.OrdinalIgnoreCase) && (text.Length == "v=spf1".Length || text["v=spf1".Length] == ' ');
}
