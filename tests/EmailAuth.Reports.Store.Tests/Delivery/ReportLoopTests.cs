using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>What reports cause, from received mail to sent reports: no loop of reports about reports, and no flood of those who did not ask.</summary>
public sealed class ReportLoopTests
{
    private const int Days = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // The addresses at which a receiver gets reports may be among its settings or not.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_receivers_that_report_to_each_other_cause_no_mail_by_a_report_nor_by_its_bounce(bool knowsOwnAddresses)
    {
        var clock = new FakeTimeProvider(TestMessages.Noon);
        var resolver = new ZoneResolver(Publish(Publish(new Zone(), "a.example"), "b.example"));
        var receivers = new Dictionary<string, TestReceiver>(StringComparer.Ordinal);
        var sent = new List<(string From, ReportMail Mail)>();
        TestReceiver Receiver(string domain) => receivers[domain] = new TestReceiver(
            domain,
            resolver,
            clock,
            async mail =>
            {
                sent.Add((domain, mail));
                await receivers[mail.Recipient.Split('@')[1]].ReceiveAsync(domain, mail.ReturnPath, mail.Recipient, mail.Message);
            },
            knowsOwnAddresses ? [$"dmarc@{domain}"] : []);
        await using var a = Receiver("a.example");
        await using var b = Receiver("b.example");
        await a.ReceiveAsync("b.example", "bob@b.example", "alice@a.example", TestReceiver.Message("bob@b.example"));
        await b.ReceiveAsync("a.example", "alice@a.example", "bob@b.example", TestReceiver.Message("alice@a.example"));
        for (var day = 1; day <= Days; day++)
        {
            clock.SetUtcNow(DispatcherWorld.Midnight.AddDays(day - 1));
            await a.ReportAsync();
            await b.ReportAsync();
            Assert.Equal(["a.example to dmarc@b.example", "b.example to dmarc@a.example"], sent.Select(static one => $"{one.From} to {one.Mail.Recipient}"));
            if (day == 1)
            {
                // The report of a bounces at b, whose notice is mail in the name of b.
                await a.ReceiveAsync("b.example", string.Empty, sent[0].Mail.ReturnPath, TestReceiver.Message(
                    "MAILER-DAEMON@b.example", "Subject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x"));
            }
        }

        // What is not made was counted nevertheless: the bounce always, and the reports where their address is not known as ours.
        var unmade = (await a.Store.ReportsAsync()).Where(static report => report.MessagesAboutReports == report.Messages).ToList();
        Assert.Equal(knowsOwnAddresses ? 1 : 2, unmade.Sum(static report => report.Messages));
        Assert.Equal(knowsOwnAddresses ? 0 : 1, (await b.Store.ReportsAsync()).Where(static report => report.MessagesAboutReports > 0).Sum(static report => report.Messages));
    }

    public static TheoryData<string?, string?, string[]> Consents => new()
    {
        { null, null, [] },
        { "attacker.example._report._dmarc.victim.example", "v=DMARC1; rua=mailto:reports@victim.example", ["reports@victim.example"] },
        { "attacker.example._report._dmarc.victim.example", "v=DMARC1; rua=mailto:reports@elsewhere.example", [] },
        { "other.example._report._dmarc.victim.example", "v=DMARC1", [] },
        { "attacker.example._report._dmarc.victim.example", "v=DMARC1", [.. Enumerable.Range(0, 10).Select(static n => $"u{n}@victim.example")] },
    };

    [Theory]
    [MemberData(nameof(Consents))]
    public async Task Thirty_addresses_at_the_host_of_a_victim_get_what_the_victim_consents_to(string? name, string? record, string[] expected)
    {
        var clock = new FakeTimeProvider(TestMessages.Noon);
        var zone = Publish(new Zone(), "attacker.example", string.Join(',', Enumerable.Range(0, 30).Select(static n => $"mailto:u{n}@victim.example")));
        var resolver = new ZoneResolver(name is null ? zone : zone.Add(name, ZoneEntryKind.Txt, record));
        var sent = new List<string>();
        await using var receiver = new TestReceiver(
            "receiver.example",
            resolver,
            clock,
            mail =>
            {
                sent.Add(mail.Recipient);
                return Task.CompletedTask;
            });
        for (var message = 0; message < 3; message++)
        {
            await receiver.ReceiveAsync("attacker.example", "x@attacker.example", "alice@receiver.example", TestReceiver.Message("x@attacker.example"));
        }

        clock.SetUtcNow(DispatcherWorld.Midnight);
        await receiver.ReportAsync();
        await receiver.ReportAsync();
        Assert.Equal(expected, sent.Order(StringComparer.Ordinal));
    }

    private static Zone Publish(Zone zone, string domain, string? rua = null)
    {
        using var key = TestIdentity.Key();
        return zone
            .Add($"s1._domainkey.{domain}", ZoneEntryKind.Txt, key.Record)
            .Add($"_dmarc.{domain}", ZoneEntryKind.Txt, $"v=DMARC1; p=reject; rua={rua ?? $"mailto:dmarc@{domain}"}")
            .Add(domain, ZoneEntryKind.Txt, $"v=spf1 ip4:{TestReceiver.Client} -all")
            .Add($"mail.{domain}", ZoneEntryKind.Txt, $"v=spf1 ip4:{TestReceiver.Client} -all");
    }
}
