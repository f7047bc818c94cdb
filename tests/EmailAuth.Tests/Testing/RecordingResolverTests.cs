using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Testing;

public class RecordingResolverTests
{
    private static readonly string[] Names = ["a.example", "b.example", "alias.example", "slow.example", "broken.example", "absent.example", "empty.example"];

    private static readonly Zone Source = new Zone()
        .Add("a.example", ZoneEntryKind.A, "192.0.2.1")
        .Add("a.example", ZoneEntryKind.A, "192.0.2.2")
        .Add("a.example", ZoneEntryKind.Aaaa, "2001:db8::1")
        .Add("a.example", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add("a.example", ZoneEntryKind.MX, "b.example")
        .Add("b.example", ZoneEntryKind.MX, ".")
        .Add("alias.example", ZoneEntryKind.CName, "a.example")
        .Add("slow.example", ZoneEntryKind.Timeout)
        .Add("broken.example", ZoneEntryKind.Txt, "x")
        .Add("broken.example", ZoneEntryKind.ServFail)
        .Add("below.empty.example", ZoneEntryKind.A, "192.0.2.3")
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "a.example");

    [Fact]
    public async Task A_recording_gives_the_same_answers_again()
    {
        var recorder = new RecordingResolver(new ZoneResolver(Source));
        var first = await AskEverything(recorder);
        var replayed = new ZoneResolver(Zone.Parse(recorder.ToZone().ToJson()).Value!);
        Assert.Equal(first, await AskEverything(replayed));
    }

    // Each kind of answer may be another one for a later check; the others keep what the first one got.
    [Theory]
    [MemberData(nameof(Answers))]
    public async Task What_a_check_got_otherwise_is_its_own(string first, string later)
    {
        var question = new DnsQuestion(Name("a.example"), DnsRecordType.Txt);
        var recorder = new RecordingResolver(new ZoneResolver(new Zone()));
        recorder.OnDecided(question, AnswerOf(first), "spf");
        recorder.OnDecided(question, AnswerOf(later), "dkim");
        recorder.OnDecided(question, AnswerOf(first), "bimi");
        recorder.OnDecided(new DnsQuestion(Name("b.a.example"), DnsRecordType.Txt), DnsResponse.OfTexts(["below"]), "spf");
        var zone = new ZoneResolver(Zone.Parse(recorder.ToZone().ToJson()).Value!);
        Assert.Equal(first, TextOf(await zone.QueryAsync(question, TestContext.Current.CancellationToken)));
        Assert.Equal(first == later ? null : later, zone.AnswerFor(question, "dkim") is { } own ? TextOf(own) : null);
        Assert.Null(zone.AnswerFor(question, "bimi"));
        Assert.Null(zone.AnswerFor(question, "spf"));
    }

    public static TheoryData<string, string> Answers
    {
        get
        {
            string[] kinds = ["Records x", "Records y", "NoData", "NameError", "Failure SERVFAIL", "Failure a limit"];
            var all = new TheoryData<string, string>();
            Array.ForEach(kinds, first => Array.ForEach(kinds, later => all.Add(first, later)));
            return all;
        }
    }

    private static DnsResponse AnswerOf(string text) => text.Split(' ', 2) switch
    {
        ["Records", var data] => DnsResponse.OfTexts([data]),
        ["NoData"] => DnsResponse.NoData(),
        ["NameError"] => DnsResponse.NameError(),
        [_, "SERVFAIL"] => DnsResponse.Failed(DnsFailure.ServerFailure),
        _ => DnsResponse.Failed(DnsFailure.LimitReached, "a limit"),
    };

    private static string TextOf(DnsResponse response) => string.Join(' ', response.Texts.Prepend(response.Status.ToString()).Append(response.Reason).Where(part => part is not null));

    [Fact]
    public async Task What_was_asked_is_kept_and_nothing_else()
    {
        var recorder = new RecordingResolver(new ZoneResolver(Source));
        await recorder.QueryMailHostsAsync(Name("a.example"), TestContext.Current.CancellationToken);
        await recorder.QueryMailHostsAsync(Name("a.example"), TestContext.Current.CancellationToken); // twice, recorded once
        await recorder.QueryTextAsync(Name("b.example"), TestContext.Current.CancellationToken); // NODATA
        await recorder.QueryTextAsync(Name("absent.example"), TestContext.Current.CancellationToken); // NXDOMAIN
        await recorder.QueryTextAsync(Name("slow.example"), TestContext.Current.CancellationToken);
        await recorder.QueryMailHostsAsync(Name("broken.example"), TestContext.Current.CancellationToken);
        var zone = recorder.ToZone();
        Assert.Equal(["a.example", "b.example", "slow.example", "broken.example"], zone.Names.Select(n => n.ToString()));
        Assert.Equal("b.example", Assert.Single(zone[Name("a.example")]).Data);
        Assert.Empty(zone[Name("b.example")]);
        Assert.Equal((ZoneEntryKind.Timeout, ZoneEntryKind.Txt), Kind(Assert.Single(zone[Name("slow.example")])));
        Assert.Equal((ZoneEntryKind.ServFail, ZoneEntryKind.MX), Kind(Assert.Single(zone[Name("broken.example")])));

        static (ZoneEntryKind, ZoneEntryKind?) Kind(ZoneRecord record) => (record.Type, record.For);
    }

    // There are servers that deny a name though names below it exist (against RFC 8020 section 2), and aliases that lead nowhere.
    [Fact]
    public async Task A_name_that_does_not_exist_though_names_below_it_do_is_kept_so()
    {
        var token = TestContext.Current.CancellationToken;
        var source = new Zone().Add("news.example.com", ZoneEntryKind.CName, "gone.example.net").Add("_dmarc.news.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        var recorder = new RecordingResolver(new ZoneResolver(source));
        await recorder.QueryTextAsync(Name("_dmarc.news.example.com"), token);
        Assert.Equal(DnsStatus.NameError, (await recorder.QueryTextAsync(Name("news.example.com"), token)).Status);
        Assert.Equal(DnsStatus.NoData, (await recorder.QueryTextAsync(Name("example.com"), token)).Status);

        var replayed = new ZoneResolver(Zone.Parse(recorder.ToZone().ToJson()).Value!);
        Assert.Equal(DnsStatus.NameError, (await replayed.QueryTextAsync(Name("news.example.com"), token)).Status);
        Assert.Equal(DnsStatus.NoData, (await replayed.QueryTextAsync(Name("example.com"), token)).Status);
        Assert.Equal(["v=DMARC1; p=reject"], (await replayed.QueryTextAsync(Name("_dmarc.news.example.com"), token)).Texts);
    }

    [Fact]
    public async Task A_copy_does_not_grow()
    {
        var recorder = new RecordingResolver(new ZoneResolver(Source));
        var before = recorder.ToZone();
        await recorder.QueryTextAsync(Name("a.example"), TestContext.Current.CancellationToken);
        Assert.Empty(before.Names);
    }

    [Fact]
    public async Task Many_may_ask_at_once()
    {
        var recorder = new RecordingResolver(new ZoneResolver(Source));
        var token = TestContext.Current.CancellationToken;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskEverything(recorder), token)));
        var alone = new RecordingResolver(new ZoneResolver(Source));
        var expected = await AskEverything(alone);
        Assert.Equal(expected, await AskEverything(new ZoneResolver(recorder.ToZone())));
    }

    private static async Task<List<string>> AskEverything(IDnsResolver resolver)
    {
        var answers = new List<string>();
        foreach (var name in Names.Select(Name))
        {
            Note(await resolver.QueryTextAsync(name, TestContext.Current.CancellationToken));
            Note(await resolver.QueryMailHostsAsync(name, TestContext.Current.CancellationToken));
            Note(await resolver.QueryAddressesAsync(name, AddressFamily.InterNetwork, TestContext.Current.CancellationToken));
            Note(await resolver.QueryAddressesAsync(name, AddressFamily.InterNetworkV6, TestContext.Current.CancellationToken));
        }

        Note(await resolver.QueryPointersAsync(IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken));
        Note(await resolver.QueryPointersAsync(IPAddress.Parse("192.0.2.9"), TestContext.Current.CancellationToken));
        return answers;

        void Note(DnsResponse response) => answers.Add(
            $"{response.Status} {string.Join(',', response.Texts)} {string.Join(',', response.MailHosts)} {string.Join(',', response.Addresses.AsEnumerable())} {string.Join(',', response.Names)} {response.Reason}");
    }

    private static DomainName Name(string name) => DomainName.ParseDnsName(name).Value!;
}
