using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Signatures;

namespace EmailAuth.Cli.Output;

/// <summary>Writes what changed a signature, and how the message differs from a copy, for people.</summary>
internal static class DiagnosisText
{
    /// <summary>Writes the diagnosis of a signature, if there is one.</summary>
    public static void Write(IPage page, MessageAccount account, DkimResult result)
    {
        if (account.Signatures?.FirstOrDefault(diagnosis => diagnosis.Result == result) is not { } diagnosis)
        {
            return;
        }

        foreach (var change in diagnosis.Changes)
        {
            page.Text(1, $"{(change.IsProven ? "proven" : "probably")}: {change.Text} ({change.Section})");
            WriteLines(page, change.Diff);
            page.Text(2, $"what to do: {change.Advice}");
        }

        if (diagnosis.IsHeaderUnknown)
        {
            page.Text(1, "not searched: why the header signature differs; there is no key to compare with");
        }

        foreach (var (half, end) in new[] { ("header", diagnosis.HeaderSearch), ("body", diagnosis.BodySearch) })
        {
            if (end is SearchEnd.NotFound or SearchEnd.LimitReached)
            {
                var limit = end == SearchEnd.NotFound ? "none of the known changes fits its hash" : "the search ended at its limit";
                page.Text(1, $"not found: what changed the {half}; {limit}. Compare with a copy as it was sent: --against COPY");
            }
        }

        if (diagnosis.TryCount > 0)
        {
            page.Text(1, string.Create(CultureInfo.InvariantCulture, $"searched: {diagnosis.TryCount} candidates, {diagnosis.HashedBytes} octets hashed"));
        }
    }

    /// <summary>Writes the comparison with the copy, if there is one.</summary>
    public static void WriteComparisons(IPage page, MessageAccount account)
    {
        foreach (var comparison in account.Comparisons)
        {
            page.Section($"Against the copy: d={comparison.Signature.Domain} s={comparison.Signature.Selector} (- as sent, + as it arrived)");
            page.Text(1, comparison.IsSignedBody ? "body: the copy is what was signed" : "body: the copy is not what was signed");
            WriteDiff(page, comparison.BodyDiff);
            page.Text(1, comparison.IsSignedHeader switch
            {
                true => "header: the copy is what was signed",
                false => "header: the copy is not what was signed",
                null => "header: without the key it is not known whether the copy is what was signed",
            });
            WriteDiff(page, comparison.HeaderDiff);
        }
    }

    private static void WriteDiff(IPage page, ImmutableArray<DiffLine> lines)
    {
        if (lines.IsEmpty)
        {
            page.Text(2, "no difference in what is signed");
        }

        WriteLines(page, lines);
    }

    private static void WriteLines(IPage page, ImmutableArray<DiffLine> lines)
    {
        foreach (var line in lines)
        {
            page.Text(2, line.ToString());
        }
    }
}
