using System.Text;
using EmailAuth.Dns;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests.Delivery;

public sealed class SmtpTransportTests
{
    private static readonly Zone OneHost = new Zone()
        .Add(Name("example.com"), Mx("10 mx.example.com")).Add("mx.example.com", ZoneEntryKind.A, "127.0.0.1")
        .Add(Name("null.example"), Mx("0 ."))
        .Add("implicit.example", ZoneEntryKind.A, "127.0.0.1")
        .Add(Name("second.example"), Mx("10 dead.second.example")).Add(Name("second.example"), Mx("20 mx.example.com")).Add("dead.second.example", ZoneEntryKind.A, "127.0.0.2")
        .Add(Name("nowhere.example"), Mx("10 none.example"));

    private static DomainName Name(string text) => DomainName.Parse(text).Value!;

    private static ZoneRecord Mx(string text) => new() { Type = ZoneEntryKind.MX, Preference = ushort.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), Data = text.Split(' ')[1] };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ReportMail Mail(string recipient = "d@example.com") => new()
    {
        ReturnPath = "b+1@receiver.example",
        Recipient = recipient,
        FileName = "f",
        Message = Encoding.ASCII.GetBytes("DKIM-Signature: x\r\nFrom: a@receiver.example\r\nSubject: x\r\n\r\n.a dot\r\n"),
    };

    private static SmtpTransport Direct(SmtpTestServer server, Func<SmtpTransportOptions, SmtpTransportOptions>? change = null) =>
        new(new ZoneResolver(OneHost), (change ?? (static options => options))(new SmtpTransportOptions { Smarthost = null, Port = server.Port, HeloName = "receiver.example", AllowsPrivateAddresses = true }));

    public static TheoryData<string, string, DeliveryAnswer, string> Replies => new()
    {
        { "RCPT", "550 5.1.1 no such user", DeliveryAnswer.Refused, "the address does not exist" },
        { "RCPT", "554 5.7.1 not wanted", DeliveryAnswer.Refused, "the host does not want it" },
        { "RCPT", "450 4.2.1 greylisted", DeliveryAnswer.Deferred, "greylisting" },
        { "RCPT", "452 4.2.2 mailbox full", DeliveryAnswer.Deferred, "full for now" },
        { "DOT", "554 5.6.0 content refused", DeliveryAnswer.Refused, "after DATA" },
        { "DOT", "451 4.3.0 try again", DeliveryAnswer.Deferred, "after DATA, for now" },
        { "MAIL", "550 5.7.1 you are on a list", DeliveryAnswer.Deferred, "about us, not the recipient" },
        { "MAIL", "552 5.3.4 too large", DeliveryAnswer.Refused, "the size is refused at MAIL" },
        { "EHLO", "550 go away", DeliveryAnswer.Deferred, "about us" },
        { "CONNECT", "554 no service", DeliveryAnswer.Deferred, "about us" },
        { "CONNECT", "421 busy", DeliveryAnswer.Deferred, "busy" },
        { "DATA", "CLOSE", DeliveryAnswer.Deferred, "the host goes away" },
        { "RCPT", "CLOSE", DeliveryAnswer.Deferred, "the host goes away" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task A_reply_is_permanent_or_temporary(string step, string reply, DeliveryAnswer expected, string why)
    {
        await using var server = new SmtpTestServer();
        server.Script = command => command.StartsWith(step, StringComparison.Ordinal) || (step == "EHLO" && command.StartsWith("HELO", StringComparison.Ordinal)) ? reply : null;
        await using var transport = Direct(server);
        var attempt = await transport.SendAsync(Mail(), Cancel);
        Assert.True(attempt.Answer == expected, $"{why}: {attempt}");
        Assert.Empty(server.Mails);
        if (reply != "CLOSE" && step is "RCPT" or "DOT")
        {
            Assert.Contains(reply.Split(' ')[0], attempt.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_smarthost_that_does_not_relay_says_nothing_of_the_recipient()
    {
        await using var server = new SmtpTestServer { Script = static command => command.StartsWith("RCPT", StringComparison.Ordinal) ? "554 5.7.1 Relay access denied" : null };
        await using var smarthost = new SmtpTransport(new ZoneResolver(OneHost), new() { Smarthost = "127.0.0.1", Port = server.Port, HeloName = "r.example" });
        Assert.Equal(DeliveryAnswer.Deferred, (await smarthost.SendAsync(Mail(), Cancel)).Answer);
        server.Script = static command => command.StartsWith("RCPT", StringComparison.Ordinal) ? "550 5.1.1 no such user" : null;
        Assert.Equal(DeliveryAnswer.Refused, (await smarthost.SendAsync(Mail(), Cancel)).Answer);
    }

    [Fact]
    public async Task One_connection_carries_the_reports_to_one_host_also_after_a_refusal()
    {
        await using var server = new SmtpTestServer();
        await using var transport = Direct(server);
        Assert.Equal(DeliveryAnswer.Sent, (await transport.SendAsync(Mail(), Cancel)).Answer);
        server.Script = static command => command.StartsWith("RCPT TO:<bad", StringComparison.Ordinal) ? "550 5.1.1 no" : null;
        Assert.Equal(DeliveryAnswer.Refused, (await transport.SendAsync(Mail("bad@example.com"), Cancel)).Answer);
        Assert.Equal(DeliveryAnswer.Sent, (await transport.SendAsync(Mail("e@example.com"), Cancel)).Answer);
        Assert.Equal(1, server.Connections);
        Assert.Equal(["d@example.com", "e@example.com"], server.Mails.Select(static mail => mail.Recipient));
        Assert.Contains(".a dot\r\n", Encoding.ASCII.GetString(server.Mails.First().Message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_connection_that_the_host_ended_is_replaced()
    {
        await using var server = new SmtpTestServer();
        await using var transport = Direct(server);
        Assert.Equal(DeliveryAnswer.Sent, (await transport.SendAsync(Mail(), Cancel)).Answer);
        server.Script = static command => command == "NOOP" ? "CLOSE" : null;
        Assert.Equal(DeliveryAnswer.Sent, (await transport.SendAsync(Mail(), Cancel)).Answer);
        Assert.Equal(2, server.Connections);
        Assert.Equal(2, server.Mails.Count);
    }

    [Fact]
    public async Task TLS_is_used_where_it_is_offered_whatever_the_certificate()
    {
        await using var server = new SmtpTestServer { OffersTls = true };
        await using var transport = Direct(server);
        Assert.Equal(DeliveryAnswer.Sent, (await transport.SendAsync(Mail(), Cancel)).Answer);
        Assert.True(server.Mails.Single().IsEncrypted);
    }

    [Fact]
    public async Task An_offer_of_TLS_that_does_not_work_is_passed_over_unless_TLS_is_required()
    {
        await using var server = new SmtpTestServer { OffersTls = true, BreaksTls = true };
        await using (var transport = Direct(server))
        {
            Assert.Equal(DeliveryAnswer.Sent, (await transport.SendAsync(Mail(), Cancel)).Answer);
            Assert.False(server.Mails.Single().IsEncrypted);
        }

        await using var strict = Direct(server, static options => options with { Security = SmtpSecurity.Required });
        Assert.Equal(DeliveryAnswer.Deferred, (await strict.SendAsync(Mail(), Cancel)).Answer);
        Assert.Single(server.Mails);
    }

    [Theory]
    [InlineData(SmtpSecurity.Required, false, DeliveryAnswer.Deferred)]
    [InlineData(SmtpSecurity.Required, true, DeliveryAnswer.Sent)]
    [InlineData(SmtpSecurity.Verified, true, DeliveryAnswer.Deferred)]
    public async Task TLS_can_be_required_with_or_without_a_valid_certificate(SmtpSecurity security, bool offers, DeliveryAnswer expected)
    {
        await using var server = new SmtpTestServer { OffersTls = offers };
        await using var transport = Direct(server, options => options with { Security = security });
        Assert.Equal(expected, (await transport.SendAsync(Mail(), Cancel)).Answer);
    }

    [Theory]
    [InlineData(SmtpSecurity.Opportunistic, false, false)]
    [InlineData(SmtpSecurity.Opportunistic, true, true)]
    [InlineData(SmtpSecurity.None, false, true)]
    public async Task A_password_is_not_sent_without_TLS_unless_TLS_is_off(SmtpSecurity security, bool offersTls, bool isSent)
    {
        await using var server = new SmtpTestServer { OffersTls = offersTls, Extension = "AUTH PLAIN", Script = static command => command.StartsWith("AUTH", StringComparison.Ordinal) ? "235 2.7.0 ok" : null };
        await using var transport = new SmtpTransport(
            new ZoneResolver(OneHost), new() { Smarthost = "127.0.0.1", Port = server.Port, HeloName = "r.example", Security = security, User = "u", Password = "secret" });
        var attempt = await transport.SendAsync(Mail(), Cancel);
        Assert.Equal(isSent ? DeliveryAnswer.Sent : DeliveryAnswer.Deferred, attempt.Answer);
        Assert.Equal(isSent, server.Commands.Any(static command => command.StartsWith("AUTH", StringComparison.Ordinal)));
        Assert.True(isSent || attempt.Text.Contains("the password is not sent", StringComparison.Ordinal), attempt.Text);
    }

    [Fact]
    public async Task The_connections_that_are_kept_are_few_and_none_is_ended_between_a_reply_and_what_follows_it()
    {
        await using var server = new SmtpTestServer();
        await using var transport = Direct(server, static options => options with { MaxKept = 1 });
        string[] recipients = ["d@example.com", "d@implicit.example", "d@example.com", "d@example.com"];
        foreach (var recipient in recipients)
        {
            Assert.Equal(DeliveryAnswer.Sent, (await transport.SendAsync(Mail(recipient), Cancel)).Answer);
        }

        // The one that was kept is ended before the next connection is made, and the last mail goes through the one before it.
        Assert.Equal(3, server.Connections);
        Assert.Equal(["DATA", "QUIT", "DATA", "QUIT", "DATA", "NOOP", "DATA"], server.Commands.Where(static command => command is "DATA" or "QUIT" or "NOOP"));
    }

    [Theory]
    [InlineData("d@implicit.example", DeliveryAnswer.Sent, "250", "RFC 5321 section 5.1: without MX records the domain is its own host")]
    [InlineData("d@second.example", DeliveryAnswer.Sent, "250", "the first host is dead")]
    [InlineData("d@null.example", DeliveryAnswer.Refused, "null MX", "RFC 7505")]
    [InlineData("d@absent.example", DeliveryAnswer.Refused, "does not exist", "no such domain")]
    [InlineData("d@nowhere.example", DeliveryAnswer.Refused, "no mail host", "a host without an address")]
    public async Task Mail_goes_to_the_hosts_of_the_domain(string recipient, DeliveryAnswer expected, string text, string why)
    {
        await using var server = new SmtpTestServer();
        await using var transport = Direct(server);
        var attempt = await transport.SendAsync(Mail(recipient), Cancel);
        Assert.True(attempt.Answer == expected, $"{why}: {attempt}");
        Assert.Contains(text, attempt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_query_decides_nothing()
    {
        await using var server = new SmtpTestServer();
        var resolver = new ScriptedResolver(OneHost) { Script = static (_, _, _) => static () => ValueTask.FromResult(DnsResponse.Failed(DnsFailure.ServerFailure)) };
        await using var transport = new SmtpTransport(resolver, new() { Smarthost = null, Port = server.Port });
        var attempt = await transport.SendAsync(Mail(), Cancel);
        Assert.Equal(DeliveryAnswer.Deferred, attempt.Answer);
        Assert.Contains("SERVFAIL", attempt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_that_names_an_address_of_ours_gets_no_connection()
    {
        await using var server = new SmtpTestServer();
        await using var transport = Direct(server, static options => options with { AllowsPrivateAddresses = false });
        var attempt = await transport.SendAsync(Mail(), Cancel);
        Assert.Equal(DeliveryAnswer.Refused, attempt.Answer);
        Assert.Contains("127.0.0.1", attempt.Text, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_left_in_time()
    {
        await using var server = new SmtpTestServer { BeforeAcceptance = static () => Task.Delay(Timeout.Infinite, Cancel) };
        var clock = new FakeTimeProvider();
        await using var transport = new SmtpTransport(
            new ZoneResolver(OneHost), new() { Smarthost = "127.0.0.1", Port = server.Port, HeloName = "r.example", MailTimeout = TimeSpan.FromMinutes(5) }, clock);
        var sending = transport.SendAsync(Mail(), Cancel);
        while (!server.Commands.Contains("DATA"))
        {
            await Task.Delay(5, Cancel);
        }

        clock.Advance(TimeSpan.FromMinutes(5));
        var attempt = await sending;
        Assert.Equal(DeliveryAnswer.Deferred, attempt.Answer);
        Assert.Contains("300 seconds", attempt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_that_a_host_chose_is_one_short_line()
    {
        await using var server = new SmtpTestServer { Script = static command => command.StartsWith("RCPT", StringComparison.Ordinal) ? $"550-\u001b[31mfirst\r\n550 {new string('x', 900)}" : null };
        await using var transport = Direct(server);
        var text = (await transport.SendAsync(Mail(), Cancel)).Text;
        Assert.InRange(text.Length, 10, 300);
        Assert.DoesNotContain(text, char.IsControl);
    }
}
