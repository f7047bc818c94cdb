using System.Globalization;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>What becomes of mail when the operator says that verdicts count; each settings by SIGHUP to the service that runs.</summary>
public sealed class DispositionTests(MailSite site) : IClassFixture<MailSite>
{
    private const string Spoofed =
        "From: alice@author.example\r\nTo: box@example.org\r\nSubject: Hello\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n";

    [Fact]
    public async Task A_message_whose_domain_asks_for_rejection_is_refused_with_a_reply_that_says_why()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync("\"Policy\": { \"OnReject\": \"reject\" }");

        var reply = await SendSpoofedAsync(site.NewMailbox());

        Assert.StartsWith("550 5.7.26 ", reply, StringComparison.Ordinal);
        Assert.Contains("author.example", reply, StringComparison.Ordinal);
        Assert.StartsWith("250", await site.SendAsync(site.NewMailbox(), Spoofed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_whose_domain_asks_for_quarantine_is_held_and_annotated()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync("\"Policy\": { \"OnQuarantine\": \"quarantine\" }");
        var mailbox = site.NewMailbox();

        var reply = await SendSpoofedAsync(mailbox, "quiet.example");
        var queueId = reply[(reply.LastIndexOf(' ') + 1)..];

        Assert.StartsWith("250", reply, StringComparison.Ordinal);
        Assert.Contains(queueId, site.Postfix.Held());
        Assert.Empty(site.Postfix.Messages(mailbox));
    }

    [Fact]
    public async Task A_refusal_for_now_is_a_451()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync("\"Policy\": { \"OnReject\": \"tempfail\" }");

        Assert.StartsWith("451 4.7.26 ", await SendSpoofedAsync(site.NewMailbox()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Received_SPF_is_below_the_results_and_above_all_other_fields()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync("\"AddReceivedSpf\": true");

        var delivered = await site.DeliverAsync(Spoofed);

        var results = delivered.IndexOf("\nAuthentication-Results:", StringComparison.Ordinal);
        var spf = delivered.IndexOf("\nReceived-SPF: pass", StringComparison.Ordinal);
        var received = delivered.IndexOf("\nReceived: from", StringComparison.Ordinal);
        Assert.True(results > 0 && results < spf && spf < received, delivered);
    }

    [Fact]
    public async Task Mail_of_a_trusted_network_is_not_judged_and_forged_results_are_removed()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync("\"UncheckedClients\": \"203.0.113.0/24\"");

        var delivered = await site.DeliverAsync(
            "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=within.example\r\n"
            + "ARC-Authentication-Results: i=1; mx.example.org; dmarc=pass header.from=bank.example\r\n"
            + "Authentication-Results: other.example; spf=pass smtp.mailfrom=left.example\r\n" + Spoofed, client: "203.0.113.66");

        Assert.DoesNotContain("within.example", delivered, StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", delivered, StringComparison.Ordinal);
        Assert.Contains("left.example", delivered, StringComparison.Ordinal);
        Assert.Equal(2, delivered.Split("Authentication-Results:", StringSplitOptions.None).Length);
    }

    [Fact]
    public async Task SIGTERM_ends_the_service_normally_and_removes_its_socket()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync("\"LogLevel\": \"information\""); // whatever another test configured: annotate only
        var ended = site.Milter;

        await Daemon.RunAsync("kill", "-TERM", ended.Process.Id.ToString(CultureInfo.InvariantCulture));
        await ended.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, ended.Process.ExitCode);
        Assert.False(File.Exists(site.MilterSocket));

        // Without the milter nobody gets by: Postfix asks to come again.
        Assert.StartsWith("451", await SendSpoofedAsync(site.NewMailbox()), StringComparison.Ordinal);
        await site.StartMilterAsync();
        Assert.StartsWith("250", await SendSpoofedAsync(site.NewMailbox()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Miltertest_agrees_with_the_protocol()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var miltertest = Programs.Find("miltertest");
        Assert.SkipWhen(miltertest is null, "Not installed: miltertest.");
        await site.ReloadAsync("\"LogLevel\": \"information\"");
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, $"""
                conn = mt.connect("unix:{site.MilterSocket}")
                if conn == nil then error("connect") end
                if mt.conninfo(conn, "mail.author.example", "192.0.2.1") ~= nil then error("conninfo") end
                if mt.getreply(conn) ~= SMFIR_CONTINUE then error("reply to conninfo") end
                if mt.helo(conn, "mail.author.example") ~= nil then error("helo") end
                mt.macro(conn, SMFIC_MAIL, "i", "4MILTERTEST")
                if mt.mailfrom(conn, "<alice@author.example>") ~= nil then error("mailfrom") end
                if mt.getreply(conn) ~= SMFIR_CONTINUE then error("reply to mailfrom") end
                if mt.header(conn, "Authentication-Results", "mx.example.org; dkim=pass") ~= nil then error("header") end
                if mt.header(conn, "From", "alice@author.example") ~= nil then error("header") end
                if mt.eoh(conn) ~= nil then error("eoh") end
                if mt.bodystring(conn, "Hello\r\n") ~= nil then error("body") end
                if mt.eom(conn) ~= nil then error("eom") end
                if mt.getreply(conn) ~= SMFIR_CONTINUE then error("reply to eom") end
                if not mt.eom_check(conn, MT_HDRINSERT, "Authentication-Results") then error("no field inserted") end
                if not mt.eom_check(conn, MT_HDRDELETE, "Authentication-Results") then error("forged field stays") end
                mt.disconnect(conn)
                """, TestContext.Current.CancellationToken);

            var (exit, output) = await Daemon.RunAsync(miltertest!, "-s", script);

            Assert.True(exit == 0, output);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private async Task<string> SendSpoofedAsync(string mailbox, string domain = "author.example")
    {
        using var smtp = await SmtpConnection.OpenAsync(site.Port, "203.0.113.66", "evil.example", "evil.example");
        return await smtp.SendAsync(
            $"<alice@{domain}>", $"{mailbox}@example.org", Encoding.ASCII.GetBytes(Spoofed.Replace("author.example", domain, StringComparison.Ordinal)));
    }
}
