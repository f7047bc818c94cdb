using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmailAuth.Reports;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;
using MimeKit;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>
/// From messages of 50 domains behind a real Postfix to the reports in their mailboxes: milter, journal, store, mail, and what three readers make of it.
/// </summary>
/// <remarks>EMAILAUTH_REPORTED_MESSAGES is the number of messages.</remarks>
public sealed class ReportedMailTests(MailSite site, ITestOutputHelper output) : IClassFixture<MailSite>
{
    private const string Own = "dmarc@author.example";
    private const int Connections = 8;

    private static readonly int Messages =
        int.TryParse(Environment.GetEnvironmentVariable("EMAILAUTH_REPORTED_MESSAGES"), CultureInfo.InvariantCulture, out var number) ? number : 2000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_message_is_in_the_report_of_its_domain_and_each_report_in_the_mailbox_of_its_domain()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var journal = site.NewFolder("reported");
        var store = Path.Combine(journal, "reports.db");
        await site.ReloadAsync($$"""
            "Policy": { "OnReject": "accept" },
            "Reports": { "Enabled": true, "JournalFolder": "{{journal}}", "FlushInterval": "10ms", "OwnAddresses": "{{Own}}" }
            """);
        var start = Stopwatch.GetTimestamp();
        var sent = new Dictionary<string, long>(StringComparer.Ordinal);
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(first => SendAsync(first, sent)));
        output.WriteLine($"{Messages} messages in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");

        var imported = 0;
        await Eventually.AsyncTrue(
            async () =>
            {
                var collected = await EmailAuthCommand.RunAsync("reports", "collect", "--journal", journal, "--store", store);
                imported += int.Parse(collected.Split(' ')[0], CultureInfo.InvariantCulture);
                return imported == Messages;
            },
            () => $"{imported} messages\n{site.Milter.Output}");

        // The day is over: the clock says so.
        var tomorrow = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(1).AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string[] send =
        [
            "reports", "send", "--store", store, "--email", Own, "--key", site.KeyFile, "--selector", TestZone.Selector, "--dns", $"127.0.0.1:{site.DnsPort}",
            "--smarthost", $"127.0.0.1:{site.Port}", "--helo", "mail.author.example", "--spread", "0", "--now", tomorrow,
        ];
        Assert.Equal(string.Empty, await EmailAuthCommand.RunAsync(send));
        Assert.Equal(string.Empty, await EmailAuthCommand.RunAsync(send));
        output.WriteLine($"reports sent after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");

        var counted = new Dictionary<string, long>(StringComparer.Ordinal);
        var files = new List<string>();
        for (var domain = 1; domain <= TestZone.ReportingDomains; domain++)
        {
            files.Add(await ReadAsync(domain, journal, counted));
        }

        Assert.Equal(sent.OrderBy(static row => row.Key, StringComparer.Ordinal), counted.OrderBy(static row => row.Key, StringComparer.Ordinal));
        Assert.Equal(Messages, counted.Values.Sum());
        await PeersAsync(files, sent);
        output.WriteLine($"all read after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
    }

    private async Task SendAsync(int first, Dictionary<string, long> sent)
    {
        // The client of a connection is one address, so each connection has its own.
        var client = $"{(first % 3 == 2 ? "203.0.113" : "192.0.2")}.{first + 10}";
        using var smtp = await SmtpConnection.OpenAsync(site.Port, client, "mail.client.example");
        for (var number = first; number < Messages; number += Connections)
        {
            var domain = TestZone.ReportingDomain((number % TestZone.ReportingDomains) + 1);
            var message = $"From: a@{domain}\r\nTo: box1@example.org\r\nSubject: {number}\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <{number}@{domain}>\r\n\r\nHello\r\n";
            var reply = await smtp.SendAsync($"<a@{domain}>", "box1@example.org", Encoding.ASCII.GetBytes(message));
            Assert.StartsWith("250", reply, StringComparison.Ordinal);
            lock (sent)
            {
                var row = $"{domain} {client} {(first % 3 == 2 ? AlignedResult.Fail : AlignedResult.Pass)}";
                sent[row] = sent.GetValueOrDefault(row) + 1;
            }
        }
    }

    // The report of a domain, by our reader: one mail, which passes DMARC at this receiver.
    private async Task<string> ReadAsync(int number, string folder, Dictionary<string, long> counted)
    {
        var domain = TestZone.ReportingDomain(number);
        var delivered = await site.Postfix.DeliveredAsync(TestZone.ReportMailbox(number));
        using var message = await MimeMessage.LoadAsync(new MemoryStream(Encoding.Latin1.GetBytes(delivered)), Cancel);
        Assert.Contains("dmarc=pass", message.Headers["Authentication-Results"], StringComparison.Ordinal);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        Assert.StartsWith("<dmarc+", message.Headers["Return-Path"], StringComparison.Ordinal);
        var part = (MimePart)message.Attachments.Single();
        var name = AggregateReportName.ParseFileName(part.FileName!)!;
        Assert.Equal((domain, message.Subject), (name.PolicyDomain.ToString(), name.Subject));
        var path = Path.Combine(folder, part.FileName!);
        await using (var file = File.Create(path))
        {
            await part.Content!.DecodeToAsync(file, Cancel);
        }

        await using (var compressed = new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress))
        {
            await using var xml = File.Create(path[..^".gz".Length]);
            await compressed.CopyToAsync(xml, Cancel);
        }

        await using var gzip = new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress);
        var report = await AggregateReportReader.ReadAllAsync(gzip, cancellationToken: Cancel);
        Assert.Equal(ReportVerdict.Conforms, report.Verdict);
        Assert.Equal(name.ReportId, report.Metadata!.ReportId);
        foreach (var record in report.Records)
        {
            var row = $"{record.HeaderFrom} {record.SourceAddress} {record.Spf}";
            counted[row] = counted.GetValueOrDefault(row) + record.Count;
        }

        return path;
    }

    private static async Task PeersAsync(List<string> files, Dictionary<string, long> sent)
    {
        var expected = sent.Select(static row => $"{row.Key.Split(' ')[1]} {row.Value} {row.Key.Split(' ')[0]}").Order(StringComparer.Ordinal).ToList();
        if (PeerProgram.IsInstalled("dmarc-cat"))
        {
            var rows = new List<string>();
            foreach (var file in files)
            {
                var (code, text, errors) = await PeerProgram.RunAsync("dmarc-cat", "-N", file);
                Assert.True(code == 0, errors);
                rows.AddRange(text.Split('\n').Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Where(static words => words.Length > 2 && System.Net.IPAddress.TryParse(words[0], out _)).Select(static words => $"{words[0]} {words[1]} {words[2]}"));
            }

            Assert.Equal(expected, rows.Order(StringComparer.Ordinal));
        }

        if (File.Exists("/usr/share/perl5/Mail/DMARC/Report/Receive.pm"))
        {
            var script = Repository.PathOf("tests", "EmailAuth.Reports.Tests", "Aggregate", "mail-dmarc-rows.pl");
            var (code, text, errors) = await PeerProgram.RunAsync("/usr/bin/perl", [script, .. files.Select(static file => file[..^".gz".Length])]);
            Assert.True(code == 0, errors);
            Assert.Equal(
                expected,
                text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('|')).Select(static words => $"{words[2]} {words[3]} {words[8]}").Order(StringComparer.Ordinal));
        }
    }
}
