using System.Globalization;
using System.Text.Json;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>
/// Reports to a real Postfix that refuses an address for good, and that takes the mail of another one and sends it back later: to our Postfix, which gives
/// what comes to a return path to <c>emailauth reports bounced</c>.
/// </summary>
public sealed class BouncedReportTests(MailSite site) : IClassFixture<MailSite>
{
    private const string Own = "dmarc@author.example";
    private const string Refused = "gone@refusing.example";
    private const string Bounced = "late@bouncing.example";
    private const string Other = "gone@other.example";

    // The account that has the store, and with which Postfix starts the command.
    private const string Account = "nobody";

    private static readonly DateTimeOffset Day = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_that_refuses_and_one_that_bounces_later_get_no_more_reports_and_the_status_says_so()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        var folder = site.NewFolder("bounced");
        var store = Path.Combine(folder, "reports.db");
        var (ours, theirs) = (LoopbackPort.Take(), LoopbackPort.Take());
        var command = await EmailAuthCommand.CopyForAllAsync(site.NewFolder("command"));
        await using var receiver = await StartReceiverAsync(site.NewFolder("theirs"), theirs, ours);
        await using var own = await StartOwnAsync(
            site.NewFolder("ours"), ours, theirs, $"{command} reports bounced - --store {store} --return-path {Own} --now {At(1, "01:00")} --recipient ${{original_recipient}}");

        // The first day, without a smarthost.
        await CollectAsync(folder, store, Day, ("refusing.example", Refused), ("bouncing.example", Bounced), ("taking.example", "dmarc@taking.example"));
        await Daemon.RunAsync("chown", "-R", Account, folder);
        var first = await SendAsync(store, At(1, "01:00"), "--mx", "--mx-port", theirs.ToString(CultureInfo.InvariantCulture), "--mx-private");
        Assert.Contains($" to={Refused} part=1/1 attempt=1 outcome=refused reply=\"550 5.1.1 <{Refused}>", first, StringComparison.Ordinal);
        Assert.Contains($" to={Bounced} part=1/1 attempt=1 outcome=sent ", first, StringComparison.Ordinal);
        Assert.EndsWith("2 sent, 0 deferred, 1 refused, 0 suppressed, 0 given up\n", first, StringComparison.Ordinal);
        await Eventually.True(() => receiver.Messages("taking").Count == 1, () => receiver.Log);
        await SuppressedAsync(store, At(1, "02:00"), own, receiver, Bounced, Refused);
        var (deliveries, page) = await StatusAsync(store, At(1, "02:00"));
        Assert.Equal("0 open, 1 sent, 1 refused, 0 given_up, 0 suppressed, 1 bounced", deliveries);
        Assert.Contains($"{Refused}: gets none until {At(2, "01:00")}: 550 5.1.1", page, StringComparison.Ordinal);
        Assert.Contains($"{Bounced}: gets none until {At(2, "01:00")}: bounced: 5.1.1", page, StringComparison.Ordinal);

        // The next day, by a smarthost, which is itself refused and says so later.
        var (atTheirs, atOurs) = (receiver.Log.Length, own.Log.Length);
        await CollectAsync(
            folder, store, Day.AddDays(1), ("refusing.example", Refused), ("bouncing.example", Bounced), ("taking.example", "dmarc@taking.example"), ("other.example", Other));
        await Daemon.RunAsync("chown", "-R", Account, folder);
        var second = await SendAsync(store, At(2, "00:45"), "--smarthost", $"127.0.0.1:{ours}");
        Assert.EndsWith("2 sent, 0 deferred, 0 refused, 2 suppressed, 0 given up\n", second, StringComparison.Ordinal);
        await Eventually.True(() => receiver.Messages("taking").Count == 2, () => receiver.Log);
        await SuppressedAsync(store, At(2, "00:45"), own, receiver, Bounced, Refused, Other);
        (deliveries, _) = await StatusAsync(store, At(2, "00:45"));
        Assert.Equal("0 open, 2 sent, 1 refused, 0 given_up, 2 suppressed, 2 bounced", deliveries);
        Assert.All((string[])[Refused, Bounced], address => Assert.DoesNotContain($"to=<{address}>", receiver.Log[atTheirs..] + own.Log[atOurs..], StringComparison.Ordinal));
    }

    // It has one mailbox, and brings mail for the others of a domain to a program that says later that there is no such user (EX_NOUSER).
    private static Task<PostfixServer> StartReceiverAsync(string folder, int port, int ours) => PostfixServer.StartWithServicesAsync(
        folder,
        $$"""
        myhostname = mx.test
        virtual_mailbox_domains = refusing.example other.example taking.example
        virtual_mailbox_maps = inline:{ { dmarc@taking.example = taking/ } }
        virtual_mailbox_base = {{folder}}/mail
        virtual_mailbox_limit = 0
        virtual_uid_maps = static:65534
        virtual_gid_maps = static:65534
        relay_domains = bouncing.example
        transport_maps = inline:{ { bouncing.example = later: } { author.example = smtp:[127.0.0.1]:{{ours}} } }
        """,
        "later unix - n n - - pipe flags=q user=nobody argv=/bin/sh -c { exit 67 }\n",
        new PostfixListener(port, string.Empty));

    private static Task<PostfixServer> StartOwnAsync(string folder, int port, int theirs, string program) => PostfixServer.StartWithServicesAsync(
        folder,
        $$"""
        myhostname = mail.author.example
        recipient_delimiter = +
        relay_domains = author.example refusing.example other.example bouncing.example taking.example
        transport_maps = inline:{ { {{Own}} = bounced: } { refusing.example = smtp:[127.0.0.1]:{{theirs}} } { other.example = smtp:[127.0.0.1]:{{theirs}} } { bouncing.example = smtp:[127.0.0.1]:{{theirs}} } { taking.example = smtp:[127.0.0.1]:{{theirs}} } }
        """,
        $"bounced unix - n n - 1 pipe flags=q user={Account} argv={program}\n",
        new PostfixListener(port, string.Empty));

    private static string At(int day, string time) => $"{Day.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}T{time}:00Z";

    private static async Task CollectAsync(string folder, string store, DateTimeOffset day, params (string Domain, string Address)[] domains)
    {
        var journal = Path.Combine(folder, $"journal-{day:yyyy-MM-dd}");
        await using (var written = new Journal(new JournalOptions { Folder = journal }))
        {
            foreach (var (domain, address) in domains)
            {
                Assert.Equal(JournalDrop.None, written.Add(new CollectedMessage
                {
                    ReceivedAt = day,
                    Policy = new PublishedPolicy { Domain = domain, Policy = DmarcPolicy.None },
                    ReportUris = [$"mailto:{address}"],
                    Record = new AggregateRecord
                    {
                        SourceAddress = "192.0.2.1",
                        Disposition = AggregateDisposition.None,
                        Dkim = AlignedResult.Fail,
                        Spf = AlignedResult.Fail,
                        HeaderFrom = domain,
                        SpfResult = new ReportedSpf { Domain = domain, Scope = "mfrom", Result = "fail" },
                    },
                }));
            }
        }

        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"{domains.Length} messages imported\n"), await EmailAuthCommand.RunAsync("reports", "collect", "--journal", journal, "--store", store));
    }

    private async Task<string> SendAsync(string store, string now, params string[] way) => (await EmailAuthCommand.RunToEndAsync(
        ["reports", "send", "--store", store, "--email", Own, "--key", site.KeyFile, "--selector", TestZone.Selector, "--dns", $"127.0.0.1:{site.DnsPort}", "--helo", "mail.author.example", "--spread", "0", "--now", now, .. way])).Said;

    private static Task SuppressedAsync(string store, string now, PostfixServer own, PostfixServer receiver, params string[] addresses) => Eventually.AsyncTrue(
        async () =>
        {
            using var list = JsonDocument.Parse(await EmailAuthCommand.RunAsync("reports", "suppress", "--json", "--store", store, "--now", now));
            return list.RootElement.EnumerateArray().Select(static one => one.GetProperty("address").GetString()).Order(StringComparer.Ordinal).SequenceEqual(addresses.Order(StringComparer.Ordinal));
        },
        () => $"{receiver.Log}\n{own.Log}");

    private static async Task<(string Deliveries, string Page)> StatusAsync(string store, string now)
    {
        using var json = JsonDocument.Parse(await EmailAuthCommand.RunAsync("reports", "status", "--json", "--store", store, "--now", now));
        var deliveries = json.RootElement.GetProperty("deliveries").EnumerateObject().Select(static state => $"{state.Value} {state.Name}");
        return (string.Join(", ", deliveries), await EmailAuthCommand.RunAsync("reports", "status", "--store", store, "--now", now));
    }
}
