using System.Net;
using System.Text;
using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Feedback;
using EmailAuth.Tests.Dkim;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Tests.Failures;

/// <summary>Messages of example.com that the pipeline judged, with the record that a test gives it.</summary>
internal sealed class FailureWorld : IEvaluatedMessageObserver
{
    public const string Plain =
        "From: Alice <alice@example.com>\r\nTo: Bob <bob@receiver.example>\r\nSubject: secret plan\r\nMessage-ID: <1@example.com>\r\n\r\ntext\r\n";

    public static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    public static readonly RedactionKey Key = RedactionKey.Of("0123456789abcdef"u8);

    private readonly List<EvaluatedMessage> _messages = [];

    public FakeTimeProvider Time { get; } = new(Noon);

    public FailureReportOptions Options { get; init; } = new() { Key = Key };

    /// <summary>The domain's record is this one.</summary>
    public string Record { get; init; } = "v=DMARC1; p=reject; ruf=mailto:f@example.com";

    public Action<Zone>? Change { get; init; }

    public void OnEvaluated(EvaluatedMessage message) => _messages.Add(message);

    /// <summary>The reports of a message.</summary>
    public async Task<FailureIncident[]> ReportsAsync(
        string message = Plain, string mailFrom = "bounce@other.example", string client = "203.0.113.9", DispositionAction? applied = null, string helo = "mail.other.example") =>
        [.. FailureReports.Of(await JudgeAsync(message, mailFrom, client, applied, helo), Options)];

    public async Task<EvaluatedMessage> JudgeAsync(
        string message = Plain, string mailFrom = "bounce@other.example", string client = "203.0.113.9", DispositionAction? applied = null, string helo = "mail.other.example")
    {
        var pipeline = new AuthenticationPipeline(
            new ZoneResolver(Zone()), new AuthenticationOptions { AuthservId = "mx.receiver.example", TimeProvider = Time, KeepHeader = true }, observers: [this]);
        await using var session = pipeline.BeginSession(IPAddress.Parse(client), helo);
        session.SetMailFrom(mailFrom);
        session.AddRecipient("bob@receiver.example");
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        foreach (var field in message[..end].Replace("\r\n ", "\u0001 ", StringComparison.Ordinal).Replace("\r\n\t", "\u0001\t", StringComparison.Ordinal).Split("\r\n"))
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            session.AddHeaderField(Encoding.Latin1.GetBytes(field[..colon]), Encoding.Latin1.GetBytes(field[(colon + 1)..].Replace("\u0001", "\r\n", StringComparison.Ordinal)));
        }

        session.EndOfHeaders();
        session.AppendBody(Encoding.Latin1.GetBytes(message[(end + 4)..]));
        await session.CompleteAsync(TestContext.Current.CancellationToken);
        if (applied is { } action)
        {
            session.ReportApplied(new AppliedAction { Action = action });
        }

        session.Reset();
        return _messages[^1];
    }

    private Zone Zone()
    {
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, Record)
            .Add("example.com", ZoneEntryKind.Txt, "v=spf1 include:_spf.example.com -all")
            .Add("_spf.example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.9 -all")
            .Add("other.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.9 -all")
            .Add("macro.example", ZoneEntryKind.Txt, "v=spf1 include:%{l}.macro.example -all")
            .Add("alice.macro.example", ZoneEntryKind.Txt, "v=spf1 -all")
            .Add("slow.example", ZoneEntryKind.ServFail)
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("s._domainkey.other.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("gone._domainkey.example.com", ZoneEntryKind.Txt, "v=DKIM1; p=");
        Change?.Invoke(zone);
        return zone;
    }
}
