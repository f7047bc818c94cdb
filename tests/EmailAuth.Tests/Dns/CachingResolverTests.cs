using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>What is kept, for exactly how long, and how large it counts; and who shares a question in flight.</summary>
public class CachingResolverTests
{
    private static readonly DnsQuestion Question = Of("a.example");

    private readonly FakeTimeProvider _time = new();
    private readonly List<QueryInFlight> _sent = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_kept_until_its_time_is_over_and_not_longer_than_the_most()
    {
        foreach (var (seconds, most, kept) in new[] { (10, 20, 10), (20, 20, 20), (21, 20, 20), (0, 20, 0), (1, 20, 1), (10, 0, 0) })
        {
            var resolver = Make(maxTimeToLive: TimeSpan.FromSeconds(most));
            _sent.Clear();
            var first = await AnswerAsync(resolver, DnsResponse.OfTexts(["x"], TimeSpan.FromSeconds(seconds)));
            Assert.Equal((1L, 0L, kept > 0), (resolver.Lookups, resolver.CacheHits, resolver.CacheBytes > 0));
            if (kept > 0)
            {
                _time.Advance(TimeSpan.FromSeconds(kept) - TimeSpan.FromTicks(1));
                Assert.Same(first, await resolver.QueryAsync(Question, Token));
                Assert.Equal((2L, 1L), (resolver.Lookups, resolver.CacheHits));
                _time.Advance(TimeSpan.FromTicks(1));
            }

            var next = resolver.QueryAsync(Question, Token);
            Assert.False(next.IsCompleted);
            Assert.Equal(2, _sent.Count);
        }
    }

    [Fact]
    public async Task Failures_and_answers_without_a_lifetime_are_not_kept_and_without_a_cache_nothing_is()
    {
        var resolver = Make();
        foreach (var response in new[] { DnsResponse.Failed(DnsFailure.Timeout), DnsResponse.NoData(), DnsResponse.NameError(), DnsResponse.OfTexts(["x"]) })
        {
            Assert.Same(response, await AnswerAsync(resolver, response));
        }

        Assert.Equal((4L, 0L, 0L), (resolver.Lookups, resolver.CacheHits, resolver.CacheBytes));
        Assert.Equal(DnsStatus.NameError, (await AnswerAsync(resolver, DnsResponse.NameError(TimeSpan.FromSeconds(9)))).Status);
        Assert.Equal(DnsStatus.NameError, (await resolver.QueryAsync(Question, Token)).Status);
        Assert.Equal((6L, 1L, true), (resolver.Lookups, resolver.CacheHits, resolver.CacheBytes > 0));

        var bare = Make(maxBytes: 0);
        for (var i = 0; i < 2; i++)
        {
            await AnswerAsync(bare, DnsResponse.OfTexts(["x"], TimeSpan.FromSeconds(9)));
        }

        Assert.Equal((2L, 0L, 0L), (bare.Lookups, bare.CacheHits, bare.CacheBytes));
        var tiny = Make(maxBytes: 1);
        await AnswerAsync(tiny, DnsResponse.OfTexts(["x"], TimeSpan.FromSeconds(9)));
        Assert.Equal(0, tiny.CacheBytes); // larger than half of it
    }

    public static TheoryData<string, int> Sizes => new()
    {
        { "one text of 5", 260 + 96 + (2 * (9 + 5)) },
        { "texts of 0 and 7", 260 + (2 * 96) + (2 * (9 + 7)) },
        { "two addresses", 260 + (2 * 96) + (2 * 9) },
        { "mail hosts", 260 + (3 * 96) + (2 * (9 + 10 + 11)) },
        { "names", 260 + (2 * 96) + (2 * (9 + 9 + 10)) },
        { "names of an address", 260 + 96 + (2 * 9) },
        { "aliases alone", 260 + (2 * 96) + (2 * (9 + 9 + 11)) },
        { "a text behind an alias", 260 + (2 * 96) + (2 * (9 + 9 + 1)) },
        { "nothing", 260 + (2 * 9) },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void An_answer_counts_with_its_records_and_their_characters(string what, int size)
    {
        var life = TimeSpan.FromSeconds(9);
        DomainName[] names = [Name("b.example"), Name("cc.example"), Name("ddd.example")];
        var response = what switch
        {
            "one text of 5" => DnsResponse.OfTexts(["12345"], life),
            "texts of 0 and 7" => DnsResponse.OfTexts(["", "1234567"], life),
            "two addresses" => DnsResponse.OfAddresses([IPAddress.Loopback, IPAddress.IPv6Loopback], life),
            "mail hosts" => DnsResponse.OfMailHosts([new MailHost(1, names[1]), new MailHost(2, null), new MailHost(3, names[2])], life),
            "names" => DnsResponse.OfNames([names[0], names[1]], life),
            "names of an address" => DnsResponse.OfNames([names[0]], life),
            "aliases alone" => DnsResponse.NoData(life, aliases: [names[0], names[2]]),
            "a text behind an alias" => DnsResponse.OfTexts(["x"], life, aliases: [names[0]]),
            _ => DnsResponse.NameError(life),
        };
        var cache = new DnsCache(10_000, _time);
        cache.Add(what == "names of an address" ? DnsQuestion.Pointers(IPAddress.Loopback) : Question, response, life);
        Assert.Equal((what, (long)size), (what, cache.Bytes));

        // Half of the cache is the most that one may take.
        foreach (var (bytes, isKept) in new[] { (2 * size, true), ((2 * size) - 1, false) })
        {
            var small = new DnsCache(bytes, _time);
            var question = what == "names of an address" ? DnsQuestion.Pointers(IPAddress.Loopback) : Question;
            small.Add(question, response, life);
            Assert.Equal((isKept, isKept ? size : 0L), (small.TryGet(question, out var known), small.Bytes));
            Assert.Same(isKept ? response : null, known);
        }
    }

    [Fact]
    public async Task Equal_questions_in_flight_are_one_and_others_are_not()
    {
        var resolver = Make();
        var asked = new[] { Question, Of("A.example"), new DnsQuestion(Name("a.example"), DnsRecordType.Mx), Of("b.example"), Question }
            .Select(question => resolver.QueryAsync(question, CancellationToken.None).AsTask()).ToArray();
        Assert.Equal(3, _sent.Count);
        Assert.Equal(3, _sent[0].Askers);
        var response = DnsResponse.OfTexts(["x"]);
        _sent[0].Complete(response);
        Assert.Same(response, await asked[0].WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.Same(response, await asked[1].WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.Same(response, await asked[4].WaitAsync(TimeSpan.FromSeconds(60), Token));
        Assert.False(asked[2].IsCompleted || asked[3].IsCompleted);
        _sent[1].Fail(new IOException("broken"));
        Assert.Equal("broken", (await Assert.ThrowsAsync<IOException>(() => asked[2])).Message);
        _ = resolver.QueryAsync(Question, CancellationToken.None).AsTask();
        Assert.Equal((4, 6L), (_sent.Count, resolver.Lookups)); // it is over: asked once more
    }

    [Fact]
    public async Task The_last_one_that_gives_up_ends_the_question()
    {
        var resolver = Make();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var ended = new List<object>();
        var one = resolver.QueryAsync(Question, first.Token).AsTask();
        var two = resolver.QueryAsync(Question, second.Token).AsTask();
        _sent[0].WhenGivenUp(ended.Add, "transport");
        await second.CancelAsync();
        Assert.Equal(second.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two)).CancellationToken);
        Assert.Equal((1, false, 0), (_sent[0].Askers, _sent[0].IsGivenUp, ended.Count));
        await first.CancelAsync();
        Assert.Equal(first.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one)).CancellationToken);
        Assert.True(_sent[0].IsGivenUp);
        Assert.Equal(["transport"], ended);
        _sent[0].WhenGivenUp(ended.Add, "later");
        Assert.Equal(["transport", "later"], ended);

        // A late answer is neither kept nor given to the question that took its place.
        var next = resolver.QueryAsync(Question, CancellationToken.None).AsTask();
        Assert.Equal(2, _sent.Count);
        _sent[0].Complete(DnsResponse.OfTexts(["late"], TimeSpan.FromSeconds(9)));
        resolver.Leave(_sent[0]);
        Assert.Equal((false, 0L), (next.IsCompleted, resolver.CacheBytes));
        var same = resolver.QueryAsync(Question, CancellationToken.None).AsTask();
        Assert.Equal(2, _sent.Count);
        _sent[1].Complete(DnsResponse.OfTexts(["x"]));
        Assert.Equal(["x"], (await next).Texts);
        Assert.Equal(["x"], (await same.WaitAsync(TimeSpan.FromSeconds(60), Token)).Texts);
    }

    [Fact]
    public async Task One_that_is_answered_does_not_give_up_any_more()
    {
        var resolver = Make();
        using var cancel = new CancellationTokenSource();
        var one = resolver.QueryAsync(Question, cancel.Token).AsTask();
        var two = resolver.QueryAsync(Question, CancellationToken.None).AsTask();
        _sent[0].Complete(DnsResponse.OfTexts(["x"]));
        await cancel.CancelAsync();
        Assert.Equal(["x"], (await one).Texts);
        Assert.Equal(["x"], (await two.WaitAsync(TimeSpan.FromSeconds(60), Token)).Texts);
        Assert.Equal((2, false), (_sent[0].Askers, _sent[0].IsGivenUp));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolver.QueryAsync(Of("b.example"), cancel.Token).AsTask());
        Assert.Equal((1, 2L), (_sent.Count, resolver.Lookups)); // a cancelled token asks nothing
    }

    [Fact]
    public async Task A_transport_that_answers_or_breaks_at_once_does_no_harm()
    {
        using var cancel = new CancellationTokenSource();
        var answering = new CachingResolver(static query => query.Complete(DnsResponse.OfTexts(["x"])), 0, TimeSpan.FromDays(1), _time);
        Assert.Equal(["x"], (await answering.QueryAsync(Question, cancel.Token)).Texts);
        var breaking = new CachingResolver(static _ => throw new IOException("broken"), 0, TimeSpan.FromDays(1), _time);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("broken", (await Assert.ThrowsAsync<IOException>(() => breaking.QueryAsync(Question, Token).AsTask())).Message);
        }

        Assert.Equal((1L, 2L), (answering.Lookups, breaking.Lookups));
    }

    [Theory]
    [InlineData("answer", null)]
    [InlineData("timeout", "timeout")]
    [InlineData("fault", "resolver_fault")]
    public void The_time_of_a_lookup_is_recorded_while_something_listens(string end, string? failure)
    {
        // No real lookup takes as long; other tests may look up at the same time.
        var took = TimeSpan.FromSeconds(98_765 + end.Length);
        var recorded = new List<string>();
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "emailauth.dns.lookup.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
            {
                if (seconds.Equals(took.TotalSeconds))
                {
                    recorded.Add(string.Join(' ', tags.ToArray().Select(static tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}"))));
                }
            });
            listener.Start();
            var resolver = Make();
            _ = resolver.QueryAsync(Question, Token).AsTask();
            _time.Advance(took);
            switch (end)
            {
                case "answer":
                    _sent[0].Complete(DnsResponse.NameError());
                    break;
                case "timeout":
                    _sent[0].Complete(DnsResponse.Failed(DnsFailure.Timeout));
                    break;
                default:
                    _sent[0].Fail(new IOException("broken"));
                    break;
            }
        }

        Assert.Equal(["emailauth.dns.record_type=TXT" + (failure is null ? "" : " error.type=" + failure)], recorded);
    }

    // When it began, nothing listened: nobody knows how long it took. What is recorded here comes from this thread.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(7, 1)]
    public void A_lookup_whose_beginning_was_not_noted_is_not_recorded(long started, int expected)
    {
        var recorded = 0;
        var thread = Environment.CurrentManagedThreadId;
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "emailauth.dns.lookup.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, _, _, _) => recorded += Environment.CurrentManagedThreadId == thread ? 1 : 0);
            listener.Start();
            new QueryInFlight(Make(), Question) { Started = started }.Complete(DnsResponse.NameError());
        }

        Assert.Equal(expected, recorded);
    }

    [Fact]
    public async Task A_listener_that_throws_takes_no_answer_away()
    {
        var thread = Environment.CurrentManagedThreadId;
        var thrown = 0;
        Task<DnsResponse> asking;
        using (var listener = new MeterListener())
        {
            listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "emailauth.dns.lookup.duration")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
            {
                if (Environment.CurrentManagedThreadId == thread)
                {
                    thrown++;
                    throw new IOException("the disk is full");
                }
            });
            listener.Start();
            asking = Make().QueryAsync(Question, Token).AsTask();
            _sent[0].Complete(DnsResponse.NameError());
        }

        Assert.Equal((1, true), (thrown, asking.IsCompletedSuccessfully));
        Assert.Equal(DnsStatus.NameError, (await asking).Status);
    }

    private CachingResolver Make(long maxBytes = 100_000, TimeSpan? maxTimeToLive = null) => new(_sent.Add, maxBytes, maxTimeToLive ?? TimeSpan.FromDays(1), _time);

    private async Task<DnsResponse> AnswerAsync(CachingResolver resolver, DnsResponse response)
    {
        var asked = resolver.QueryAsync(Question, Token);
        _sent[^1].Complete(response);
        return await asked;
    }

    private static DomainName Name(string text) => DomainName.Parse(text).Value!;

    private static DnsQuestion Of(string name) => new(Name(name), DnsRecordType.Txt);
}
