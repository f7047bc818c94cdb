using System.Collections.Concurrent;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns;

public class DnsTranscriptTests
{
    private static readonly DnsQuestion Example = new(DomainName.ParseDnsName("example.com").Value!, DnsRecordType.Txt);

    private static readonly DnsQuestion Other = new(DomainName.ParseDnsName("example.net").Value!, DnsRecordType.Txt);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // What a check goes by is told, not what the resolver says: here the resolver throws.
    [Fact]
    public async Task It_is_told_what_each_check_decided()
    {
        var transcript = new Transcript(new ScriptedResolver(new Zone()) { Script = (_, _, _) => () => throw new IOException("down") });
        var session = new DnsSession(transcript);
        foreach (var purpose in Enum.GetValues<DnsPurpose>())
        {
            await session.Begin(purpose, 1).QueryAsync(Example, Token);
        }

        Assert.Equal(
            ["spf", "spf-helo", "dkim", "arc", "dmarc", "dmarc-identifiers", "bimi", "client-names", "web"],
            transcript.Decided.Select(decided => decided.Check));
        Assert.All(transcript.Decided, decided => Assert.Equal(DnsFailure.ResolverFault, decided.Response.Failure));
    }

    [Fact]
    public async Task It_may_answer_one_check_otherwise()
    {
        var transcript = new Transcript(new ZoneResolver(new Zone().Add("example.com", ZoneEntryKind.Txt, "all"))) { Own = ("dkim", DnsResponse.OfTexts(["own"])) };
        var session = new DnsSession(transcript);
        Assert.Equal(["all"], (await session.Begin(DnsPurpose.SpfMailFrom, 1).QueryAsync(Example, Token)).Texts);
        Assert.Equal(["own"], (await session.Begin(DnsPurpose.DkimKeys, 1).QueryAsync(Example, Token)).Texts);
        Assert.Equal(["all"], (await session.Begin(DnsPurpose.Bimi, 1).QueryAsync(Example, Token)).Texts);
    }

    [Fact]
    public async Task A_limit_in_a_recording_is_the_limit_of_the_check_that_asks()
    {
        const string Late = "the check has waited 20 s for the DNS (CheckTimeout)";
        var transcript = new Transcript(new ZoneResolver(new Zone())) { Own = ("dkim", DnsResponse.Failed(DnsFailure.LimitReached, "recorded")) };
        var session = new DnsSession(transcript);
        var dns = session.Begin(DnsPurpose.DkimKeys, 1);
        Assert.Equal(Late, (await dns.QueryAsync(Example, Token)).Detail);
        Assert.Equal((1, true, true, 0), (dns.Asked, dns.IsTimeUp, dns.IsExhausted, session.Lookups));
        Assert.Equal(Late, (await dns.QueryAsync(Other, Token)).Detail); // past its count too, but its time was up before
        Assert.Equal([("dkim", Late), ("dkim", Late)], transcript.Decided.Select(static decided => (decided.Check, decided.Response.Detail)));
        var sum = session.Begin(DnsPurpose.DkimKeys, 1, TimeSpan.FromSeconds(9), "too slow");
        Assert.Equal("too slow", (await sum.QueryAsync(Example, Token)).Detail);
        Assert.Equal((true, false), (sum.IsTimeUp, sum.IsExhausted));
    }

    [Fact]
    public async Task It_is_not_told_of_a_question_past_the_count()
    {
        var transcript = new Transcript(new ZoneResolver(new Zone()));
        var dns = new DnsSession(transcript).Begin(DnsPurpose.SpfMailFrom, 1);
        Assert.Equal(DnsStatus.NameError, (await dns.QueryAsync(Example, Token)).Status);
        Assert.Equal("the check needs more than 1 DNS lookups", (await dns.QueryAsync(Other, Token)).Detail);
        Assert.Equal((DnsStatus.NameError, true), (Assert.Single(transcript.Decided).Response.Status, dns.IsExhausted));
        Assert.Equal(DnsStatus.NameError, (await dns.QueryAsync(Example, Token)).Status); // asked before
        Assert.Equal(2, transcript.Decided.Count);
    }

    // Neither member need be written: such a resolver is one like any other.
    [Fact]
    public async Task One_that_does_nothing_answers_itself()
    {
        IDnsTranscript bare = new Bare();
        Assert.Same(bare, bare.Source);
        Assert.Null(bare.AnswerFor(Example, "dkim"));
        var session = new DnsSession(bare);
        Assert.Equal(DnsStatus.NoData, (await session.Begin(DnsPurpose.DkimKeys, 1).QueryAsync(Example, Token)).Status);
    }

    [Fact]
    public void A_zone_knows_every_check() => Assert.Equal(Enum.GetValues<DnsPurpose>().Select(DnsPurposeKeyword.Keyword), ZoneRecord.Checks);

    private sealed class Bare : IDnsTranscript
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => new(DnsResponse.NoData());
    }

    private sealed class Transcript(IDnsResolver source) : IDnsTranscript
    {
        public ConcurrentQueue<(string Check, DnsResponse Response)> Decided { get; } = [];

        public (string Check, DnsResponse Response)? Own { get; init; }

        public IDnsResolver Source => source;

        public DnsResponse? AnswerFor(DnsQuestion question, string check) => Own is { } own && own.Check == check ? own.Response : null;

        public void OnDecided(DnsQuestion question, DnsResponse response, string check) => Decided.Enqueue((check, response));

        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("Checks ask the source.");
    }
}
