using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>How many questions are in flight, and whose turn it is.</summary>
public class DnsTurnsTests
{
    [Fact]
    public async Task What_is_needed_displaces_what_was_prefetched_and_is_never_kept_waiting_by_another_check()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var session = new DnsSession(held);
        var helo = session.Begin(DnsPurpose.SpfHelo, 128);
        for (var i = 0; i < 100; i++)
        {
            helo.Prefetch(Text($"h{i}.evil.example"));
        }

        Assert.Equal((DnsTurns.MaxInFlight, DnsTurns.MaxInFlight), (held.Outstanding, held.AskedCount));
        var needed = new List<Task<DnsResponse>>();
        foreach (var (purpose, count) in new[]
        {
            (DnsPurpose.SpfMailFrom, 1), (DnsPurpose.DkimKeys, 10), (DnsPurpose.ArcKeys, 4), (DnsPurpose.DmarcAuthor, 9),
            (DnsPurpose.DmarcIdentifiers, 4), (DnsPurpose.Bimi, 1), (DnsPurpose.ClientNames, 1),
        })
        {
            var dns = session.Begin(purpose, 100);
            for (var i = 0; i < count; i++)
            {
                var before = held.AskedCount;
                needed.Add(dns.QueryAsync(Text($"n{i}.{purpose}.example".ToLowerInvariant()), TestContext.Current.CancellationToken).AsTask());
                Assert.Equal(before + 1, held.AskedCount);
                Assert.Equal(DnsTurns.MaxInFlight, held.Outstanding);
            }

            // One more waits for a turn of the same check.
            var more = held.AskedCount;
            needed.Add(dns.QueryAsync(Text($"more.{purpose}.example".ToLowerInvariant()), TestContext.Current.CancellationToken).AsTask());
            Assert.Equal(more, held.AskedCount);
        }

        while (held.Waiting > 0)
        {
            Assert.InRange(held.Outstanding, 1, DnsTurns.MaxInFlight);
            held.AnswerOne(0);
        }

        Assert.All(needed, answer => Assert.Equal(TaskStatus.RanToCompletion, answer.Status));
        Assert.All(await Task.WhenAll(needed), answer => Assert.Equal(DnsStatus.NameError, answer.Status));
        Assert.False(session.IsRunning);
    }

    [Fact]
    public async Task What_was_displaced_is_asked_when_it_is_needed()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var session = new DnsSession(held);
        var helo = session.Begin(DnsPurpose.SpfHelo, 128);
        for (var i = 0; i < DnsTurns.MaxInFlight; i++)
        {
            helo.Prefetch(Text($"h{i}.example"));
        }

        var key = session.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(Text("s.example"), CancellationToken.None).AsTask();
        var last = helo.QueryAsync(Text($"h{DnsTurns.MaxInFlight - 1}.example"), CancellationToken.None).AsTask();
        Assert.Equal(DnsTurns.MaxInFlight + 2, held.AskedCount);
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        Assert.Equal(DnsStatus.NameError, (await key).Status);
        Assert.Equal(DnsStatus.NameError, (await last).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_session_waits_for_what_was_displaced(bool byPrefetch)
    {
        var deaf = ScriptedResolver.Held(new ZoneResolver(new Zone()), isDeaf: true);
        var session = new DnsSession(deaf);
        var helo = session.Begin(DnsPurpose.SpfHelo, 128);
        for (var i = 0; i < DnsTurns.MaxInFlight; i++)
        {
            helo.Prefetch(Text($"h{i}.example"));
        }

        var keys = session.Begin(DnsPurpose.DkimKeys, 10);
        if (byPrefetch)
        {
            keys.Prefetch(Text("s.example"), isNeeded: true);
        }
        else
        {
            _ = keys.QueryAsync(Text("s.example"), CancellationToken.None).AsTask();
        }

        deaf.AnswerOne(DnsTurns.MaxInFlight);
        for (var i = 0; i < DnsTurns.MaxInFlight - 1; i++)
        {
            deaf.AnswerOne(0);
        }

        Assert.Equal((1, true), (deaf.Waiting, session.IsRunning)); // the last prefetch, which was displaced
        var end = session.EndAsync().AsTask();
        Assert.False(end.IsCompleted);
        deaf.AnswerOne(0);
        await end.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.False(session.IsRunning);
    }

    [Fact]
    public async Task What_a_check_prefetched_and_nobody_needs_ends_with_it()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(new Zone()));
        var session = new DnsSession(held);
        var spf = session.Begin(DnsPurpose.SpfMailFrom, 128);
        spf.Prefetch(Text("a.example"));
        spf.Prefetch(Text("b.example"));
        var shared = session.Begin(DnsPurpose.DmarcAuthor, 9).QueryAsync(Text("b.example"), CancellationToken.None);
        spf.End();
        Assert.Equal(1, held.Outstanding);
        held.AnswerRound();
        Assert.Equal(DnsStatus.NameError, (await shared).Status);
        Assert.False(session.IsRunning);
    }

    [Fact]
    public async Task The_process_has_a_bound_and_turns_go_in_order()
    {
        var turns = new ProcessTurns(2);
        Assert.True(turns.TryEnter());
        Assert.True(turns.TryEnter());
        Assert.False(turns.TryEnter());
        using var cancel = new CancellationTokenSource();
        var first = turns.EnterAsync(CancellationToken.None).AsTask();
        var leaver = turns.EnterAsync(cancel.Token).AsTask();
        var third = turns.EnterAsync(CancellationToken.None).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        turns.Exit();
        await first.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);
        turns.Exit();
        await third.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(2, turns.Running);
        turns.Exit();
        turns.Exit();
        Assert.Equal(0, turns.Running);

        // A free turn is taken at once, and nobody waits afterwards.
        Assert.True(turns.EnterAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        Assert.True(turns.TryEnter());
        Assert.False(turns.TryEnter());
        turns.Exit();
        turns.Exit();
        Assert.Equal(0, turns.Running);
    }

    private static DnsQuestion Text(string name) => new(DomainName.Parse(name).Value!, DnsRecordType.Txt);
}
