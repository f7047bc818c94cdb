using System.Runtime.CompilerServices;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>What becomes of a question while all turns of the process are taken. Runs alone: other tests' questions would wait too.</summary>
[Collection(nameof(ProcessTurnsTests))]
[CollectionDefinition(nameof(ProcessTurnsTests), DisableParallelization = true)]
public sealed class ProcessTurnsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ScriptedResolver _held = ScriptedResolver.Held(new ZoneResolver(new Zone().Add("a.example", ZoneEntryKind.Txt, "x")));
    private int _taken;

    public ProcessTurnsTests()
    {
        while (ProcessTurns.Shared.TryEnter())
        {
            _taken++;
        }
    }

    public void Dispose()
    {
        for (; _taken > 0; _taken--)
        {
            ProcessTurns.Shared.Exit();
        }
    }

    [Fact]
    public async Task It_is_asked_when_a_turn_is_free()
    {
        Assert.Equal(ProcessTurns.MaxInFlight, ProcessTurns.Shared.Running);
        var session = new DnsSession(_held, time: _clock);
        var answer = Ask(session, CancellationToken.None);
        var same = Ask(session, CancellationToken.None);
        Assert.Equal((0, false, true), (_held.AskedCount, answer.IsCompleted, session.IsRunning));

        _taken--;
        ProcessTurns.Shared.Exit();
        Assert.True(SpinWait.SpinUntil(() => _held.Waiting == 1, TimeSpan.FromSeconds(60)));
        _held.AnswerRound();
        Assert.Equal(["x"], (await answer).Texts);
        Assert.Equal(["x"], (await same).Texts);
        Assert.Equal(1, _held.AskedCount);

        // Its turn is free again.
        Assert.True(ProcessTurns.Shared.TryEnter());
        _taken++;
        Assert.False(ProcessTurns.Shared.TryEnter());
    }

    [Fact]
    public async Task It_may_be_answered_at_once_when_a_turn_is_free()
    {
        var session = new DnsSession(new ZoneResolver(new Zone().Add("a.example", ZoneEntryKind.Txt, "x")), time: _clock);
        var answer = Ask(session, CancellationToken.None);
        Assert.False(answer.IsCompleted);
        _taken--;
        ProcessTurns.Shared.Exit();
        Assert.Equal(["x"], (await answer.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Texts);
        Assert.True(ProcessTurns.Shared.TryEnter());
        _taken++;
    }

    [Fact]
    public async Task It_waits_no_longer_than_for_an_answer()
    {
        var session = new DnsSession(_held, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(2) }, _clock);
        var answer = Ask(session, CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(2));
        var response = await answer;
        Assert.Equal((DnsFailure.Timeout, "no turn within 2 s: 4096 questions of this process are in flight"), (response.Failure, response.Detail));
        Assert.Equal((0, false), (_held.AskedCount, session.IsRunning));
    }

    [Fact]
    public async Task It_is_not_asked_after_it_has_waited_in_vain()
    {
        var session = new DnsSession(_held, new LookupLimits { LookupTimeout = TimeSpan.FromSeconds(2) }, _clock);
        var query = new DnsQuery();
        query.Begin(session, session.Begin(DnsPurpose.DkimKeys, 10), new DnsQuestion(DomainName.Parse("a.example").Value!, DnsRecordType.Txt), isNeeded: true);
        var waiting = WaitForTurn(session, query);
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await waiting.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((DnsFailure.Timeout, 0), ((await query.Task).Failure, _held.AskedCount));
    }

    [Fact]
    public async Task It_ends_when_nobody_waits_any_more()
    {
        using var cancel = new CancellationTokenSource();
        var session = new DnsSession(_held, time: _clock);
        var answer = Ask(session, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await session.EndAsync();
        Assert.Equal((0, false), (_held.AskedCount, session.IsRunning));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "RunLaterAsync")]
    private static extern Task WaitForTurn(DnsSession session, DnsQuery query);

    private static Task<DnsResponse> Ask(DnsSession session, CancellationToken cancellationToken) =>
        session.Begin(DnsPurpose.DkimKeys, 10).QueryAsync(new DnsQuestion(DomainName.Parse("a.example").Value!, DnsRecordType.Txt), cancellationToken).AsTask();
}
