using System.Text;
using EmailAuth.Cli.Output;
using EmailAuth.Fuzz.Support;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Inspection.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What the command shows of what strangers publish.</summary>
internal static class CommandTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } = [new("published", Published, Words.Zone, () => SeedVectors.Published)];

    /// <summary>What <c>verify --explain</c> shows of an outcome.</summary>
    public static void CheckExplanation(AuthenticationOutcome outcome, ReadOnlyMemory<byte> message)
    {
        using var shown = new StringWriter();
        Explanation.Write(new PlainPage(shown, width: 80), MessageAccount.Of(outcome, message));
        Expect.Printable(shown.ToString().ReplaceLineEndings(string.Empty), "an explanation");
    }

    // The input: a domain, and the zone in lines.
    private static void Published(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var head) || DomainName.Parse(Encoding.UTF8.GetString(head)).Value is not { } domain)
        {
            return;
        }

        var zone = ZoneLines.Read(parts.Rest);
        var resolver = new ZoneResolver(zone);
        using var shown = new StringWriter();
        var page = new PlainPage(shown);
        var tree = Expect.Completed(new ValueTask<SpfInspection>(SpfInspector.InspectAsync(domain, resolver, cancellationToken: CancellationToken.None)));
        Check(tree.Root, page);
        foreach (var text in zone.Names.SelectMany(name => zone[name]).Where(entry => entry.Type == ZoneEntryKind.Txt).Select(entry => entry.Data!).Take(20))
        {
            Check(DmarcInspector.InspectText(domain, text), page);
            Check(DkimKeyInspector.InspectText(domain, text), page);
        }

        Expect.Printable(shown.ToString().ReplaceLineEndings(string.Empty), "what is shown");
    }

    // As many levels as lookups are followed.
    private static void Check(SpfNode node, PlainPage page)
    {
        foreach (var record in node.Records)
        {
            Check(record, page);
        }

        foreach (var target in node.Steps.Select(step => step.Target).OfType<SpfNode>())
        {
            Check(target, page);
        }
    }

    private static void Check(PublishedRecord record, PlainPage page)
    {
        foreach (var finding in record.Findings)
        {
            Expect.Reason(finding.Text, "a finding");
            FindingException.ThrowIf(finding.Position is < 0 || finding.Position > record.Text.Length || finding.Length < 0, $"a finding at {finding.Position} of {record.Text.Length}");
        }

        foreach (var term in record.Terms)
        {
            FindingException.ThrowIf(term.Position < 0 || term.Position >= record.Text.Length, $"a term at {term.Position} of {record.Text.Length}");
        }

        record.WriteTo(page);
    }
}
