using System.Text;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Mail through a backup MX: a Postfix in front of the Postfix whose milter judges. Each verdict is as if the client had come itself.</summary>
public sealed class RelayedMailTests(MailSite site) : IClassFixture<MailSite>, IAsyncLifetime
{
    private const string Message =
        "From: alice@author.example\r\nTo: box@example.org\r\nSubject: Hello\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n";

    private const string Forged =
        "Received: from mail.author.example (mail.author.example [192.0.2.1])\r\n\tby mx2.example.org (Postfix) with ESMTP id 4F2k\r\n\tfor <box@example.org>; "
        + "Tue, 24 Nov 2026 12:00:00 +0000 (UTC)\r\n";

    private PostfixServer? _relay;
    private int _port;

    public async ValueTask InitializeAsync()
    {
        if (site.Missing is null)
        {
            _port = LoopbackPort.Take();
            _relay = await PostfixServer.StartRelayAsync(
                site.NewFolder("relay-" + Guid.NewGuid().ToString("N")[..8]), TestZone.Relay, TestZone.RelayAddress, site.Port, new PostfixListener(_port, string.Empty));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }
    }

    public static TheoryData<string> Relays => [TestZone.RelayAddress, TestZone.Relay];

    [Theory]
    [MemberData(nameof(Relays))]
    public async Task Genuine_and_forged_mail_have_the_verdicts_of_mail_that_comes_itself(string relays)
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync($"\"Relays\": \"{relays}\"");
        foreach (var (client, name, message, verdict) in ((string, string, string, string)[])
            [
                ("192.0.2.1", "mail.author.example", Message, "pass"),
                ("203.0.113.66", "evil.example", Message, "fail"),
                ("203.0.113.66", "evil.example", Forged + Message, "fail"),
                ("203.0.113.66", "mx2.example.org", Forged + Forged + Message, "fail"),
            ])
        {
            var direct = ResultsOf(await site.DeliverAsync(message, client: client, name: name));
            var relayed = ResultsOf(await DeliverAsync(message, client, name));

            Assert.Contains($"dmarc={verdict}", direct, StringComparison.Ordinal);
            Assert.Contains($" (client {client} by relay mx2.example.org)", relayed, StringComparison.Ordinal);
            Assert.Equal(direct, relayed.Replace($" (client {client} by relay mx2.example.org)", "", StringComparison.Ordinal));
            await site.MilterSaysAsync($"client={client} relay=mx2.example.org helo={name} ");
        }
    }

    [Fact]
    public async Task Forged_mail_of_the_sites_own_domain_is_refused_although_the_relay_may_send_for_it()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var message = Message.Replace("author.example", "example.org", StringComparison.Ordinal);
        await site.ReloadAsync("");
        Assert.Contains("dmarc=pass", ResultsOf(await DeliverAsync(message, "203.0.113.66", "evil.example", "<alice@example.org>")), StringComparison.Ordinal);

        await site.ReloadAsync($"\"Relays\": \"{TestZone.RelayAddress}\", \"Policy\": {{ \"OnReject\": \"reject\" }}");
        var mailbox = site.NewMailbox();
        await SendAsync(mailbox, message, "203.0.113.66", "evil.example", "<alice@example.org>");

        await Eventually.True(() => _relay!.Log.Contains($"to=<{mailbox}@example.org>", StringComparison.Ordinal) && _relay.Log.Contains("550 5.7.26", StringComparison.Ordinal), () => _relay!.Log);
        Assert.Empty(site.Postfix.Messages(mailbox));
    }

    [Fact]
    public async Task Mail_of_an_unchecked_client_is_not_judged_and_forged_results_are_removed()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await site.ReloadAsync($"\"Relays\": \"{TestZone.RelayAddress}\", \"UncheckedClients\": \"127.0.0.0/8, 203.0.113.0/24\", \"Policy\": {{ \"OnReject\": \"reject\" }}");

        var delivered = await DeliverAsync("Authentication-Results: mx.example.org; dmarc=pass\r\n" + Message, "203.0.113.66", "printer.example");

        Assert.DoesNotContain("Authentication-Results", delivered, StringComparison.Ordinal);
        await site.MilterSaysAsync("client=203.0.113.66 relay=mx2.example.org helo=printer.example from=<alice@author.example> not_judged=\"trusted network\"");
    }

    private async Task<string> DeliverAsync(string message, string client, string name, string from = "<alice@author.example>")
    {
        var mailbox = site.NewMailbox();
        await SendAsync(mailbox, message, client, name, from);
        return await site.Postfix.DeliveredAsync(mailbox);
    }

    private async Task SendAsync(string mailbox, string message, string client, string name, string from)
    {
        using var smtp = await SmtpConnection.OpenAsync(_port, client, name, name);
        var reply = await smtp.SendAsync(from, $"{mailbox}@example.org", Encoding.Latin1.GetBytes(message));
        Assert.True(reply.StartsWith("250", StringComparison.Ordinal), reply);
    }

    private static string ResultsOf(string delivered)
    {
        var start = delivered.IndexOf("Authentication-Results:", StringComparison.Ordinal);
        Assert.True(start >= 0, delivered);
        var end = start;
        do
        {
            end = delivered.IndexOf('\n', end) + 1;
        }
        while (delivered[end] is ' ' or '\t');

        return delivered[start..end].Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
    }
}
