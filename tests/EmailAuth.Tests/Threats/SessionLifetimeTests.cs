using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>What a client can do to a connection that goes on: nothing piles up, and nothing is read after it was given back.</summary>
public class SessionLifetimeTests
{
    [Fact]
    public async Task A_HELO_that_another_replaces_waits_for_nothing_any_more()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        await using var session = Begin(held, AuthenticationMethods.Spf);
        for (var i = 0; i < 1000; i++)
        {
            session.SetHelo($"h{i}.example.com");
            session.Reset();
        }

        Assert.InRange(held.Outstanding, 0, 1);
    }

    [Fact]
    public async Task A_MAIL_FROM_that_another_replaces_waits_for_nothing_any_more()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        await using var session = Begin(held, AuthenticationMethods.Spf);
        for (var i = 0; i < 1000; i++)
        {
            session.SetMailFrom($"x@m{i}.example.com");
        }

        Assert.InRange(held.Outstanding, 0, 1);
        session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
        session.EndOfHeaders();
        var pending = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        Assert.Equal(SpfResultCode.Pass, (await pending).Spf?.Code);
    }

    [Fact]
    public async Task The_same_HELO_again_as_after_STARTTLS_asks_nothing()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        await using var session = Begin(held, AuthenticationMethods.Spf);
        session.SetHelo("out.esp.example");
        var asked = held.AskedCount;
        session.SetHelo("out.esp.example");
        Assert.Equal(asked, held.AskedCount);
    }

    [Fact]
    public async Task The_last_HELO_counts()
    {
        await using var session = Begin(new ZoneResolver(TypicalMessage.Zone()), AuthenticationMethods.Spf);
        session.SetHelo("nobody.example");
        session.SetHelo("out.esp.example");
        session.EndOfHeaders();
        var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SpfResultCode.Pass, outcome.SpfHelo?.Code);
    }

    [Fact]
    public async Task Reset_while_a_message_is_being_completed_is_refused_as_its_header_is_still_read()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        await using var session = Begin(held, AuthenticationMethods.All);
        Feed(session);
        var pending = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.Throws<InvalidOperationException>(session.Reset);
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        Assert.NotNull((await pending).Dmarc);
        session.Reset();
    }

    [Fact]
    public async Task Disposing_while_a_message_is_being_completed_ends_its_lookups()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        var session = Begin(held, AuthenticationMethods.All);
        Feed(session);
        var pending = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
        await session.DisposeAsync();
        await session.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Equal(0, held.Outstanding);
        Assert.Throws<ObjectDisposedException>(session.Reset);
    }

    // What a query that was cut short would have said is not known: a verdict without it would be made up.
    [Fact]
    public async Task Disposing_after_any_answers_in_any_order_gives_no_outcome()
    {
        var cut = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
            var session = Begin(held, AuthenticationMethods.All);
            session.SetHelo(TypicalMessage.Envelope.Helo!);
            Feed(session);
            var pending = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
            for (var answers = random.Next(16); answers > 0 && held.Waiting > 1; answers--)
            {
                held.AnswerOne(random.Next(held.Waiting));
            }

            // What still waits may have been asked ahead for nothing.
            var isCut = !pending.IsCompleted;
            await session.DisposeAsync();
            Assert.True(held.Outstanding == 0, $"seed {seed}: {held.Outstanding} queries outlive the session");
            if (isCut)
            {
                cut++;
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
            }
        }

        Assert.InRange(cut, 200, 300);
    }

    [Fact]
    public async Task An_abandoned_message_leaves_nothing_behind_for_the_next_one()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        await using var session = Begin(held, AuthenticationMethods.All & ~AuthenticationMethods.Iprev);
        for (var i = 0; i < 50; i++)
        {
            Feed(session);
            session.Reset();
            Assert.Equal(0, held.Outstanding);
        }

        Feed(session);
        var pending = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        Assert.All((await pending).Dkim!.Signatures, signature => Assert.Equal(EmailAuth.Signatures.SignatureResultCode.Pass, signature.Code));
    }

    [Fact]
    public async Task A_session_ends_after_every_message_that_was_given_up_while_a_deaf_server_was_silent()
    {
        var deaf = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()), isDeaf: true);
        var session = Begin(deaf, AuthenticationMethods.Spf);
        for (var i = 0; i < 500; i++)
        {
            session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
            session.Reset();
        }

        Assert.Equal(500, deaf.Outstanding);
        var end = session.DisposeAsync().AsTask();
        for (var left = 500; left > 0; left--)
        {
            Assert.False(end.IsCompleted);
            deaf.AnswerOne(deaf.Waiting / 2);
        }

        await end;
        Assert.Equal(0, deaf.Outstanding);
    }

    // Pooled memory of one message must never be another's: honest, forged and abandoned messages on all cores, answers from other threads.
    [Fact]
    public async Task Messages_on_many_threads_keep_apart()
    {
        var pipeline = new AuthenticationPipeline(ScriptedResolver.Yielding(new ZoneResolver(TypicalMessage.Zone())), TypicalMessage.Options);
        var forged = TypicalMessage.TwoSignatures.ToArray();
        forged[^3] ^= 1;
        byte[] doubled = [.. "From: x@evil.example\r\n"u8, .. TypicalMessage.TwoSignatures];
        byte[][] messages = [TypicalMessage.TwoSignatures, forged, doubled];
        var expected = new string[messages.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            expected[i] = JsonOf(await pipeline.AuthenticateAsync(TypicalMessage.Envelope, messages[i], TestContext.Current.CancellationToken));
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, 1500), options, async (number, cancellationToken) =>
        {
            var kind = number % messages.Length;
            switch (number % 5)
            {
                case 0:
                    using (var stream = new MemoryStream(messages[kind]))
                    {
                        Assert.Equal(expected[kind], JsonOf(await pipeline.AuthenticateAsync(TypicalMessage.Envelope, stream, cancellationToken)));
                    }

                    break;
                case 1:
                    using (var cancel = new CancellationTokenSource())
                    {
                        var pending = pipeline.AuthenticateAsync(TypicalMessage.Envelope, messages[kind], cancel.Token).AsTask();
                        await cancel.CancelAsync();
                        await ((Task)pending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    }

                    break;
                case 2:
                    await using (var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo))
                    {
                        Feed(session);
                        session.Reset();
                        Feed(session);
                        Assert.Equal(expected[0], JsonOf(await session.CompleteAsync(cancellationToken)));
                    }

                    break;
                default:
                    Assert.Equal(expected[kind], JsonOf(await pipeline.AuthenticateAsync(TypicalMessage.Envelope, messages[kind], cancellationToken)));
                    break;
            }
        });
    }

    private static string JsonOf(AuthenticationOutcome outcome) => outcome.ToJsonWithoutTimes();

    private static AuthenticationSession Begin(IDnsResolver resolver, AuthenticationMethods methods) =>
        new AuthenticationPipeline(resolver, TypicalMessage.Options with { Methods = methods }).BeginSession(TypicalMessage.Envelope.ClientAddress);

    private static void Feed(AuthenticationSession session)
    {
        session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
        var header = HeaderBlock.Parse(TypicalMessage.TwoSignatures);
        for (var i = 0; i < header.Count; i++)
        {
            session.AddHeaderField(header[i].Name, header[i].Value);
        }

        session.EndOfHeaders();
        session.AppendBody(TypicalMessage.TwoSignatures.AsSpan(header.BodyOffset));
    }
}
