using System.Globalization;
using System.Text;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Which mail behind a real Postfix is counted for aggregate reports.</summary>
public sealed class CollectedMailTests(MailSite site) : IClassFixture<MailSite>
{
    private const string Sender = "<alice@reporting.example>";
    private const string Message =
        "From: alice@reporting.example\r\nTo: box@example.org\r\nSubject: Hello\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n";

    [Fact]
    public async Task Passed_refused_and_report_mail_is_counted_and_submissions_and_mail_to_the_address_for_reports_are_not()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var folder = site.NewFolder("journal");
        var own = site.NewMailbox();
        await site.ReloadAsync(Settings(folder, own));

        // What is not counted comes first: it would be in the journal before the others.
        using (var smtp = await SmtpConnection.OpenAsync(site.Port, "192.0.2.1", "mail.reporting.example", login: "alice"))
        {
            Assert.StartsWith("250", await smtp.SendAsync(Sender, $"{site.NewMailbox()}@example.org", Encoding.ASCII.GetBytes(Message)), StringComparison.Ordinal);
        }

        Assert.StartsWith("250", await SendAsync(own, Message, "192.0.2.2"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(site.NewMailbox(), Message.Replace("reporting", "quiet", StringComparison.Ordinal), "192.0.2.3"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(site.NewMailbox(), Message, "192.0.2.4"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.26", await SendAsync(site.NewMailbox(), Message, "203.0.113.66"), StringComparison.Ordinal);
        var report = Message.Replace("Hello\r\nDate", "Report Domain: x.example Submitter: reporting.example Report-ID: <1>\r\nDate", StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(site.NewMailbox(), report, "192.0.2.5"), StringComparison.Ordinal);

        await Eventually.True(() => Read(folder).Count >= 3, () => $"{Read(folder).Count} messages\n{site.Milter.Output}");
        Assert.Equal(
            [
                ("192.0.2.4", AggregateDisposition.Pass, AlignedResult.Pass, false),
                ("203.0.113.66", AggregateDisposition.Reject, AlignedResult.Fail, false),
                ("192.0.2.5", AggregateDisposition.Pass, AlignedResult.Pass, true),
            ],
            Read(folder).Select(static message => (message.Record.SourceAddress, message.Record.Disposition, message.Record.Spf, message.IsReport)));
        Assert.All(Read(folder), static message => Assert.Equal(["mailto:d@reporting.example"], message.ReportUris));

        // Another folder, by a reload: what comes next is there, and the first journal is finished.
        var next = site.NewFolder("next");
        await site.ReloadAsync(Settings(next, own));
        Assert.StartsWith("250", await SendAsync(site.NewMailbox(), Message, "192.0.2.6"), StringComparison.Ordinal);
        await Eventually.True(() => Read(next).Count == 1, () => site.Milter.Output);
        await Eventually.True(() => new JournalReader(folder).ListSegments().All(static segment => segment.IsFinished), () => site.Milter.Output);
        Assert.Equal(3, Read(folder).Count);

        // Off, by a reload.
        await site.ReloadAsync("\"Policy\": { \"OnReject\": \"reject\" }");
        Assert.StartsWith("250", await SendAsync(site.NewMailbox(), Message, "192.0.2.7"), StringComparison.Ordinal);
        await Eventually.True(() => new JournalReader(next).ListSegments().All(static segment => segment.IsFinished), () => site.Milter.Output);
        Assert.Single(Read(next));

        // The end of the process writes what waits, however long the interval is.
        var last = site.NewFolder("last");
        await site.ReloadAsync(Settings(last, own, "1h"));
        Assert.StartsWith("250", await SendAsync(site.NewMailbox(), Message, "192.0.2.8"), StringComparison.Ordinal);
        Assert.Empty(Read(last));
        await Daemon.RunAsync("kill", "-TERM", site.Milter.Process.Id.ToString(CultureInfo.InvariantCulture));
        await site.Milter.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("192.0.2.8", Assert.Single(Read(last)).Record.SourceAddress);
        Assert.True(Assert.Single(new JournalReader(last).ListSegments()).IsFinished);
    }

    private static string Settings(string folder, string own, string interval = "10ms") => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        "Policy": { "OnReject": "reject" },
        "Reports": { "Enabled": true, "JournalFolder": "{{folder}}", "FlushInterval": "{{interval}}", "OwnAddresses": "{{own}}@example.org" }
        """);

    private static List<CollectedMessage> Read(string folder)
    {
        var reader = new JournalReader(folder);
        return [.. reader.ListSegments().SelectMany(segment => reader.Read(segment)).Select(static entry => entry.Message)];
    }

    private Task<string> SendAsync(string mailbox, string message, string client) =>
        site.SendAsync(mailbox, message, message.Contains("quiet", StringComparison.Ordinal) ? "<alice@quiet.example>" : Sender, client, "mail.reporting.example");
}
