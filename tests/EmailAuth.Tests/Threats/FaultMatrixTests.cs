using System.Text;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>Every fault at every query of a long verification: each check that depends on the answer ends as its RFC says, the others as ever.</summary>
public class FaultMatrixTests(ITestOutputHelper output)
{
    private static readonly Zone Zone = TypicalMessage.Zone()
        .Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, Dkim.TestSigner.Rsa2048.Record)
        .Add("s._domainkey.hop2.example", ZoneEntryKind.Txt, Dkim.TestSigner.Ed25519.Record);

    // After whatever time the seals were made at.
    private static readonly DateTimeOffset Later = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // What each question decides: nothing else may change. DMARC passes by either signature, so that one key is not enough to change it.
    private static readonly Dictionary<string, string[]> Dependents = new(StringComparer.Ordinal)
    {
        ["PTR 198.51.100.7"] = ["iprev"],
        ["A out.esp.example"] = ["spf helo", "iprev"],
        ["TXT out.esp.example"] = ["spf helo"],
        ["TXT news.example.com"] = ["spf"],
        ["TXT a.esp.example"] = ["spf"],
        ["TXT b.esp.example"] = ["spf"],
        ["TXT c.esp.example"] = ["spf"],
        ["TXT e._domainkey.example.com"] = ["dkim 0"],
        ["TXT s._domainkey.example.com"] = ["dkim 1"],
        ["TXT s._domainkey.hop1.example"] = ["arc"],
        ["TXT s._domainkey.hop2.example"] = ["arc"],
        ["TXT _dmarc.a.news.example.com"] = ["dmarc", "bimi"],
        ["TXT _dmarc.news.example.com"] = ["dmarc", "bimi"],
        ["TXT _dmarc.example.com"] = ["dmarc", "bimi"],
        ["TXT _dmarc.com"] = ["dmarc", "bimi"],
        ["TXT a.news.example.com"] = [],
        ["TXT default._bimi.a.news.example.com"] = ["bimi"],
        ["TXT default._bimi.example.com"] = ["bimi"],
    };

    [Fact]
    public async Task A_fault_at_any_query_changes_what_depends_on_it_and_nothing_else()
    {
        var message = await MessageAsync();
        var unharmed = Faults.At(new ZoneResolver(Zone), 0, Fault.Fails);
        var expected = ResultsOf(await RunAsync(unharmed, message, hangs: false));
        Assert.All(expected, result => Assert.Equal("pass", result.Value));
        var unobserved = 0;
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved += e.Exception.InnerException is Faults.FaultException ? 1 : 0;
        TaskScheduler.UnobservedTaskException += Note;
        var cells = 0;
        foreach (var fault in Enum.GetValues<Fault>())
        {
            for (var position = 1; position <= unharmed.AskedCount; position++)
            {
                var resolver = Faults.At(new ZoneResolver(Zone), position, fault);
                var outcome = await RunAsync(resolver, message, fault.Hangs());
                Check(fault, resolver.QuestionAt(position)!, resolver.Outstanding, expected, outcome);
                cells++;
            }
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= Note;
        Assert.Equal(0, unobserved);
        output.WriteLine($"{unharmed.AskedCount} positions x {Enum.GetValues<Fault>().Length} faults = {cells} cells");
    }

    // What was decided is what replays: also what a resolver threw, a silence that only a time limit ended, and limits that were reached.
    [Fact]
    public async Task Every_fault_at_any_query_replays_to_what_was_decided()
    {
        var message = await MessageAsync();
        AuthenticationOptions[] limits =
        [
            TypicalMessage.Options,
            TypicalMessage.Options with
            {
                CheckTimeout = TimeSpan.FromSeconds(4),
                Spf = new EmailAuth.Spf.SpfOptions { TimeLimit = TimeSpan.FromSeconds(5) },
                Dkim = new EmailAuth.Dkim.DkimOptions { MaxSignatures = 1 },
                Iprev = new EmailAuth.Iprev.IprevOptions { MaxNames = 1 },
                Dmarc = new EmailAuth.Dmarc.DmarcOptions { MaxIdentifiers = 1 },
            },
        ];
        var cells = 0;
        foreach (var options in limits)
        {
            foreach (var fault in Enum.GetValues<Fault>())
            {
                for (var position = 1; ; position++)
                {
                    var faulty = Faults.At(new ZoneResolver(Zone), position, fault);
                    var recorder = new RecordingResolver(faulty);
                    var live = await RunAsync(recorder, message, fault.Hangs(), options);
                    if (faulty.QuestionAt(position) is not { } question)
                    {
                        break;
                    }

                    var zone = EmailAuth.Testing.Zone.Parse(recorder.ToZone().ToJson()).Value!;
                    var replayed = await RunAsync(new ZoneResolver(zone), message, hangs: false, options);
                    Assert.True(JsonOf(live) == JsonOf(replayed), $"{fault} at {question}:\n{JsonOf(live)}\n{JsonOf(replayed)}\n{zone.ToJson()}");
                    Assert.DoesNotContain("Exception", live.Header, StringComparison.Ordinal);
                    Assert.DoesNotContain("a secret of the resolver", live.ToJson(), StringComparison.Ordinal);
                    cells++;
                }
            }
        }

        Assert.InRange(cells, 300, 1000);
        output.WriteLine($"{cells} cells live and replayed: {limits.Length} sets of limits x {Enum.GetValues<Fault>().Length} faults x every position");
    }

    // One question, two checks, two clocks: each replays to what its own clock decided, whichever of them was over first.
    [Theory]
    [InlineData(3, 12)]
    [InlineData(12, 3)]
    public async Task An_answer_too_late_for_one_check_and_in_time_for_another_replays(int spfSeconds, int otherSeconds)
    {
        var message = await MessageAsync();
        var options = TypicalMessage.Options with
        {
            CheckTimeout = TimeSpan.FromSeconds(otherSeconds),
            LookupTimeout = TimeSpan.FromSeconds(20),
            Spf = new EmailAuth.Spf.SpfOptions { TimeLimit = TimeSpan.FromSeconds(spfSeconds) },
        };
        var cells = 0;
        var apart = 0;
        foreach (var slow in Dependents.Keys)
        {
            var time = new FakeTimeProvider(Later);
            var zone = new ZoneResolver(Zone);
            var resolver = new ScriptedResolver(zone)
            {
                Script = (_, question, _) => ScriptedResolver.Text(question) != slow ? null : async () =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(7), time, CancellationToken.None);
                    return await zone.QueryAsync(question, CancellationToken.None);
                },
            };
            var recorder = new RecordingResolver(resolver);
            var pending = new AuthenticationPipeline(recorder, options with { TimeProvider = time })
                .AuthenticateAsync(TypicalMessage.Envelope, message, TestContext.Current.CancellationToken).AsTask();
            await EndAsync(pending, time);
            var json = recorder.ToZone().ToJson();
            apart += json.Contains("\"check\"", StringComparison.Ordinal) ? 1 : 0;
            var replayed = await RunAsync(new ZoneResolver(EmailAuth.Testing.Zone.Parse(json).Value!), message, hangs: false, options);
            Assert.True(JsonOf(await pending) == JsonOf(replayed), $"{slow}:\n{JsonOf(await pending)}\n{JsonOf(replayed)}\n{json}");
            cells++;
        }

        // The client's name is what SPF and iprev both ask for.
        Assert.InRange(apart, 1, 3);
        output.WriteLine($"{cells} questions answered after 7 s, SPF having {spfSeconds} s and the others {otherSeconds} s: {apart} of them decided apart");
    }

    // A caller that cancels gets no outcome; what was answered by then replays.
    [Fact]
    public async Task A_cancelled_message_decides_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var recorder = new RecordingResolver(ScriptedResolver.Held(new ZoneResolver(Zone)));
        var pending = new AuthenticationPipeline(recorder, TypicalMessage.Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
        Assert.Empty(recorder.ToZone().Names);
    }

    [Theory]
    [InlineData(Fault.Hangs)]
    [InlineData(Fault.HangsForGood)]
    [InlineData(Fault.AnswersAfterCancellation)]
    public async Task A_session_ends_while_any_query_hangs(Fault fault)
    {
        var message = await MessageAsync();
        for (var position = 1; position <= 18; position++)
        {
            var time = new FakeTimeProvider(Later);
            var resolver = Faults.At(new ZoneResolver(Zone), position, fault);
            var session = new AuthenticationPipeline(resolver, TypicalMessage.Options with { TimeProvider = time })
                .BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
            session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
            var header = HeaderBlock.Parse(message);
            for (var i = 0; i < header.Count; i++)
            {
                session.AddHeaderField(header[i].Name, header[i].Value);
            }

            session.EndOfHeaders();
            session.Reset();
            session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
            await EndAsync(session.DisposeAsync().AsTask(), time);
            Assert.Equal(0, resolver.Outstanding);
        }
    }

    private static void Check(Fault fault, string question, int outstanding, Dictionary<string, string> expected, AuthenticationOutcome outcome)
    {
        var where = $"{fault} at {question}";
        var dependents = Dependents[question];
        Assert.Equal(0, outstanding);
        foreach (var (check, result) in ResultsOf(outcome))
        {
            Assert.True(result == "pass" || ReasonOf(outcome, check) is { Length: > 0 }, $"{where}: {check}={result} has no reason");
            if (!dependents.Contains(check) || fault == Fault.AnswersLate)
            {
                Assert.True(result == expected[check], $"{where}: {check}={result}");
            }
            else if (fault != Fault.AnswersForAnotherName)
            {
                Assert.True(result == Failed(check, dependents), $"{where}: {check}={result}");
            }
        }
    }

    // BIMI is not for a message whose DMARC is not known (BIMI draft section 7.1); RFC 8617 section 5.2 knows no temperror.
    private static string Failed(string check, string[] dependents) => check switch
    {
        "bimi" when dependents.Contains("dmarc") => "skipped",
        "arc" => "fail",
        _ => "temperror",
    };

    private static string? ReasonOf(AuthenticationOutcome outcome, string check) => check switch
    {
        "spf" => outcome.Spf!.Reason,
        "spf helo" => outcome.SpfHelo!.Reason,
        "dkim 0" => outcome.Dkim!.Signatures[0].Reason,
        "dkim 1" => outcome.Dkim!.Signatures[1].Reason,
        "arc" => outcome.Arc!.Reason,
        "dmarc" => outcome.Dmarc!.Reason,
        "bimi" => outcome.Bimi!.Reason,
        _ => outcome.Iprev!.Reason,
    };

    private static Dictionary<string, string> ResultsOf(AuthenticationOutcome outcome) => new()
    {
        ["spf"] = outcome.Spf!.ToMethodResult().Result,
        ["spf helo"] = outcome.SpfHelo!.ToMethodResult().Result,
        ["dkim 0"] = outcome.Dkim!.ToMethodResults().First().Result,
        ["dkim 1"] = outcome.Dkim!.ToMethodResults().ElementAt(1).Result,
        ["arc"] = outcome.Arc!.ToMethodResult().Result,
        ["dmarc"] = outcome.Dmarc!.ToMethodResult().Result,
        ["bimi"] = outcome.Bimi!.ToMethodResult().Result,
        ["iprev"] = outcome.Iprev!.ToMethodResult().Result,
    };

    private static async Task<byte[]> MessageAsync()
    {
        var message = await ArcSamples.Pass(Encoding.Latin1.GetString(TypicalMessage.TwoSignatures), 1);
        return Encoding.Latin1.GetBytes(await ArcSamples.Pass(message, 2));
    }

    private static string JsonOf(AuthenticationOutcome outcome) => outcome.ToJsonWithoutTimes();

    // A session, fed as in SMTP, one second at a time once it waits.
    private static async Task<AuthenticationOutcome> RunAsync(IDnsResolver resolver, byte[] message, bool hangs, AuthenticationOptions? options = null)
    {
        var time = new FakeTimeProvider(Later);
        var pipeline = new AuthenticationPipeline(resolver, (options ?? TypicalMessage.Options) with { TimeProvider = time });
        var pending = pipeline.AuthenticateAsync(TypicalMessage.Envelope, message, TestContext.Current.CancellationToken).AsTask();
        if (hangs)
        {
            await EndAsync(pending, time);
        }

        // Whatever else a resolver does needs no time to go on: on a busy machine it would go faster than the answers.
        return await pending.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    // One second after the other while it waits; what nobody can end fails the test.
    private static async Task EndAsync(Task pending, FakeTimeProvider time)
    {
        for (var seconds = 0; !pending.IsCompleted && seconds < 120; seconds++)
        {
            for (var yields = 0; !pending.IsCompleted && yields < 20; yields++)
            {
                await Task.Yield();
            }

            time.Advance(TimeSpan.FromSeconds(1));
        }

        await pending.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
