using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using FsCheck;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>How often the pipeline waits for the DNS, and that nothing else depends on when or in which order answers come.</summary>
public class AuthenticationRoundsTests
{
    // A clock that stands still: on a busy machine no time limit takes the place of an answer that the test holds.
    private static readonly AuthenticationOptions Options = TypicalMessage.Options with { TimeProvider = new FakeTimeProvider(new DateTimeOffset(2026, 7, 6, 10, 0, 0, TimeSpan.Zero)) };

    private static readonly string Expected = JsonOf(Run(new ZoneResolver(TypicalMessage.Zone())));

    [Fact]
    public void The_typical_message_passes_everything()
    {
        var outcome = Run(new ZoneResolver(TypicalMessage.Zone()));
        Assert.Equal(SpfResultCode.Pass, outcome.Spf?.Code);
        Assert.Equal([SignatureResultCode.Pass, SignatureResultCode.Pass], outcome.Dkim!.Signatures.Select(s => s.Code));
        Assert.Equal((DmarcResultCode.Pass, "example.com"), (outcome.Dmarc!.Code, outcome.Dmarc.PolicyDomain?.ToString()));
        Assert.Equal((BimiResultCode.Pass, "example.com"), (outcome.Bimi!.Code, outcome.Bimi.Domain?.ToString()));
    }

    [Fact]
    public async Task One_shot_it_waits_for_at_most_three_rounds_of_answers()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        var pending = new AuthenticationPipeline(held, Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken).AsTask();
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        Assert.Equal(Expected, JsonOf(await pending));
        Assert.InRange(held.Rounds, 1, 3);
    }

    [Fact]
    public async Task BIMIs_question_is_asked_together_with_DMARCs_and_DMARC_waits_for_none_of_it()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        var pending = new AuthenticationPipeline(held, Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken).AsTask();
        var first = held.Asked;
        Assert.Contains("TXT _dmarc.example.com", first);
        Assert.Contains("TXT default._bimi.example.com", first);
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        await pending;
        Assert.InRange(held.Rounds, 1, 2);
    }

    // The exact form of "20 ms an answer: a verdict within 25 ms".
    [Fact]
    public async Task A_new_domain_of_a_known_provider_takes_one_round_with_BIMI_on()
    {
        var zone = TypicalMessage.Zone()
            .Add("_dmarc.a.news.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        var inner = new ZoneResolver(zone);
        var held = ScriptedResolver.Held(inner);
        held.Script = (_, question, token) =>
            question.Name.ToString().EndsWith("example.com", StringComparison.Ordinal) ? null : () => inner.QueryAsync(question, token);
        var pending = new AuthenticationPipeline(held, Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.OneSignature, TestContext.Current.CancellationToken).AsTask();
        Assert.Contains("TXT default._bimi.a.news.example.com", held.Asked);
        held.AnswerRound();
        Assert.Equal(0, held.Waiting);
        var outcome = await pending;
        Assert.Equal((DmarcResultCode.Pass, DmarcPolicy.Reject), (outcome.Dmarc!.Code, outcome.Dmarc.PublishedPolicy));
        Assert.Equal(BimiResultCode.Pass, outcome.Bimi!.Code);
    }

    [Fact]
    public async Task A_session_whose_body_comes_later_waits_for_nothing_after_its_last_byte()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        await using var session = new AuthenticationPipeline(held, Options)
            .BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
        session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
        var header = HeaderBlock.Parse(TypicalMessage.TwoSignatures);
        session.SetHeader(header);
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        var asked = held.AskedCount;
        session.AppendBody(TypicalMessage.TwoSignatures.AsSpan(header.BodyOffset));
        var pending = session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.True(pending.IsCompletedSuccessfully);
        Assert.Equal(Expected, JsonOf(await pending));
        Assert.Equal(asked, held.AskedCount);
    }

    [Fact]
    public async Task A_question_is_asked_once_however_many_checks_need_it()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        var envelope = new SmtpEnvelope(TypicalMessage.Envelope.ClientAddress, "news.example.com", "x@news.example.com");
        var pending = new AuthenticationPipeline(held, Options with { Methods = AuthenticationMethods.Spf })
            .AuthenticateAsync(envelope, TypicalMessage.OneSignature, TestContext.Current.CancellationToken).AsTask();
        while (held.Waiting > 0)
        {
            held.AnswerRound();
        }

        // HELO and MAIL FROM name the same domain: its record and the three it includes.
        Assert.Equal(4, held.AskedCount);
        Assert.Equal(4, (await pending).LookupCount);
    }

    [Property]
    public void Neither_the_order_of_answers_nor_the_cutting_of_the_body_changes_the_outcome(int seed)
    {
        var random = new System.Random(seed);
        var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
        var message = TypicalMessage.TwoSignatures;
        var session = new AuthenticationPipeline(held, Options)
            .BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
        AnswerSome();
        session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
        AnswerSome();
        var header = HeaderBlock.Parse(message);
        for (var i = 0; i < header.Count; i++)
        {
            session.AddHeaderField(header[i].Name, header[i].Value);
        }

        session.EndOfHeaders();
        for (var position = header.BodyOffset; position < message.Length;)
        {
            var length = System.Math.Min(random.Next(1, 3000), message.Length - position);
            session.AppendBody(message.AsSpan(position, length));
            position += length;
            AnswerSome();
        }

        var pending = session.CompleteAsync(TestContext.Current.CancellationToken).AsTask();
        while (held.Waiting > 0)
        {
            held.AnswerOne(random.Next(held.Waiting));
        }

        Assert.True(pending.IsCompletedSuccessfully, $"seed {seed}");
        Assert.Equal(Expected, JsonOf(pending.Result));
        Assert.Equal(0, held.Outstanding);

        void AnswerSome()
        {
            while (held.Waiting > 0 && random.Next(3) > 0)
            {
                held.AnswerOne(random.Next(held.Waiting));
            }
        }
    }

    [Fact]
    public async Task Cancelling_at_any_query_leaves_nothing_running()
    {
        for (var at = 1; ; at++)
        {
            using var cancel = new CancellationTokenSource();
            var cancelAt = at;
            var held = new ScriptedResolver(new ZoneResolver(TypicalMessage.Zone()))
            {
                IsHolding = true,
                OnQuery = number =>
                {
                    if (number == cancelAt)
                    {
                        cancel.Cancel();
                    }
                },
            };
            var pending = new AuthenticationPipeline(held, Options)
                .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, cancel.Token).AsTask();
            while (held.Waiting > 0 && !pending.IsCompleted)
            {
                held.AnswerRound();
            }

            if (held.AskedCount < at)
            {
                Assert.True(at > 10, "the message needs more lookups than that");
                break;
            }

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
            Assert.Equal(0, held.Outstanding);
        }
    }

    [Fact]
    public async Task Cancelling_after_any_number_of_answers_ends_the_message_without_another()
    {
        for (var answers = 0; ; answers++)
        {
            using var cancel = new CancellationTokenSource();
            var held = ScriptedResolver.Held(new ZoneResolver(TypicalMessage.Zone()));
            var pending = new AuthenticationPipeline(held, Options)
                .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, cancel.Token).AsTask();
            for (var left = answers; left > 0 && held.Waiting > 0; left--)
            {
                held.AnswerOne(0);
            }

            if (held.Waiting == 0)
            {
                Assert.True(answers > 10, "the message needs more lookups than that");
                break;
            }

            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
            Assert.Equal(0, held.Outstanding);
        }
    }

    private static AuthenticationOutcome Run(IDnsResolver resolver)
    {
        var pending = new AuthenticationPipeline(resolver, Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken);
        return pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("A zone in memory answers at once.");
    }

    // Times and the number of lookups made ahead may differ, nothing else.
    private static string JsonOf(AuthenticationOutcome outcome) => outcome.ToJsonWithoutTimes();
}
