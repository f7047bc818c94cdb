using System.Globalization;
using System.Text;
using EmailAuth.Reports;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>From mail that fails behind a real Postfix to the one failure report in the mailbox of its domain (RFC 9991).</summary>
public sealed class FailureMailTests(MailSite site) : IClassFixture<MailSite>
{
    private const int Messages = 30;
    private const string Own = "dmarc@author.example";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Like_failures_are_one_report_that_passes_DMARC_names_nobody_and_leads_to_no_other()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var journal = site.NewFolder("failing");
        var (store, secret) = (Path.Combine(journal, "reports.db"), Path.Combine(journal, "secret"));
        await File.WriteAllTextAsync(secret, "0123456789abcdef", Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await site.ReloadAsync($$"""
            "Policy": { "OnReject": "accept" },
            "Reports": { "Enabled": true, "JournalFolder": "{{journal}}", "FlushInterval": "10ms", "Failures": true, "RedactionKey": "{{secret}}" }
            """);
        var mailbox = site.NewMailbox();
        using (var smtp = await SmtpConnection.OpenAsync(site.Port, "203.0.113.80", "mail.client.example"))
        {
            for (var number = 0; number < Messages; number++)
            {
                var message = $"From: Alice-Person <alice-person@failing.example>\r\nTo: Bob-Person <{mailbox}@example.org>\r\nSubject: secret-plan {number}\r\nMessage-ID: <{number}@failing.example>\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nsecret-text\r\n";
                Assert.StartsWith("250", await smtp.SendAsync("<alice-person@failing.example>", $"{mailbox}@example.org", Encoding.ASCII.GetBytes(message)), StringComparison.Ordinal);
            }

            // The null reverse-path of a bounce: no report.
            Assert.StartsWith("250", await smtp.SendAsync("<>", $"{mailbox}@example.org", "From: mailer-daemon@failing.example\r\nSubject: bounce\r\n\r\nx\r\n"u8.ToArray()), StringComparison.Ordinal);
        }

        await Eventually.True(() => Read(journal).Count == Messages, () => $"{Read(journal).Count} messages\n{site.Milter.Output}");
        Assert.Equal(1, Read(journal).Count(static message => message.Failures[0].Fields is not null));
        await EmailAuthAsync("reports", "collect", "--journal", journal, "--store", store, "--failure-window", "0");
        Assert.Contains("1 sent", await SendAsync(store), StringComparison.Ordinal);

        var delivered = (await site.Postfix.DeliveredAsync(TestZone.FailureMailbox)).ReplaceLineEndings("\r\n");
        Assert.Contains("dmarc=pass", delivered, StringComparison.Ordinal);
        Assert.Contains("Return-Path: <dmarc+", delivered, StringComparison.Ordinal);

        // Each has a character that base64 has not: a signature or a hash must not have it by chance.
        foreach (var word in (string[])["alice-", "Alice-", "Bob-", $"{mailbox}@", "secret-"])
        {
            Assert.DoesNotContain(word, delivered, StringComparison.Ordinal);
        }

        var report = await FirstAsync(Encoding.ASCII.GetBytes(delivered));
        Assert.Equal((ReportKind.Failure, ReportVerdict.Conforms, (long)Messages), (report.Kind, report.Verdict, report.Feedback!.Incidents));
        Assert.Equal(("203.0.113.80", "failing.example"), (report.Feedback.SourceAddress, report.Feedback.ReportedDomains[0]));
        Assert.Equal("delivered", report.Feedback.Failure!.DeliveryText);
        Assert.Equal(["txt : failing.example : \"v=spf1 ip4:192.0.2.0/24 -all\""], report.Feedback.Failure.SpfDns);
        if (File.Exists("/usr/share/perl5/Sisimai/ARF.pm"))
        {
            var file = Path.Combine(journal, "report.eml");
            await File.WriteAllTextAsync(file, delivered, Cancel);
            var (code, text, errors) = await PeerProgram.RunAsync("/usr/bin/perl", "-MSisimai", "-e", "print join '|', map { $_->feedbacktype, $_->rhost } @{ Sisimai->make($ARGV[0]) }", file);
            Assert.True(code == 0, errors);
            Assert.Equal("auth-failure|203.0.113.80", text);
        }

        // The report came through the milter as well.
        await EmailAuthAsync("reports", "collect", "--journal", journal, "--store", store, "--failure-window", "0");
        Assert.Contains("0 sent", await SendAsync(store), StringComparison.Ordinal);
    }

    private static List<CollectedMessage> Read(string folder)
    {
        var reader = new JournalReader(folder);
        return [.. reader.ListSegments().SelectMany(segment => reader.Read(segment)).Select(static entry => entry.Message)];
    }

    private static async Task<ReadReport> FirstAsync(byte[] mail)
    {
        await foreach (var report in new ReportReader().ReadAsync(mail, Cancel))
        {
            return report;
        }

        throw new InvalidOperationException("There is no report.");
    }

    private Task<string> SendAsync(string store) => EmailAuthAsync(
        "reports", "send", "--store", store, "--email", Own, "--key", site.KeyFile, "--selector", TestZone.Selector, "--dns",
        string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{site.DnsPort}"), "--smarthost", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{site.Port}"), "--helo", "mail.author.example");

    // What it says on both outputs.
    private static async Task<string> EmailAuthAsync(params string[] arguments)
    {
        var published = Environment.GetEnvironmentVariable("EMAILAUTH_COMMAND");
        var configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
        var built = Path.Combine(Repository.Root, "src/EmailAuth.Cli/bin", configuration, "net10.0/EmailAuth.Cli.dll");
        var (code, text, errors) = await PeerProgram.RunAsync(published ?? "dotnet", published is null ? [built, .. arguments] : arguments);
        Assert.True(code == 0, errors);
        return text + errors;
    }
}
