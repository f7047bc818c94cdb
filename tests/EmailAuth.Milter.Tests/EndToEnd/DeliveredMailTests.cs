using System.Globalization;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Mail through a real Postfix, read back as it was delivered.</summary>
public sealed class DeliveredMailTests(MailSite site) : IClassFixture<MailSite>
{
    private const string Plain =
        "From: Alice <alice@author.example>\r\nTo: box@example.org\r\nSubject:  two spaces,\r\n\tfolded \r\n" +
        "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@author.example>\r\n\r\nHello  there \r\n.\r\n..\r\n\r\n";

    [Fact]
    public async Task Mail_that_opendkim_signed_passes_and_the_field_stands_at_the_very_top()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");

        // Signed with simple canonicalization: a space lost anywhere on the way would break it.
        var delivered = await site.DeliverAsync(await site.SignAsync(Plain));

        var results = Results(delivered);
        Assert.Contains("spf=pass", results, StringComparison.Ordinal);
        Assert.Contains("dkim=pass", results, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", results, StringComparison.Ordinal);
        Assert.Contains("iprev=pass", results, StringComparison.Ordinal);
        Assert.Matches("(?m)^Delivered-To: [^\n]*\r?\nAuthentication-Results: mx\\.example\\.org;", delivered);
        Assert.True(
            delivered.IndexOf("\nAuthentication-Results:", StringComparison.Ordinal) < delivered.IndexOf("\nReceived:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_MTA_that_speaks_version_2_is_served_as_well()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var mailbox = site.NewMailbox();
        using var smtp = await SmtpConnection.OpenAsync(site.OldPort, "192.0.2.1", "mail.author.example");
        var forged = "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n" + await site.SignAsync(Plain);

        var reply = await smtp.SendAsync("<alice@author.example>", $"{mailbox}@example.org", Encoding.Latin1.GetBytes(forged));

        // It eats the space after each colon, and writes the one of our field: neither is lost nor doubled.
        Assert.StartsWith("250", reply, StringComparison.Ordinal);
        var delivered = await site.Postfix.DeliveredAsync(mailbox);
        Assert.Contains("dkim=pass", Results(delivered), StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", delivered, StringComparison.Ordinal);
        Assert.DoesNotContain("Authentication-Results:  ", delivered, StringComparison.Ordinal);
        await site.MilterSaysAsync("simple header canonicalization");
    }

    [Fact]
    public async Task A_signature_over_a_changed_body_fails()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");

        var delivered = await site.DeliverAsync((await site.SignAsync(Plain)).Replace("Hello", "Hullo", StringComparison.Ordinal));

        Assert.Contains("dkim=fail", Results(delivered), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unsigned_mail_of_the_domains_own_host_passes_by_SPF()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");

        var results = Results(await site.DeliverAsync(Plain));

        Assert.Contains("spf=pass", results, StringComparison.Ordinal);
        Assert.Contains("dkim=none", results, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", results, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spoofed_mail_is_annotated_and_by_default_delivered()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");

        var results = Results(await site.DeliverAsync(Plain, client: "203.0.113.66", name: "evil.example"));

        Assert.Contains("spf=fail", results, StringComparison.Ordinal);
        Assert.Contains("dmarc=fail", results, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_that_a_list_forwarded_has_its_chain_judged()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var noSealer = await ArcSealer.WhyNotAsync();
        Assert.SkipWhen(noSealer is not null, noSealer ?? "");
        var signed = await site.SignAsync(Plain);
        var seen = "Authentication-Results: list.example; dkim=pass header.d=author.example; dmarc=pass header.from=author.example\r\n" + signed;
        var sealedMessage = await ArcSealer.SealAsync(seen, site.KeyFile, TestZone.Forwarder, TestZone.Selector);

        var results = Results(await site.DeliverAsync(sealedMessage, "<list-bounces@list.example>", "198.51.100.1", "mail.list.example"));

        Assert.Contains("arc=pass", results, StringComparison.Ordinal);
        Assert.Contains("spf=pass", results, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", results, StringComparison.Ordinal);
    }

    // A field name may be followed by white space before the colon (RFC 5322 section 4.5): for the MTA these fields have the same name.
    [Fact]
    public async Task Forged_fields_are_counted_as_the_MTA_counts_them()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var forged =
            "Authentication-Results : other.example; spf=pass smtp.mailfrom=first.example\r\n" +
            "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n" +
            "Authentication-Results\t: other.example; spf=pass smtp.mailfrom=second.example\r\n" +
            "AUTHENTICATION-RESULTS \t: mx.example.org; dkim=pass header.d=bank.example\r\n" +
            "Authentication-Results: other.example; spf=pass smtp.mailfrom=third.example\r\n" + Plain;

        var delivered = await site.DeliverAsync(forged);

        Assert.DoesNotContain("bank.example", delivered, StringComparison.Ordinal);
        Assert.Contains("smtp.mailfrom=first.example", delivered, StringComparison.Ordinal);
        Assert.Contains("smtp.mailfrom=second.example", delivered, StringComparison.Ordinal);
        Assert.Contains("smtp.mailfrom=third.example", delivered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forged_fields_are_removed_and_fields_of_other_hosts_stay()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var forged =
            "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n" +
            "Authentication-Results: other.example; spf=pass smtp.mailfrom=first.example\r\n" +
            "authentication-results:\r\n MX.example.org (hello) 1;\r\n dkim=pass header.d=bank.example\r\n" +
            "X-Between: stays\r\n" +
            "Authentication-Results: other.example; spf=pass smtp.mailfrom=second.example\r\n" +
            "BIMI-Location: v=BIMI1; l=https://evil.example/logo.svg\r\n" +
            "Authentication-Results: \"mx.example.org\"; none\r\n" +
            "BIMI-Indicator: AAAA\r\n" + Plain;

        var delivered = await site.DeliverAsync(forged);

        Assert.Contains("dmarc=pass", Results(delivered), StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", delivered, StringComparison.Ordinal);
        Assert.DoesNotContain("BIMI-", delivered, StringComparison.Ordinal);
        Assert.DoesNotContain("\"mx.example.org\"", delivered, StringComparison.Ordinal);
        Assert.Contains("X-Between: stays", delivered, StringComparison.Ordinal);
        Assert.Contains("smtp.mailfrom=first.example", delivered, StringComparison.Ordinal);
        Assert.Contains("smtp.mailfrom=second.example", delivered, StringComparison.Ordinal);
        Assert.Equal(3, Count(delivered, "Authentication-Results:"));
    }

    [Fact]
    public async Task A_bounce_is_judged_by_its_HELO()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");

        var results = Results(await site.DeliverAsync(Plain, from: "<>"));

        Assert.Contains("spf=pass", results, StringComparison.Ordinal);
        Assert.Contains("mail.author.example", results, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eight_bit_mail_arrives_byte_for_byte()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var message = Plain.Replace("Hello  there ", Utf8AsLatin1("Grüße aus Köln"), StringComparison.Ordinal);

        var delivered = await site.DeliverAsync(await site.SignAsync(message));

        Assert.Contains("dkim=pass", Results(delivered), StringComparison.Ordinal);
        Assert.Contains(Utf8AsLatin1("Grüße aus Köln"), delivered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Internationalized_mail_is_judged_under_its_A_label()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var mailbox = site.NewMailbox();
        using var smtp = await SmtpConnection.OpenAsync(site.Port, "192.0.2.1", "mail.author.example");
        var message = Plain.Replace("alice@author.example", "jürgen@exämple.example", StringComparison.Ordinal);

        var reply = await smtp.SendAsync(
            "<jürgen@exämple.example> SMTPUTF8 BODY=8BITMIME", $"{mailbox}@example.org", Encoding.UTF8.GetBytes(message));

        Assert.StartsWith("250", reply, StringComparison.Ordinal);
        Assert.Contains("spf=pass", Results(await site.Postfix.DeliveredAsync(mailbox)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_megabytes_arrive_whole_and_signed()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var line = new string('x', 76) + "\r\n";
        var body = new StringBuilder(20_000_000);
        while (body.Length < 20_000_000)
        {
            body.Append(line);
        }

        var delivered = await site.DeliverAsync(await site.SignAsync(Plain + body));

        Assert.Contains("dkim=pass", Results(delivered), StringComparison.Ordinal);
        Assert.True(delivered.Length > 19_500_000, delivered.Length.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Two_messages_of_one_connection_are_judged_apart()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var (first, second) = (site.NewMailbox(), site.NewMailbox());
        using var smtp = await SmtpConnection.OpenAsync(site.Port, "192.0.2.1", "mail.author.example");

        await smtp.SendAsync("<alice@author.example>", $"{first}@example.org", Encoding.Latin1.GetBytes(Plain));
        await smtp.SayAsync("MAIL FROM:<given-up@author.example>");
        await smtp.SayAsync("RSET");
        await smtp.SendAsync("<bob@nowhere.example>", $"{second}@example.org", Encoding.Latin1.GetBytes(Plain));

        Assert.Contains("spf=pass", Results(await site.Postfix.DeliveredAsync(first)), StringComparison.Ordinal);
        Assert.Contains("spf=none", Results(await site.Postfix.DeliveredAsync(second)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mail_of_a_client_that_authenticated_only_loses_forged_fields()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var mailbox = site.NewMailbox();
        using var smtp = await SmtpConnection.OpenAsync(site.Port, "203.0.113.66", "laptop.example", "laptop.example", login: "alice");

        var forged = "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n" + Plain;
        var reply = await smtp.SendAsync("<alice@author.example>", $"{mailbox}@example.org", Encoding.Latin1.GetBytes(forged));

        Assert.StartsWith("250", reply, StringComparison.Ordinal);
        var delivered = await site.Postfix.DeliveredAsync(mailbox);
        Assert.DoesNotContain("Authentication-Results", delivered, StringComparison.Ordinal);
        Assert.Contains("Hello  there", delivered, StringComparison.Ordinal);
        await site.MilterSaysAsync("not_judged=\"authenticated client\" action=accept removed=1");
    }

    [Fact]
    public async Task Mail_of_swaks_arrives_annotated()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var swaks = Programs.Find("swaks");
        Assert.SkipWhen(swaks is null, "Not installed: swaks.");
        var mailbox = site.NewMailbox();

        var (exit, output) = await Daemon.RunAsync(
            swaks!, "--server", $"127.0.0.1:{site.Port}", "--helo", "mail.author.example", "--xclient-addr", "192.0.2.1",
            "--xclient-name", "mail.author.example", "--from", "alice@author.example", "--to", $"{mailbox}@example.org", "--header-From", "alice@author.example");

        Assert.True(exit == 0, output);
        Assert.Contains("dmarc=pass", Results(await site.Postfix.DeliveredAsync(mailbox)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_has_one_line_for_a_message_with_Postfixs_queue_id()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var mailbox = site.NewMailbox();

        var reply = await site.SendAsync(mailbox, Plain);
        var queueId = reply[(reply.LastIndexOf(' ') + 1)..];

        await site.MilterSaysAsync($"{queueId}: client=192.0.2.1");
        Assert.Equal(1, Count(site.Milter.Output, $"{queueId}:"));
    }

    private static int Count(string text, string part) =>
        text.Split(part, StringSplitOptions.None).Length - 1;

    private static string Utf8AsLatin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    // Our field's value, unfolded.
    private static string Results(string delivered)
    {
        const string Start = "\nAuthentication-Results: mx.example.org";
        var at = delivered.IndexOf(Start, StringComparison.Ordinal);
        Assert.True(at >= 0, delivered[..Math.Min(delivered.Length, 4_000)]);
        var lines = delivered[(at + 1)..].Split('\n');
        return string.Concat(lines.Take(1).Concat(lines.Skip(1).TakeWhile(l => l.StartsWith('\t') || l.StartsWith(' '))));
    }
}
