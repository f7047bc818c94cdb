using System.Net;
using EmailAuth.Dns;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>A check goes on for a moment after its last answer, when no lookup runs any more. Who ends the connection waits for that as well.</summary>
public class RunningChecksTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    private static readonly Zone World = new Zone()
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "h.example").Add("h.example", ZoneEntryKind.A, "192.0.2.1")
        .Add("9.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mx.relay.example").Add("mx.relay.example", ZoneEntryKind.A, "192.0.2.9")
        .Add("a.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("h.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("x.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("y.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all");

    // By the question of each check, of a client that connects and of one behind a relay.
    public static TheoryData<string, bool, bool> Checks
    {
        get
        {
            var checks = new TheoryData<string, bool, bool>();
            foreach (var question in (string[])["PTR 192.0.2.1", "TXT h.example", "TXT a.example"])
            {
                checks.Add(question, false, false);
                checks.Add(question, false, true);
                checks.Add(question, true, false);
                checks.Add(question, true, true);
            }

            return checks;
        }
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Each_check_is_waited_for(string question, bool isRelayed, bool isReset)
    {
        var resolver = new HeldUp(new ZoneResolver(World));
        var check = resolver.At(question);
        var options = new AuthenticationOptions
        {
            AuthservId = "mx.example.org",
            Methods = AuthenticationMethods.Spf | AuthenticationMethods.Iprev,
            Relays = isRelayed ? [Relay.Parse("192.0.2.9")!] : [],
        };
        var session = new AuthenticationPipeline(resolver, options).BeginSession(isRelayed ? IPAddress.Parse("192.0.2.9") : Client, "h.example");
        session.SetMailFrom("joe@a.example");
        if (isRelayed)
        {
            AddRelayedHeader(session);
        }

        await check.BeginAsync();
        if (isReset)
        {
            session.Reset();
        }

        var end = session.DisposeAsync();
        Assert.False(end.IsCompleted);
        await check.EndAsync();
        await end;
    }

    // A relay that is known by its name: the client that it names is looked up as well, which may be a relay too.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_search_for_the_client_behind_a_relay_is_waited_for(bool isReset)
    {
        var resolver = new HeldUp(new ZoneResolver(World));
        var search = resolver.At("A h.example");
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", Methods = AuthenticationMethods.Spf, Relays = [Relay.Parse("relay.example")!] };
        var session = new AuthenticationPipeline(resolver, options).BeginSession(IPAddress.Parse("192.0.2.9"), "h.example");
        session.SetMailFrom("joe@a.example");
        AddRelayedHeader(session);
        await search.BeginAsync();
        if (isReset)
        {
            session.Reset();
        }

        var end = session.DisposeAsync();
        Assert.False(end.IsCompleted);
        await search.EndAsync();
        await end;
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_check_that_was_replaced_while_it_ran_is_waited_for(bool isHelo, bool isReset)
    {
        var resolver = new HeldUp(new ZoneResolver(World));
        var replaced = resolver.At("TXT x.example");
        var session = Pipeline(resolver).BeginSession(Client, isHelo ? "x.example" : "h.example");
        if (!isHelo)
        {
            session.SetMailFrom("joe@x.example");
        }

        await replaced.BeginAsync();
        if (isHelo)
        {
            session.SetHelo("h.example");
        }
        else
        {
            session.SetMailFrom("joe@a.example");
        }

        if (isReset)
        {
            session.Reset();
        }

        var end = session.DisposeAsync();
        Assert.False(end.IsCompleted);
        await replaced.EndAsync();
        await end;
    }

    [Fact]
    public async Task The_first_of_several_that_were_replaced_is_waited_for()
    {
        var resolver = new HeldUp(new ZoneResolver(World));
        var (first, second) = (resolver.At("TXT x.example"), resolver.At("TXT y.example"));
        var session = Pipeline(resolver).BeginSession(Client, "x.example");
        await first.BeginAsync();
        session.SetHelo("y.example");
        await second.BeginAsync();
        session.SetHelo("h.example");
        await second.EndAsync();

        var end = session.DisposeAsync();
        Assert.False(end.IsCompleted);
        await first.EndAsync();
        await end;
    }

    // A resolver that does not stop when it is asked to: the check has ended, and its lookup has not.
    [Fact]
    public async Task A_lookup_whose_check_was_given_up_is_waited_for()
    {
        var deaf = new ScriptedResolver(World) { IsHolding = true, IsDeaf = true };
        var session = Pipeline(deaf).BeginSession(Client, "x.example");
        deaf.IsHolding = false;
        session.SetHelo("h.example");
        Assert.Equal(["TXT x.example", "TXT h.example"], deaf.Asked);

        var end = session.DisposeAsync();
        Assert.False(end.IsCompleted);
        deaf.AnswerRound();
        await end;
        Assert.Equal(0, deaf.Outstanding);
    }

    // The check ends with a result, as it needs no further lookup: what was found until then is not an outcome.
    [Fact]
    public async Task A_session_that_ends_while_its_message_is_judged_gives_no_outcome()
    {
        var resolver = new HeldUp(new ZoneResolver(World));
        var check = resolver.At("TXT a.example");
        var session = Pipeline(resolver).BeginSession(Client, "h.example");
        session.SetMailFrom("joe@a.example");
        await check.BeginAsync();
        session.AddHeaderField("From"u8, " joe@a.example"u8);
        session.EndOfHeaders();
        var outcome = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(outcome.IsCompleted);
        var end = session.DisposeAsync();
        await check.EndAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outcome);
        await end;
    }

    private static void AddRelayedHeader(AuthenticationSession session)
    {
        session.AddHeaderField("Received"u8, " from h.example (x [192.0.2.1]) by g.example (Postfix) with ESMTP id 1; x"u8);
        session.AddHeaderField("From"u8, " joe@a.example"u8);
        session.EndOfHeaders();
    }

    private static AuthenticationPipeline Pipeline(IDnsResolver resolver) =>
        new(resolver, new AuthenticationOptions { AuthservId = "mx.example.org", Methods = AuthenticationMethods.Spf });

    /// <summary>Answers at once, but for the questions that a test names.</summary>
    private sealed class HeldUp(IDnsResolver inner) : IDnsTranscript
    {
        private readonly Dictionary<string, HeldCheck> _checks = new(StringComparer.Ordinal);

        public HeldCheck At(string question) => _checks[question] = new HeldCheck();

        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) =>
            _checks.TryGetValue(ScriptedResolver.Text(question), out var check)
                ? new ValueTask<DnsResponse>(check.Ask(inner.QueryAsync(question, CancellationToken.None).AsTask()))
                : inner.QueryAsync(question, cancellationToken);

        public void OnDecided(DnsQuestion question, DnsResponse response, string check)
        {
            if (_checks.TryGetValue(ScriptedResolver.Text(question), out var held))
            {
                held.Hold();
            }
        }
    }

    /// <summary>A check that gets its answer on a thread of its own, and is held up right behind it.</summary>
    private sealed class HeldCheck
    {
        private readonly TaskCompletionSource<DnsResponse> _answer = new();
        private readonly TaskCompletionSource _isHeld = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task<DnsResponse>? _response;
        private Task _thread = Task.CompletedTask;

        public Task<DnsResponse> Ask(Task<DnsResponse> response)
        {
            _response = response;
            return _answer.Task;
        }

        /// <summary>The answer comes. Returns when the check is held up.</summary>
        public Task BeginAsync()
        {
            _thread = Task.Run(async () => _answer.SetResult(await _response!), TestContext.Current.CancellationToken);
            return _isHeld.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }

        public void Hold()
        {
            _isHeld.TrySetResult();
            _goesOn.Task.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
        }

        /// <summary>The check goes on. Returns when it has ended.</summary>
        public Task EndAsync()
        {
            _goesOn.SetResult();
            return _thread;
        }
    }
}
