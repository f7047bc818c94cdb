using System.Net;
using System.Text;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Dns;
using EmailAuth.Fuzz.Support;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What the command shows of what strangers publish.</summary>
internal static class CommandTargets
{
    private static readonly DomainInspectionOptions Options = new() { TimeProvider = FixedTime.Default, Addresses = [IPAddress.Parse("192.0.2.1")] };

    /// <summary>What <c>verify --explain</c> shows of an outcome.</summary>
    public static void CheckExplanation(AuthenticationOutcome outcome, ReadOnlyMemory<byte> message)
    {
        using var shown = new StringWriter();
        Explanation.Write(new PlainPage(shown, width: 80), MessageAccount.Of(outcome, message));
        Expect.Printable(shown.ToString().ReplaceLineEndings(string.Empty), "an explanation");
    }

    // Whatever the fields say, the envelope is a guess; a field that the user names gives its own client or none.
    public static void StoredEnvelope(ReadOnlySpan<byte> input)
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

    /// <summary>An mbox file: its messages do not depend on how it is cut, and written again by the rules of mboxrd it has the same ones.</summary>
    public static void Mailbox(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        using var whole = new MemoryStream(bytes);
        using var pieces = new PieceStream(bytes);
        var messages = Messages(whole);
        Expect.Equal(Describe(messages), Describe(Messages(pieces)), "in pieces");
        var written = string.Concat(messages.Select(one => "From joe@example.com Fri Jul 11 21:00:37 2003\r\n" + Quoted(Encoding.Latin1.GetString(one.Bytes.Span)) + "\r\n"));
        using var again = new MemoryStream(Encoding.Latin1.GetBytes(written));
        if (messages.All(one => one.Bytes.Span.EndsWith("\r\n"u8)))
        {
            Expect.Equal(Describe(messages), Describe(Messages(again)), "written again");
        }
    }

    private static string Quoted(string message) =>
        string.Join('\n', message.Split('\n').Select(line => line.TrimStart('>').StartsWith("From ", StringComparison.Ordinal) ? ">" + line : line));

    private static List<MailboxMessage> Messages(Stream file) =>
        Expect.Completed(MailboxReader.ReadAsync(file, CancellationToken.None).ToListAsync());

    private static string Describe(IEnumerable<MailboxMessage> messages) => string.Join("\n~~~\n", messages.Select(one => Encoding.Latin1.GetString(one.Bytes.Span)));

    // The input: a domain, and the zone in lines.
    public static void Published(ReadOnlySpan<byte> input)
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
        var recording = new RecordingResolver(resolver);
        var inspection = Inspect(domain, recording);
        Expect.Equal(Json(inspection), Json(Inspect(domain, new ZoneResolver(recording.ToZone()))), "from the recording");
        FindingException.ThrowIf(inspection.DnsRounds > 13 || inspection.DnsQuestions > 2000, $"{inspection.DnsQuestions} questions in {inspection.DnsRounds} rounds");
        FindingException.ThrowIf(DomainCsv.Line(inspection).AsSpan().ContainsAny('\r', '\n'), "a line of a table that is two");
        foreach (var finding in inspection.Findings)
        {
            Expect.Reason(finding.Text, "a finding");
        }

        DomainText.Write(page, inspection);
        Check(inspection.Spf.Root, page);
        foreach (var text in zone.Names.SelectMany(name => zone[name]).Where(entry => entry.Type == ZoneEntryKind.Txt).Select(entry => entry.Data!).Take(20))
        {
            Check(DmarcInspector.InspectText(domain, text), page);
            Check(DkimKeyInspector.InspectText(domain, text), page);
        }

        Expect.Printable(shown.ToString().ReplaceLineEndings(string.Empty), "what is shown");
    }

    private static DomainInspection Inspect(DomainName domain, IDnsResolver resolver) =>
        Expect.Completed(new ValueTask<DomainInspection>(DomainInspector.InspectAsync(domain, resolver, Options)));

    private static string Json(DomainInspection inspection) => JsonOutput.Text(json => DomainJson.Write(json, inspection), JsonOutput.OneLine);

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
