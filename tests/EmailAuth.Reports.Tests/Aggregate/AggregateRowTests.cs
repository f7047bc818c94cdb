using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Reports.Tests.Aggregate;

/// <summary>The row of a message that the pipeline judged: what was done, and why that is not what the policy asks for.</summary>
public class AggregateRowTests
{
    private const string Reject = "v=DMARC1; p=reject; rua=mailto:d@example.com,mailto:e@example.com";
    private const string Plain = "From: Alice <alice@example.com>\r\nTo: bob@example.org\r\nSubject: x\r\n\r\ntext\r\n";
    private const string Passes = "alice@example.com";
    private const string Fails = "bounce@other.example";

    /// <summary>The record, MAIL FROM, the strongest action of local policy, what the host did; the disposition and the reasons.</summary>
    public static TheoryData<string, string, DispositionAction, DispositionAction?, string> Done => new()
    {
        { Reject, Passes, DispositionAction.Reject, null, "pass" },
        { Reject, Passes, DispositionAction.Accept, null, "pass" },
        { Reject, Passes, DispositionAction.Reject, DispositionAction.Reject, "pass" },
        { Reject, Fails, DispositionAction.Reject, null, "reject" },
        { Reject, Fails, DispositionAction.Reject, DispositionAction.Reject, "reject" },
        { Reject, Fails, DispositionAction.Reject, DispositionAction.Accept, "none local_policy" },
        { Reject, Fails, DispositionAction.Reject, DispositionAction.Quarantine, "quarantine local_policy" },
        { Reject, Fails, DispositionAction.Reject, DispositionAction.TempFail, "" },
        { Reject, Fails, DispositionAction.Accept, null, "none local_policy" },
        { Reject, Fails, DispositionAction.Accept, DispositionAction.Accept, "none local_policy" },
        { Reject, Fails, DispositionAction.Quarantine, null, "quarantine local_policy" },
        { Reject, Fails, DispositionAction.Accept, DispositionAction.Reject, "reject" },
        { "v=DMARC1; p=quarantine", Fails, DispositionAction.Reject, null, "quarantine" },
        { "v=DMARC1; p=quarantine", Fails, DispositionAction.Reject, DispositionAction.Reject, "reject local_policy" },
        { "v=DMARC1; p=none", Passes, DispositionAction.Reject, null, "none" },
        { "v=DMARC1; p=none", Fails, DispositionAction.Reject, null, "none" },
        { "v=DMARC1; p=none", Fails, DispositionAction.Reject, DispositionAction.Reject, "reject local_policy" },
        { Reject + "; t=y", Passes, DispositionAction.Reject, null, "pass" },
        { "v=DMARC1; p=quarantine; t=y", Passes, DispositionAction.Reject, null, "none" },
        { Reject + "; t=y", Fails, DispositionAction.Reject, null, "quarantine policy_test_mode" },
        { Reject + "; t=y", Fails, DispositionAction.Accept, null, "none policy_test_mode local_policy" },
        { Reject + "; t=y", Fails, DispositionAction.Reject, DispositionAction.Reject, "reject" },
        { "v=DMARC1; p=quarantine; t=y", Fails, DispositionAction.Reject, null, "none policy_test_mode" },
        { "v=DMARC1; p=none; t=y", Fails, DispositionAction.Reject, null, "none" },
        { "v=DMARC1; rua=mailto:d@example.com", Fails, DispositionAction.Reject, null, "none" },
        { "v=DMARC1", Fails, DispositionAction.Reject, null, "" },
    };

    [Theory]
    [MemberData(nameof(Done))]
    public async Task What_was_done_is_reported_with_its_reasons(string record, string mailFrom, DispositionAction maximum, DispositionAction? applied, string expected)
    {
        var row = await RowAsync(record, mailFrom, Plain, new LocalPolicy { MaximumAction = maximum }, applied);
        Assert.Equal(expected, row is null ? "" : string.Join(' ', [row.Record.Disposition.Keyword(), .. row.Record.Reasons.Select(static reason => reason.Type.Keyword())]));
        if (row is not null)
        {
            Assert.Equal((mailFrom == Passes ? AlignedResult.Pass : AlignedResult.Fail, AlignedResult.Fail), (row.Record.Spf, row.Record.Dkim));
            await ConformsAsync(row);
        }
    }

    [Fact]
    public async Task A_row_has_no_more_than_the_domains()
    {
        var row = (await RowAsync(Reject, Fails, Plain))!;
        Assert.Equal("192.0.2.9|1|reject|fail|fail||example.com|other.example|-||other.example/mfrom/softfail/-", ReportText.Of(row.Record));
        Assert.Equal("example.com|reject|reject|reject|Relaxed|Relaxed|treewalk|0|False", ReportText.Of(row.Policy));
        Assert.Equal(["mailto:d@example.com", "mailto:e@example.com"], row.ReportUris);
    }

    [Theory]
    [InlineData("", "192.0.2.9|1|reject|fail|fail||example.com||-||mail.other.example/mfrom/none/-")]
    [InlineData("<>", "192.0.2.9|1|reject|fail|fail||example.com||-||mail.other.example/mfrom/none/-")]
    [InlineData("<a@[192.0.2.1]>", "192.0.2.9|1|reject|fail|fail||example.com|-|-||-")]
    [InlineData("not a path", "192.0.2.9|1|reject|fail|fail||example.com|-|-||-")]
    [InlineData("a@b\u00fccher.example", "192.0.2.9|1|reject|fail|fail||example.com|xn--bcher-kva.example|-||xn--bcher-kva.example/mfrom/none/-")]
    public async Task An_odd_reverse_path_leaves_no_local_part(string mailFrom, string expected) =>
        Assert.Equal(expected, ReportText.Of((await RowAsync(Reject, mailFrom, Plain))!.Record));

    [Theory]
    [InlineData("::ffff:192.0.2.9", "192.0.2.9")]
    [InlineData("fe80::1%3", "fe80::1")]
    [InlineData("2001:DB8::9", "2001:db8::9")]
    public async Task A_source_is_written_as_RFC_3986_has_it(string client, string expected) =>
        Assert.Equal(expected, (await RowAsync(Reject, Fails, Plain, client: client))!.Record.SourceAddress);

    [Fact]
    public async Task Without_a_client_there_is_no_row() => Assert.Null(await RowAsync(Reject, Fails, Plain, client: null));

    [Fact]
    public async Task The_client_is_the_one_that_the_relay_recorded()
    {
        var relayed = "Received: from mail.other.example ([198.51.100.77])\r\n by in.example.org (Postfix) with ESMTP id 1;\r\n Mon, 6 Jul 2026 10:00:00 +0000\r\n" + Plain;
        var row = await RowAsync(Reject, Fails, relayed, relays: [Relay.Parse("192.0.2.9/32")!]);
        Assert.Equal("198.51.100.77", row?.Record.SourceAddress);

        // The relay is ours, but its field does not say who the client is.
        Assert.Null(await RowAsync(Reject, Fails, relayed.Replace("[198.51.100.77]", "[x]", StringComparison.Ordinal), relays: [Relay.Parse("192.0.2.9/32")!]));
    }

    [Theory]
    [InlineData("From: a@example.com, b@example.net\r\n\r\n", "several author domains")]
    [InlineData("From: a@example.com\r\nFrom: b@example.com\r\n\r\n", "several fields")]
    [InlineData("To: a@example.com\r\n\r\n", "no author")]
    [InlineData("From: a@nothing.example\r\n\r\n", "no record")]
    [InlineData("From: a@sub.broken.test\r\n\r\n", "the query for the record failed, and only that of a domain above is known")]
    public async Task Without_a_policy_that_is_known_to_apply_there_is_no_row(string message, string why)
    {
        Assert.Null(await RowAsync(Reject, Fails, message, new LocalPolicy { ApplyStrictestAuthorPolicy = true, OnUndecided = DispositionAction.Accept }));
        Assert.NotEmpty(why);
    }

    [Fact]
    public async Task A_message_that_could_not_be_decided_counts_when_it_is_accepted()
    {
        var policy = new LocalPolicy { OnUndecided = DispositionAction.Accept };
        var row = (await RowAsync(Reject, "a@slow.example.com", Plain, policy))!;
        Assert.Equal(
            "192.0.2.9|1|none|fail|fail|other(dmarc=temperror: not decided because of a temporary error)|example.com|slow.example.com|-||slow.example.com/mfrom/temperror/-",
            ReportText.Of(row.Record));
        await ConformsAsync(row);

        // Refused for now: it comes again.
        Assert.Null(await RowAsync(Reject, "a@slow.example.com", Plain));
    }

    [Fact]
    public async Task A_trusted_forwarder_and_a_mailing_list_are_the_reason()
    {
        var forwarder = new LocalPolicy { Forwarders = [IPNetwork.Parse("192.0.2.0/24")] };
        Assert.Equal("none|trusted_forwarder|", Reasons(await RowAsync(Reject, Fails, Plain, forwarder)));
        var list = new LocalPolicy { MailingLists = [DomainName.Parse("list.example").Value!] };
        Assert.Equal("none|mailing_list|", Reasons(await RowAsync(Reject, "x@list.example", Plain, list)));

        static string Reasons(AggregateRow? row) =>
            string.Join('|', row!.Record.Disposition.Keyword(), Assert.Single(row.Record.Reasons).Type.Keyword(), row.Record.Reasons[0].Comment);
    }

    [Fact]
    public async Task An_exception_does_not_tell_the_operators_words()
    {
        var exceptions = PolicyExceptions.Parse("example.com accept # ticket 17, asked by carol\n").Value!;
        var row = (await RowAsync(Reject, Fails, Plain, new LocalPolicy { Exceptions = exceptions }))!;
        Assert.Equal("none|local_policy|", string.Join('|', row.Record.Disposition.Keyword(), Assert.Single(row.Record.Reasons).Type.Keyword(), row.Record.Reasons[0].Comment));
    }

    [Fact]
    public async Task Signatures_come_by_what_they_are_worth_whatever_their_order()
    {
        var message = Plain;
        string[] domains = ["other.example", "news.example.com", "example.com"];
        foreach (var domain in domains)
        {
            message = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(message, edit: value => value.Replace("d=example.com", "d=" + domain, StringComparison.Ordinal)));
        }

        // Without d= or s= a signature has no place in a report; with both it has one, however broken it is.
        message = "DKIM-Signature: v=1; d=example.com\r\nDKIM-Signature: v=1; s=s\r\nDKIM-Signature: v=1; d=broken.example; s=x\r\n" + message;
        var row = (await RowAsync(Reject, Fails, message))!;
        Assert.Equal(
            "example.com/s/pass/-,news.example.com/s/pass/-,other.example/s/pass/-,broken.example/x/permerror/-",
            ReportText.Of(row.Record).Split('|')[9]);
        Assert.Equal((AlignedResult.Pass, AggregateDisposition.Pass), (row.Record.Dkim, row.Record.Disposition));
        await ConformsAsync(row);
    }

    [Fact]
    public async Task More_than_100_signatures_are_cut_to_those_that_matter()
    {
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain));
        var message = string.Concat(Enumerable.Range(0, 120).Select(static i => $"DKIM-Signature: v=1; d=a{i:000}.example; s=x\r\n")) + signed;
        var row = (await RowAsync(Reject, Fails, message))!;
        Assert.Equal(100, row.Record.DkimResults.Length);
        Assert.Equal("example.com", row.Record.DkimResults[0].Domain);
        await ConformsAsync(row);
    }

    [Theory]
    [InlineData("fo=1; ruf=mailto:f@example.com", "1")]
    [InlineData("fo=s:1:d; ruf=mailto:f@example.com", "1:d:s")]
    [InlineData("fo=s; ruf=mailto:f@example.com", "s")]
    [InlineData("fo=d:0; ruf=mailto:f@example.com", "0:d")]
    [InlineData("fo=0:1; ruf=mailto:f@example.com", "1")]
    [InlineData("fo=x; ruf=mailto:f@example.com", "0")]
    [InlineData("fo=1", "0")]
    public async Task Failure_options_are_those_in_effect(string tags, string expected) =>
        Assert.Equal(expected, (await RowAsync("v=DMARC1; p=none; " + tags, Fails, Plain))!.Policy.FailureOptions);

    [Fact]
    public async Task The_policy_has_the_defaults_of_what_is_not_published()
    {
        var row = (await RowAsync("v=DMARC1; p=reject; sp=quarantine; adkim=s", Fails, Plain))!;
        Assert.Equal("example.com|reject|quarantine|quarantine|Strict|Relaxed|treewalk|0|False", ReportText.Of(row.Policy));
        Assert.Empty(row.ReportUris);
        row = (await RowAsync("v=DMARC1; p=reject; sp=bad; rua=mailto:d@example.com", Fails, Plain))!;
        Assert.Equal("example.com|none|none|none|Relaxed|Relaxed|treewalk|0|False", ReportText.Of(row.Policy));
    }

    [Fact]
    public async Task A_reconstructed_envelope_has_no_row()
    {
        var seen = new Seen();
        await Pipeline(Reject, LocalPolicy.Default, [], seen).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.9"), "x", Fails) { IsReconstructed = true }, Encoding.Latin1.GetBytes(Plain), TestContext.Current.CancellationToken);
        Assert.Null(AggregateRow.Of(Assert.Single(seen.Messages)));
    }

    private static async Task ConformsAsync(AggregateRow row)
    {
        var check = new AggregateReportCheck(ReportSamples.Metadata(), row.Policy);
        check.Add(row.Record);
        Assert.Empty(check.Finish());
        Assert.Empty(ReportSchema.Faults(await ReportSamples.WriteAsync(ReportSamples.Metadata(), row.Policy, row.Record)));
    }

    private static async Task<AggregateRow?> RowAsync(
        string record, string mailFrom, string message, LocalPolicy? policy = null, DispositionAction? applied = null, string? client = "192.0.2.9", Relay[]? relays = null)
    {
        var seen = new Seen();
        await using var session = Pipeline(record, policy ?? LocalPolicy.Default, relays ?? [], seen).BeginSession(client is null ? null : IPAddress.Parse(client), "mail.other.example");
        session.SetMailFrom(mailFrom);
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        foreach (var field in message[..end].Replace("\r\n\t", "\u0001\t", StringComparison.Ordinal).Replace("\r\n ", "\u0001 ", StringComparison.Ordinal).Split("\r\n"))
        {
            var colon = field.IndexOf(':', StringComparison.Ordinal);
            session.AddHeaderField(Encoding.Latin1.GetBytes(field[..colon]), Encoding.Latin1.GetBytes(field[(colon + 1)..].Replace("\u0001", "\r\n", StringComparison.Ordinal)));
        }

        session.EndOfHeaders();
        session.AppendBody(Encoding.Latin1.GetBytes(message[(end + 4)..]));
        await session.CompleteAsync(TestContext.Current.CancellationToken);
        if (applied is { } action)
        {
            session.ReportApplied(new AppliedAction { Action = action, Reason = "told by the host" });
        }

        session.Reset();
        return AggregateRow.Of(Assert.Single(seen.Messages));
    }

    private static AuthenticationPipeline Pipeline(string record, LocalPolicy policy, Relay[] relays, Seen seen)
    {
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, record)
            .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.9 -all")
            .Add("list.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.9 -all")
            .Add("other.example", ZoneEntryKind.Txt, "v=spf1 ~all")
            .Add("slow.example.com", ZoneEntryKind.ServFail)
            .Add("_dmarc.sub.broken.test", ZoneEntryKind.ServFail)
            .Add("_dmarc.broken.test", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:d@broken.test")
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("s._domainkey.news.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("s._domainkey.other.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", LocalPolicy = policy, Relays = [.. relays] };
        return new AuthenticationPipeline(new ZoneResolver(zone), options, observers: [seen]);
    }

    private sealed class Seen : IEvaluatedMessageObserver
    {
        public List<EvaluatedMessage> Messages { get; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages.Add(message);
    }
}
