using System.Collections.Concurrent;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns;

public class DnsTranscriptTests
{
    private static readonly DnsQuestion Example = new(DomainName.ParseDnsName("example.com").Value!, DnsRecordType.Txt);

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

    // Neither member need be written: such a resolver is one like any other.
    [Fact]
    public async Task One_that_does_nothing_answers_itself()
    {
        var session = new DnsSession(new Bare());
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
