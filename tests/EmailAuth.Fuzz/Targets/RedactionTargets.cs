using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Reports;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What leaves of a message in a failure report or a complaint: its redacted header, the fields of the report, and the report of a judged message.</summary>
internal static class RedactionTargets
{
    // A local part that no hash has: base64 has neither a dot nor a hyphen.
    private const string Person = "b0b.p3rs0n-1";
    private const string Address = Person + "@example.com";

    // What says that it is a local part.
    private static readonly string[] Marks = ["@", "\"@", "\\\"\"@", "=40", "%40"];

    private static readonly RedactionKey Key = RedactionKey.Of("0123456789abcdef"u8);
    private static readonly RedactionKey SameKey = RedactionKey.Of("0123456789abcdef"u8);
    private static readonly RedactionKey OtherKey = RedactionKey.Of("fedcba9876543210"u8);

    private static readonly Zone Zone = new Zone()
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; fo=1:d:s; ruf=mailto:f@example.com,mailto:g@example.com!10m?x=y")
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 include:%{l}.example.org include:example.org -all")
        .Add("example.org", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.9 \"-all\r\nSubject: x")
        .Add("rsa._domainkey.example.com", ZoneEntryKind.Txt, "v=DKIM1; p=");

    // Fields of US-ASCII, the same for the same key, and of people only hashes.
    public static void Redact(ReadOnlySpan<byte> input)
    {
        var header = WithoutPerson(input);
        foreach (var content in Enum.GetValues<OriginalContent>())
        {
            var text = new HeaderRedaction(Key) { Content = content }.Apply(header);
            Fields(text);
            Expect.Equal(text, new HeaderRedaction(SameKey) { Content = content }.Apply(header), "another text with the same key");
            CheckRead(FeedbackReportWriter.WriteMail("A report.\n", FeedbackReportWriter.WriteFields(new FeedbackReport { TypeText = "abuse" }), text), text);
        }

        var redacted = new HeaderRedaction(Key) { KeepsIdentifiers = false }.Apply(header);
        Impersonal(redacted);
        var other = new HeaderRedaction(OtherKey).Apply(header);
        Impersonal(other);
        FindingException.ThrowIf(
            redacted.Contains(Key.Address(Address), StringComparison.Ordinal) != other.Contains(OtherKey.Address(Address), StringComparison.Ordinal), "a hash with one key alone");
        FindingException.ThrowIf(other.Contains(Key.Hash(Address), StringComparison.Ordinal), "a hash of another key");
    }

    // No value ends its field, begins another one, or ends its part.
    public static void Write(ReadOnlySpan<byte> input)
    {
        var values = new List<string>();
        var parts = new Parts(input);
        while (values.Count < 20 && parts.TryTake(out var part))
        {
            values.Add(Encoding.UTF8.GetString(part));
        }

        var rest = Encoding.Latin1.GetString(parts.Rest);
        var next = 0;
        var report = new FeedbackReport
        {
            TypeText = "auth-failure",
            UserAgent = Next(),
            OriginalMailFrom = Next(),
            OriginalEnvelopeId = Next(),
            ReportingMta = Next(),
            SourceAddress = Next(),
            AuthenticationResults = [Next()],
            OriginalRecipients = [Next(), Next()],
            ReportedDomains = [Next()],
            ReportedUris = [Next()],
            Failure = new AuthenticationFailure
            {
                CheckText = Next(),
                UnalignedMechanisms = [Next()],
                DeliveryText = Next(),
                DkimDomain = Next(),
                DkimIdentity = Next(),
                DkimSelector = Next(),
                DkimSelectorDns = Next(),
                SpfDns = [Next(), Next()],
            },
            OtherFields = [new FeedbackField { Name = "X-Other", Value = rest }],
        };
        var fields = FeedbackReportWriter.WriteFields(report);
        Fields(fields);
        foreach (var line in fields.Split("\r\n"))
        {
            FindingException.ThrowIf(line.Length > 0 && line[0] != ' ' && !Names.Contains(line[..Math.Max(line.IndexOf(':', StringComparison.Ordinal), 0)]), $"a field that nobody wrote: {line}");
        }

        FindingException.ThrowIf(Names.Any(name => Count(fields, name) > (name is "Original-Rcpt-To" or "SPF-DNS" ? 2 : 1)), $"a field that is there too often:\n{fields}");
        CheckRead(FeedbackReportWriter.WriteMail("A report.\n", fields, string.Empty), string.Empty);

        string Next() => next < values.Count ? values[next++] : string.Empty;
    }

    // The reports of a message conform, and have nothing of a person.
    public static void Judge(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var dialogue))
        {
            return;
        }

        var lines = Encoding.UTF8.GetString(WithoutPerson(dialogue)).Split('\n', 3);
        var keeper = new Keeper();
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", TimeProvider = FixedTime.Default, KeepHeader = true };
        var envelope = new SmtpEnvelope(IPAddress.TryParse(lines[0], out var client) ? client : null, lines.ElementAtOrDefault(1), lines.ElementAtOrDefault(2));
        Expect.Completed(new AuthenticationPipeline(new ZoneResolver(Zone), options, observers: [keeper]).AuthenticateAsync(envelope, WithoutPerson(parts.Rest)));
        if (keeper.Message is not { } message)
        {
            return;
        }

        foreach (var report in FailureReports.Of(message, new FailureReportOptions { Key = Key }))
        {
            Fields(report.Fields!);
            Fields(report.Header!);
            Impersonal(report.Fields + report.Header);
            var read = CheckRead(FeedbackReportWriter.WriteMail("A report.\n", report.Fields!, report.Header!), report.Header!);
            // A header without one field that is known leaves a third part without one.
            var isConforming = read is { Kind: ReportKind.Failure, Verdict: ReportVerdict.Conforms } || (report.Header!.Length == 0 && read is { Kind: ReportKind.Failure, Verdict: ReportVerdict.Salvaged });
            FindingException.ThrowIf(!isConforming, isConforming ? string.Empty : $"{read.Kind} {read.Verdict}: {string.Join("; ", read.Findings)}\n{report.Fields}\n{report.Header}");
        }
    }

    private static readonly ImmutableHashSet<string> Names =
    [
        "Feedback-Type", "User-Agent", "Version", "Original-Envelope-Id", "Original-Mail-From", "Reporting-MTA", "Source-IP", "Authentication-Results", "Original-Rcpt-To", "Reported-Domain", "Reported-URI",
        "Auth-Failure", "Identity-Alignment", "Delivery-Result", "DKIM-Domain", "DKIM-Identity", "DKIM-Selector", "DKIM-Selector-DNS", "SPF-DNS", "X-Other",
    ];

    private static int Count(string fields, string name) => fields.Split("\r\n").Count(line => line.StartsWith(name + ":", StringComparison.Ordinal));

    // The name of the person is a local part wherever it is: elsewhere it could be that of a host, which stays.
    private static byte[] WithoutPerson(ReadOnlySpan<byte> input)
    {
        var (text, from) = (Encoding.Latin1.GetString(input), 0);
        var kept = new StringBuilder(text.Length);
        for (var at = text.IndexOf(Person, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(Person, from, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + Person.Length;
            kept.Append(text, from, at - from).Append(Marks.Any(mark => text.AsSpan(end).StartsWith(mark, StringComparison.Ordinal)) ? text.AsSpan(at, Person.Length) : "other");
            from = end;
        }

        return Encoding.Latin1.GetBytes(kept.Append(text, from, text.Length - from).ToString());
    }

    private static void Impersonal(string text)
    {
        text = text.Replace("\r\n ", " ", StringComparison.Ordinal);
        FindingException.ThrowIf(text.Contains(Person, StringComparison.OrdinalIgnoreCase), $"a person:\n{text}");
    }

    private static void Fields(string text)
    {
        var lines = text.Split("\r\n");
        FindingException.ThrowIf(lines[^1].Length > 0, "a text without a line end");
        FindingException.ThrowIf(lines[..^1].Any(static line => line.Length is 0 or > 998 || line.AsSpan().ContainsAnyExceptInRange(' ', '~')), $"a line that no field has:\n{text}");
        FindingException.ThrowIf(HeaderBlock.Parse(Encoding.ASCII.GetBytes(text)).Defects != HeaderDefects.None, $"a defect of a header:\n{text}");
    }

    // There is one report, whose third part has all fields of the text.
    private static ReadReport CheckRead(string parts, string header)
    {
        var reading = ReadAsync(Encoding.ASCII.GetBytes($"From: fbl@example.org\r\nSubject: x\r\n{parts}"));
        FindingException.ThrowIf(!reading.IsCompleted, "memory is read at once, yet the reports are still to come");
        var reports = reading.GetAwaiter().GetResult();
        FindingException.ThrowIf(reports.Count != 1 || reports[0].Kind is not (ReportKind.Feedback or ReportKind.Failure), $"{string.Join(", ", reports.Select(static report => $"{report.Kind} {string.Join("; ", report.Findings)}"))} of one report:\n{parts}");
        var fields = Unfolded(header).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var read = reports[0].Feedback?.Original?.Fields ?? [];
        FindingException.ThrowIf(!read.Select(static field => field.Name).SequenceEqual(fields.Take(read.Length).Select(static field => field.Split(':')[0])), $"other fields:\n{header}");
        FindingException.ThrowIf(read.IsEmpty != (fields.Length == 0), "the third part is lost");
        return reports[0];
    }

    private static string Unfolded(string text) => text.Replace("\r\n ", " ", StringComparison.Ordinal);

    private static async Task<List<ReadReport>> ReadAsync(byte[] mail)
    {
        var reports = new List<ReadReport>();
        await foreach (var report in new ReportReader().ReadAsync(mail))
        {
            reports.Add(report);
        }

        return reports;
    }

    private sealed class Keeper : IEvaluatedMessageObserver
    {
        public EvaluatedMessage? Message { get; private set; }

        public void OnEvaluated(EvaluatedMessage message) => Message = message;
    }
}
