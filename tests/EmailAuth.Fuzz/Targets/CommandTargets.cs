using System.Text;
using EmailAuth.Cli.Envelopes;
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
    private static readonly Seed[] Envelopes =
    [
        "Return-Path: <joe@example.com>\r\nReceived: from mail.example.com (out.example.com [192.0.2.10])\r\n\tby mx.example.net (Postfix) with ESMTPS id 1; Thu, 26 Nov 2026 11:00:00 +0100 (CET)\r\n\r\n",
        "Received: from out.example.com ([IPv6:2001:db8::10]:55102 helo=mail.example.com) by mx.example.net with esmtps tls X (Exim 4.96) (envelope-from <joe@example.com>) id 1; 26 Nov 2026 10:00:00 -0000\r\n\r\n",
        "Received-SPF: Pass (mx: a (b) c) client-ip=192.0.2.10; envelope-from=\"joe@example.com\"; helo=mail.example.com\r\nReceived: from unknown (HELO mail.example.com) (joe@192.0.2.10) by mx with SMTP; Thu Nov 26 10:00:00 2026\r\n\r\n",
        "Received: (qmail 1234 invoked by uid 89); 26 Nov 2026 10:00:00 -0000\r\nReceived: from a (b [203.0.113.5]) by c from d (e [192.0.2.66]) by f; 26 Nov 98 10:00 EST\r\n\r\n",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("published", Published, Words.Zone, () => SeedVectors.Published),
        new("stored-envelope", StoredEnvelope, Words.Fields, () => Envelopes),
    ];

    /// <summary>What <c>verify --explain</c> shows of an outcome.</summary>
    public static void CheckExplanation(AuthenticationOutcome outcome, ReadOnlyMemory<byte> message)
    {
        using var shown = new StringWriter();
        Explanation.Write(new PlainPage(shown, width: 80), MessageAccount.Of(outcome, message));
        Expect.Printable(shown.ToString().ReplaceLineEndings(string.Empty), "an explanation");
    }

    // Whatever the fields say, the envelope is a guess; a field that the user names gives its own client or none.
    private static void StoredEnvelope(ReadOnlySpan<byte> input)
    {
        var message = input.ToArray();
        var nothing = new EnvelopeChoice(null, null, null, null, null);
        var guess = StoredEnvelopeReader.Read(nothing, message, Encoding.UTF8.GetString(input[..Math.Min(input.Length, 100)]));
        FindingException.ThrowIf(!guess.Envelope.IsReconstructed, "a guess that is firm");
        FindingException.ThrowIf(guess.Envelope.ClientAddress is null != guess.Problem is not null, "no client and no problem, or both");
        Expect.Printable(VisibleText.Of(guess.Describe()), "the line about an envelope");
        var trace = TraceFields.Of(message);
        for (var number = 1; number <= Math.Min(trace.Received.Count, 5); number++)
        {
            var firm = StoredEnvelopeReader.Read(nothing with { Border = new BorderChoice(null, number), MailFrom = string.Empty }, message, null);
            FindingException.ThrowIf(!Equals(firm.Envelope.ClientAddress, trace.Received[number - 1].Field.ClientAddress), "the client of another field");
            FindingException.ThrowIf(firm.Envelope.IsReconstructed == firm.Envelope.ClientAddress is not null, "a firm envelope without a client");
        }
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
