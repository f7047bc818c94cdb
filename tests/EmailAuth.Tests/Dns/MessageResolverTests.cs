using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

public class MessageResolverTests
{
    private static readonly DomainName Example = DomainName.Parse("example.com").Value!;
    private static readonly DomainName Other = DomainName.Parse("example.net").Value!;

    private readonly GatedResolver _inner = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_in_flight_is_shared()
    {
        var resolver = new MessageResolver(_inner);
        var first = resolver.QueryTextAsync(Example, Token);
        var second = resolver.QueryTextAsync(Example, CancellationToken.None);
        _inner.Answer("TXT example.com", DnsResponse<string>.Success(["x"]));
        Assert.Same(await first, await second);
        Assert.Equal(["TXT example.com"], _inner.Asked);
        Assert.Equal((1, 1, 0), (resolver.Lookups, resolver.Shared, resolver.AnsweredAtOnce));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Answers_that_come_in_any_order_reach_who_asked(int seed)
    {
        var resolver = new MessageResolver(_inner, new LookupLimits { MaxLookups = 1000 });
        var names = Enumerable.Range(0, 300).Select(i => DomainName.Parse($"n{i}.example").Value!).ToArray();
        var asked = Array.ConvertAll(names, name => resolver.QueryTextAsync(name, CancellationToken.None).AsTask());
        var order = Enumerable.Range(0, names.Length).ToArray();
        new Random(seed).Shuffle(order);
        var left = names.Length;
        foreach (var i in order)
        {
            Assert.Equal(left--, resolver.Outstanding);
            _inner.Answer($"TXT {names[i]}", DnsResponse<string>.Success([$"{i}"]));
            Assert.Equal($"{i}", Assert.Single((await asked[i]).Records));
        }

        Assert.False(resolver.IsRunning);
    }

    [Fact]
    public async Task An_answered_question_is_not_asked_again()
    {
        var resolver = new MessageResolver(_inner);
        _inner.Answer("TXT example.com", DnsResponse<string>.NxDomain());
        var first = await resolver.QueryTextAsync(Example, Token);
        Assert.Same(first, await resolver.QueryTextAsync(DomainName.Parse("EXAMPLE.com").Value!, Token));
        Assert.Single(_inner.Asked);
        Assert.Equal(0, resolver.Outstanding);
    }

    // The table of answers goes to the next message, whichever that is.
    [Fact]
    public async Task A_late_answer_of_a_message_that_is_over_reaches_no_other()
    {
        var late = new GatedResolver();
        var over = new MessageResolver(late);
        var dropped = over.QueryTextAsync(Example, CancellationToken.None).AsTask();
        over.Reset();
        var next = new MessageResolver(_inner);
        var asked = next.QueryTextAsync(Example, CancellationToken.None);
        late.Answer("TXT example.com", DnsResponse<string>.Success(["late"]));
        _inner.Answer("TXT example.com", DnsResponse<string>.Success(["next"]));
        Assert.Equal(["next"], (await asked).Records);
        Assert.Equal(["next"], (await next.QueryTextAsync(Example, Token)).Records);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dropped);
    }

    [Fact]
    public void Messages_side_by_side_and_one_after_the_other_never_mix_their_answers()
    {
        var zones = Enumerable.Range(0, 7).Select(number => new ZoneResolver(new Zone()
            .Add("example.com", ZoneRecordType.Txt, $"{number}").Add("example.net", ZoneRecordType.Txt, $"other {number}"))).ToArray();
        Parallel.For(0, 20_000, run =>
        {
            var number = run % zones.Length;
            var resolver = new MessageResolver(zones[number]);
            Assert.Equal($"{number}", Text(resolver.QueryTextAsync(Example, CancellationToken.None)));
            Assert.Equal($"other {number}", Text(resolver.QueryTextAsync(Other, CancellationToken.None)));
            Assert.Equal($"{number}", Text(resolver.QueryTextAsync(Example, CancellationToken.None)));
            Assert.Equal((2, 1), (resolver.Lookups, resolver.Shared));
            resolver.Reset();
        });

        static string Text(ValueTask<DnsResponse<string>> answer) =>
            answer.IsCompletedSuccessfully ? Assert.Single(answer.Result.Records) : throw new InvalidOperationException("A zone in memory answers at once.");
    }

    [Fact]
    public async Task A_message_that_ends_while_a_question_is_being_put_still_gets_its_answer()
    {
        MessageResolver? resolver = null;
        var ending = new EndingResolver(new ZoneResolver(new Zone().Add("example.com", ZoneRecordType.Txt, "x")), () => resolver!.Reset());
        resolver = new MessageResolver(ending);
        Assert.Equal(["x"], (await resolver.QueryTextAsync(Example, Token)).Records);
        Assert.Equal(["x"], (await resolver.QueryTextAsync(Example, Token)).Records);
    }

    [Fact]
    public async Task Types_and_names_are_questions_of_their_own()
    {
        var resolver = new MessageResolver(_inner);
        Task[] all =
        [
            Wait(resolver.QueryTextAsync(Example, Token)),
            Wait(resolver.QueryMailHostsAsync(Example, Token)),
            Wait(resolver.QueryAddressesAsync(Example, AddressFamily.InterNetwork, Token)),
            Wait(resolver.QueryAddressesAsync(Example, AddressFamily.InterNetworkV6, Token)),
            Wait(resolver.QueryPointersAsync(IPAddress.Parse("192.0.2.1"), Token)),
            Wait(resolver.QueryPointersAsync(IPAddress.Parse("::ffff:192.0.2.1"), Token)), // the same address
            Wait(resolver.QueryTextAsync(Other, Token)),
        ];
        _inner.Answer("TXT example.com", DnsResponse<string>.NoData());
        _inner.Answer("TXT example.net", DnsResponse<string>.NoData());
        _inner.Answer("MX example.com", DnsResponse<MailHost>.NoData());
        _inner.Answer("A example.com", DnsResponse<IPAddress>.NoData());
        _inner.Answer("AAAA example.com", DnsResponse<IPAddress>.NoData());
        _inner.Answer("PTR 192.0.2.1", DnsResponse<DomainName>.NoData());
        foreach (var one in all)
        {
            await one;
        }

        Assert.Equal(6, resolver.Lookups);

        static Task Wait<T>(ValueTask<DnsResponse<T>> answer) => answer.AsTask();
    }

    [Fact]
    public async Task A_lookup_past_the_budget_is_a_temporary_failure_that_names_it()
    {
        var resolver = new MessageResolver(new ZoneResolver(new Zone()), new LookupLimits { MaxLookups = 2 });
        await resolver.QueryTextAsync(Example, Token);
        await resolver.QueryTextAsync(Example, Token); // asked before: no new lookup
        await resolver.QueryTextAsync(Other, Token);
        var third = await resolver.QueryMailHostsAsync(Other, Token);
        Assert.Equal(DnsStatus.Failure, third.Status);
        Assert.Equal("the message needs more than 2 DNS lookups (MaxLookups)", third.Reason);
        Assert.Equal(2, resolver.Lookups);

        resolver.Reset();
        Assert.Equal(DnsStatus.NameError, (await resolver.QueryMailHostsAsync(Other, Token)).Status);
    }

    [Fact]
    public async Task A_lookup_past_its_time_is_a_temporary_failure_and_is_cancelled()
    {
        var resolver = new MessageResolver(_inner, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(3) }, _time);
        var slow = resolver.QueryTextAsync(Example, Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(slow.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        var response = await slow;
        Assert.Equal("no answer within 3 s for TXT of example.com (LookupTimeout, MessageTimeout)", response.Reason);
        await UntilIdle();
        Assert.Equal(0, resolver.Outstanding);
        Assert.Same(response, await resolver.QueryTextAsync(Example, Token)); // the failure stands for this message
    }

    [Fact]
    public async Task A_messages_time_counts_only_while_lookups_are_outstanding()
    {
        var limits = new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(10), MessageTimeout = TimeSpan.FromSeconds(12) };
        var resolver = new MessageResolver(_inner, limits, _time);
        var first = resolver.QueryTextAsync(Example, Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(8));
        _inner.Answer("TXT example.com", DnsResponse<string>.NoData());
        await first;
        _time.Advance(TimeSpan.FromMinutes(5)); // the body arrives slowly
        Assert.Equal(TimeSpan.FromSeconds(8), resolver.Waited);

        var second = resolver.QueryTextAsync(Other, Token).AsTask();
        _time.Advance(TimeSpan.FromSeconds(4)); // less than a lookup may take; the message has no more
        Assert.Contains("no answer within 4 s", (await second).Reason!, StringComparison.Ordinal);
        var third = await resolver.QueryMailHostsAsync(Other, Token);
        Assert.Equal("the message's DNS lookups have taken 12 s (MessageTimeout)", third.Reason);
    }

    [Fact]
    public async Task One_asker_that_cancels_does_not_stop_the_others()
    {
        var resolver = new MessageResolver(_inner);
        using var cancel = new CancellationTokenSource();
        var leaver = resolver.QueryTextAsync(Example, cancel.Token).AsTask();
        var stayer = resolver.QueryTextAsync(Example, Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        Assert.Equal(1, _inner.Running);
        _inner.Answer("TXT example.com", DnsResponse<string>.Success(["x"]));
        Assert.Equal(DnsStatus.Records, (await stayer).Status);
    }

    [Fact]
    public async Task When_the_last_asker_cancels_the_query_ends_and_can_be_asked_again()
    {
        var resolver = new MessageResolver(_inner);
        using var cancel = new CancellationTokenSource();
        var one = resolver.QueryTextAsync(Example, cancel.Token).AsTask();
        var two = resolver.QueryTextAsync(Example, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        await UntilIdle();
        Assert.Equal(0, resolver.Outstanding);

        var again = resolver.QueryTextAsync(Example, Token).AsTask();
        _inner.Answer("TXT example.com", DnsResponse<string>.Success(["x"]));
        Assert.Equal(DnsStatus.Records, (await again).Status);
        Assert.Equal(2, resolver.Lookups);
    }

    [Fact]
    public async Task A_cancelled_token_asks_nothing()
    {
        var resolver = new MessageResolver(_inner);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await resolver.QueryTextAsync(Example, new CancellationToken(canceled: true)));
        Assert.Empty(_inner.Asked);
    }

    [Fact]
    public async Task The_end_of_a_message_leaves_nothing_running()
    {
        var resolver = new MessageResolver(_inner);
        var waiting = resolver.QueryTextAsync(Example, CancellationToken.None).AsTask();
        var other = resolver.QueryMailHostsAsync(Example, Token).AsTask();
        Assert.Equal(2, resolver.Outstanding);
        await resolver.EndAsync();
        Assert.Equal(0, _inner.Running);
        Assert.Equal((0, 0), (resolver.Outstanding, resolver.Lookups));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
    }

    [Fact]
    public async Task A_late_answer_of_an_earlier_message_does_not_reach_the_next()
    {
        var stubborn = new StubbornResolver();
        var resolver = new MessageResolver(stubborn);
        var first = resolver.QueryTextAsync(Example, CancellationToken.None).AsTask();
        resolver.Reset();
        var second = resolver.QueryTextAsync(Example, Token).AsTask();
        stubborn.Asked[0].SetResult(DnsResponse<string>.Success(["old"]));
        stubborn.Asked[1].SetResult(DnsResponse<string>.Success(["new"]));
        Assert.Equal("new", (await second).Records[0]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal("new", (await resolver.QueryTextAsync(Example, Token)).Records[0]);
    }

    [Fact]
    public async Task What_the_resolver_throws_is_a_temporary_failure()
    {
        var resolver = new MessageResolver(_inner);
        _inner.Fail("TXT example.com", new SocketException());
        Assert.Equal("the resolver failed on TXT of example.com: SocketException", (await resolver.QueryTextAsync(Example, Token)).Reason);

        var pending = resolver.QueryMailHostsAsync(Example, Token).AsTask();
        _inner.Fail("MX example.com", new InvalidOperationException("x"));
        Assert.Equal("the resolver failed on MX of example.com: InvalidOperationException", (await pending).Reason);

        var throwing = new MessageResolver(new ThrowingResolver());
        Assert.Equal(DnsStatus.Failure, (await throwing.QueryTextAsync(Example, Token)).Status);
        Assert.Equal("the resolver gave up on MX of example.com", (await throwing.QueryMailHostsAsync(Example, Token)).Reason);
    }

    [Fact]
    public void Answers_at_once_allocate_nothing_after_the_first_message()
    {
        var zone = new Zone().Add("example.com", ZoneRecordType.Txt, "x").Add("example.com", ZoneRecordType.MX, "mx.example.com");
        var resolver = new MessageResolver(new ZoneResolver(zone));
        void Message()
        {
            Assert.True(IsAnswered(resolver.QueryTextAsync(Example, CancellationToken.None)));
            Assert.True(IsAnswered(resolver.QueryMailHostsAsync(Example, CancellationToken.None)));
            Assert.True(IsAnswered(resolver.QueryAddressesAsync(Other, AddressFamily.InterNetwork, CancellationToken.None)));
            Assert.True(IsAnswered(resolver.QueryTextAsync(Example, CancellationToken.None)));
            resolver.Reset();
        }

        Message();
        Message();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Message();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Many_askers_at_once_ask_one_question()
    {
        var resolver = new MessageResolver(_inner);
        var askers = Enumerable.Range(0, 200).Select(_ => Task.Run(async () => await resolver.QueryTextAsync(Example, Token), Token)).ToArray();
        _inner.Answer("TXT example.com", DnsResponse<string>.Success(["x"]));
        Assert.All(await Task.WhenAll(askers), response => Assert.Equal("x", response.Records[0]));
        Assert.Single(_inner.Asked);
        Assert.Equal((1, 199), (resolver.Lookups, resolver.Shared));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(3601)]
    public void Limits_have_ranges(int seconds)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(seconds) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LookupLimits { MessageTimeout = TimeSpan.FromSeconds(seconds) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LookupLimits { MaxLookups = 0 });
    }

    private static bool IsAnswered<T>(ValueTask<DnsResponse<T>> answer) => answer.IsCompletedSuccessfully;

    private async Task UntilIdle()
    {
        while (_inner.Running > 0)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class StubbornResolver : IDnsResolver
    {
        public List<TaskCompletionSource<DnsResponse<string>>> Asked { get; } = [];

        public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
        {
            Asked.Add(new TaskCompletionSource<DnsResponse<string>>(TaskCreationOptions.RunContinuationsAsynchronously));
            return new ValueTask<DnsResponse<string>>(Asked[^1].Task);
        }

        public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class ThrowingResolver : IDnsResolver
    {
        public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) => throw new TimeoutException();

        public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
            ValueTask.FromException<DnsResponse<MailHost>>(new OperationCanceledException());

        public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    // Ends the message while it is asked.
    private sealed class EndingResolver(IDnsResolver inner, Action end) : IDnsResolver
    {
        public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
        {
            end();
            return inner.QueryTextAsync(name, cancellationToken);
        }

        public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
            inner.QueryMailHostsAsync(name, cancellationToken);

        public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
            inner.QueryAddressesAsync(name, family, cancellationToken);

        public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
            inner.QueryPointersAsync(address, cancellationToken);
    }
}
