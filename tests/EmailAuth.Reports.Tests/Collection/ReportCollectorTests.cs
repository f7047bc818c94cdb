using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>Which messages a collector keeps, and what of them.</summary>
public sealed class ReportCollectorTests
{
    private static readonly ReportCollectorOptions Options = new()
    {
        OwnAddresses = ["dmarc@mx.example.org"],
        OwnNetworks = [IPNetwork.Parse("198.51.100.0/24")],
    };

    private static readonly Zone TestZone = Zone.Parse("""
        {
          "example.com": [ { "type": "TXT", "data": "v=spf1 ip4:192.0.2.1 -all" } ],
          "_dmarc.example.com": [ { "type": "TXT", "data": "v=DMARC1; p=reject; rua=mailto:d@example.com,https://example.com/x,mailto:e@example.net" } ],
          "_dmarc.web.example": [ { "type": "TXT", "data": "v=DMARC1; p=none; rua=https://web.example/x" } ],
          "_dmarc.many.example": [ { "type": "TXT", "data": "v=DMARC1; p=none; rua=MANY" } ],
          "_dmarc.long.example": [ { "type": "TXT", "data": "v=DMARC1; p=none; rua=mailto:LONG@long.example,mailto:b@long.example" } ],
          "_dmarc.toolong.example": [ { "type": "TXT", "data": "v=DMARC1; p=none; rua=mailto:LONG@long.example" } ],
          "_dmarc.silent.example": [ { "type": "TXT", "data": "v=DMARC1; p=none" } ],
          "_dmarc.broken.example": [ { "type": "TXT", "data": "v=DMARC1; p=none; rua=nobody, mailto:nobody" } ]
        }
        """
        .Replace("MANY", string.Join(',', Enumerable.Range(0, 2000).Select(static number => $"mailto:a{number}@many.example")), StringComparison.Ordinal)
        .Replace("LONG", new string('a', 40_000), StringComparison.Ordinal)).Value!;

    private readonly Keeper _keeper = new();

    [Fact]
    public async Task A_message_is_kept_with_its_policy_its_mailboxes_and_its_time()
    {
        var collected = await CollectAsync();

        Assert.NotNull(collected);
        Assert.Equal(CollectedSamples.Noon, collected.ReceivedAt);
        Assert.Equal(["mailto:d@example.com", "mailto:e@example.net"], collected.ReportUris);
        Assert.Equal(("example.com", "example.com", "192.0.2.1"), (collected.Policy.Domain, collected.Record.HeaderFrom, collected.Record.SourceAddress));
        Assert.Equal(AlignedResult.Pass, collected.Record.Spf);
        Assert.False(collected.IsReport);
    }

    [Fact]
    public async Task A_refused_message_is_counted()
    {
        var collected = await CollectAsync(client: "203.0.113.9", applied: DispositionAction.Reject);

        Assert.Equal((AggregateDisposition.Reject, AlignedResult.Fail), (collected!.Record.Disposition, collected.Record.Spf));
    }

    [Theory]
    [InlineData("web.example", "it wants reports by the web alone")]
    [InlineData("silent.example", "it wants no reports")]
    [InlineData("broken.example", "its addresses are not valid")]
    [InlineData("none.example", "it has no record")]
    public async Task Nothing_is_kept_of_a_domain_without_a_mailbox_for_reports(string domain, string why) => Assert.True(await CollectAsync(from: domain) is null, why);

    [Fact]
    public async Task An_authenticated_submission_is_not_counted() => Assert.Null(await CollectAsync(isSubmission: true));

    [Fact]
    public async Task Mail_of_an_own_network_is_not_counted() => Assert.Null(await CollectAsync(client: "198.51.100.7"));

    [Fact]
    public async Task A_socket_for_both_families_does_not_hide_an_own_network()
    {
        Assert.Null(await CollectAsync(client: "::ffff:198.51.100.7"));
        Assert.Equal("192.0.2.1", (await CollectAsync(client: "::ffff:192.0.2.1"))?.Record.SourceAddress);
    }

    [Fact]
    public async Task A_record_of_the_largest_size_does_not_fill_the_journal()
    {
        var collected = await CollectAsync(from: "many.example");

        Assert.Equal(["mailto:a0@many.example", "mailto:a1@many.example"], collected!.ReportUris.Take(2));
        Assert.Equal(DmarcReportDestinations.MaxUris, collected.ReportUris.Length);
        Assert.Equal(["mailto:b@long.example"], (await CollectAsync(from: "long.example"))!.ReportUris);
        Assert.Null(await CollectAsync(from: "toolong.example"));
    }

    public static TheoryData<string[], bool, string> Recipients => new()
    {
        { ["dmarc@mx.example.org"], false, "to the address for reports" },
        { ["<DMARC@MX.example.org>"], false, "in other case and in brackets" },
        { ["dmarc@mx.example.org", "dmarc@mx.example.org"], false, "named twice" },
        { ["dmarc@mx.example.org", "bob@mx.example.org"], true, "and to a person, whose mail must not be hidden from reports" },
        { ["xdmarc@mx.example.org"], true, "a longer local part" },
        { [], true, "not known" },
    };

    [Theory, MemberData(nameof(Recipients))]
    public async Task Mail_to_our_own_address_for_reports_is_not_counted(string[] recipients, bool isCounted, string why) =>
        Assert.True(isCounted == (await CollectAsync(recipients: recipients)) is not null, why);

    [Fact]
    public async Task Other_report_mail_is_counted_and_marked()
    {
        var collected = await CollectAsync(fields: "Subject: Report Domain: x.example Submitter: example.com Report-ID: <1>\r\n");

        Assert.True(collected!.IsReport);
    }

    [Fact]
    public async Task Nothing_of_a_person_is_in_what_is_kept()
    {
        var collected = await CollectAsync(recipients: ["secret-recipient@mx.example.org"], fields: "Subject: secret-subject\r\nTo: secret-to@example.org\r\n");

        var text = Encoding.UTF8.GetString(CollectedMessageCodec.Write(collected!));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_adds_what_is_counted_to_its_journal()
    {
        using var world = new JournalWorld();
        await using (var journal = world.Open())
        {
            var collector = new ReportCollector(journal, Options);
            await CollectAsync();
            await CollectAsync(isSubmission: true);
            await CollectAsync(from: "silent.example");
            await CollectAsync(client: "203.0.113.9", applied: DispositionAction.Reject);
            _keeper.Messages.ForEach(collector.OnEvaluated);
        }

        var segment = Assert.Single(world.Reader.ListSegments());
        Assert.Equal(["192.0.2.1", "203.0.113.9"], world.Reader.Read(segment).Select(static entry => entry.Message.Record.SourceAddress));
    }

    private async Task<CollectedMessage?> CollectAsync(
        string from = "example.com", string client = "192.0.2.1", string[]? recipients = null, string fields = "", bool isSubmission = false,
        DispositionAction? applied = null)
    {
        using var world = new JournalWorld();
        var pipeline = new AuthenticationPipeline(
            new ZoneResolver(TestZone), new AuthenticationOptions { AuthservId = "mx.example.org", TimeProvider = world.Time }, logger: null, observers: [_keeper]);
        await using var session = pipeline.BeginSession(IPAddress.Parse(client), "mail.example.com");
        session.IsAuthenticatedSubmission = isSubmission;
        session.SetMailFrom($"alice@{from}");
        foreach (var recipient in recipients ?? ["bob@mx.example.org"])
        {
            session.AddRecipient(recipient);
        }

        foreach (var line in $"From: alice@{from}\r\n{fields}".Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            session.AddHeaderField(Encoding.ASCII.GetBytes(line[..colon]), Encoding.ASCII.GetBytes(line[(colon + 1)..]));
        }

        session.EndOfHeaders();
        session.AppendBody("Hello\r\n"u8);
        var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
        session.ReportApplied(new AppliedAction { Action = applied ?? outcome.Disposition.Action });
        return ReportCollector.Collect(_keeper.Messages[^1], Options);
    }

    private sealed class Keeper : IEvaluatedMessageObserver
    {
        public List<EvaluatedMessage> Messages { get; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages.Add(message);
    }
}
