using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Every action of an exception with every disposition, matching or not or expired, in each mode of local policy.</summary>
public class ExceptionsTruthTableTests
{
    private static readonly Zone World = new Zone()
        .Add("_dmarc.reject.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("_dmarc.quarantine.example", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine")
        .Add("_dmarc.none.example", ZoneEntryKind.Txt, "v=DMARC1; p=none")
        .Add("_dmarc.pass.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("pass.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/24 -all")
        .Add("_dmarc.slow.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("slow.example", ZoneEntryKind.ServFail);

    private static readonly DispositionAction[] Modes = [DispositionAction.Reject, DispositionAction.Quarantine, DispositionAction.Accept];

    // The domain, what DMARC finds, and what is done without an exception in the modes that may reject, quarantine at most, only annotate.
    private static readonly (string Domain, DmarcResultCode Code, DispositionAction[] Actions)[] Cases =
    [
        ("reject.example", DmarcResultCode.Fail, [DispositionAction.Reject, DispositionAction.Quarantine, DispositionAction.Accept]),
        ("quarantine.example", DmarcResultCode.Fail, [DispositionAction.Quarantine, DispositionAction.Quarantine, DispositionAction.Accept]),
        ("none.example", DmarcResultCode.Fail, [DispositionAction.Accept, DispositionAction.Accept, DispositionAction.Accept]),
        ("pass.example", DmarcResultCode.Pass, [DispositionAction.Accept, DispositionAction.Accept, DispositionAction.Accept]),
        ("slow.example", DmarcResultCode.TempError, [DispositionAction.TempFail, DispositionAction.TempFail, DispositionAction.Accept]),
        ("unknown.example", DmarcResultCode.None, [DispositionAction.Accept, DispositionAction.Accept, DispositionAction.Accept]),
    ];

    [Theory]
    [InlineData("accept")]
    [InlineData("at-most-quarantine")]
    [InlineData("reject")]
    [InlineData("skip dmarc")]
    [InlineData("skip spf")]
    public async Task An_exception_decides_where_it_matches_and_nowhere_else(string action)
    {
        foreach (var (domain, code, actions) in Cases)
        {
            foreach (var (who, until, matches) in ((string, string, bool)[])
                [
                    (domain, "", true), ("." + domain, "until 2026-11-29", true), ("192.0.2.0/24", "", true), ($"{domain}@192.0.2.0/24", "", true),
                    ("sub." + domain, "", false), (domain, "until 2026-11-28", false), ("198.51.100.0/24", "", false), ($"{domain}@198.51.100.0/24", "", false),
                ])
            {
                for (var mode = 0; mode < Modes.Length; mode++)
                {
                    var outcome = await JudgeAsync(domain, $"{who} {action} {until} # why", Modes[mode]);
                    var without = actions[mode];
                    var expected = !matches ? without : action switch
                    {
                        "accept" or "skip dmarc" => DispositionAction.Accept,
                        "at-most-quarantine" => without is DispositionAction.Reject or DispositionAction.TempFail ? DispositionAction.Quarantine : without,
                        "reject" => Modes[mode],
                        _ => domain is "pass.example" or "slow.example" ? Modes[mode] : without, // without SPF these fail
                    };
                    var at = $"{who} {action} {until} in mode {Modes[mode]}: {outcome.Disposition.Action} {outcome.Disposition.Reason}";
                    Assert.True(expected == outcome.Disposition.Action, at);

                    // The result of DMARC is what it is.
                    var isSkipped = matches && action.StartsWith("skip", StringComparison.Ordinal);
                    Assert.True(isSkipped || outcome.Dmarc!.Code == code, at);
                    Assert.True(!isSkipped || (action == "skip dmarc" ? outcome.Dmarc is null : outcome.Spf is null), at);

                    // What changed something is named, and reports have the reason.
                    var changes = isSkipped || expected != without;
                    Assert.True(changes == (outcome.Exceptions is [{ Line: 1, Why: "why" }]), at);
                    Assert.True(changes == outcome.Header.Replace("\r\n", "", StringComparison.Ordinal).Contains("exception 1)", StringComparison.Ordinal), at + outcome.Header);
                    if (changes && !isSkipped && outcome.Dmarc!.PublishedPolicy is not null)
                    {
                        Assert.Equal(("local_policy", true), (outcome.Dmarc.Override?.TypeKeyword, outcome.Dmarc.Override!.Comment!.Contains("line 1", StringComparison.Ordinal)));
                    }
                }
            }
        }
    }

    [Fact]
    public async Task A_refusal_by_an_exception_says_that_it_is_local_policy()
    {
        Assert.Equal("550 5.7.1 Not accepted: local policy refuses such mail", (await JudgeAsync("pass.example", "pass.example reject # why", DispositionAction.Reject)).Disposition.Reply?.ToString());
        Assert.Null((await JudgeAsync("reject.example", "reject.example accept # why", DispositionAction.Reject)).Disposition.Reply);
    }

    // RFC 8601 section 5: fields that forge our results may follow what was read.
    [Fact]
    public async Task An_exception_does_not_accept_a_header_past_the_limits()
    {
        var options = OptionsOf("192.0.2.0/24 accept # why", DispositionAction.Reject) with { MessageLimits = MessageLimits.Default with { MaxHeaderFields = 16 } };
        var message = string.Concat(Enumerable.Repeat("X: y\r\n", 20)) + "From: a@pass.example\r\n\r\n";

        var outcome = await new AuthenticationPipeline(new ZoneResolver(World), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "h", "a@pass.example"), Encoding.ASCII.GetBytes(message), TestContext.Current.CancellationToken);

        Assert.Equal((DispositionAction.Reject, "header_limit"), (outcome.Disposition.Action, outcome.Disposition.ReasonCode));
    }

    [Fact]
    public async Task Each_use_and_each_expired_line_is_logged_once()
    {
        var log = new ListLogger();
        using var factory = new LoggerFactory([new Provider(log)]);
        var options = OptionsOf("pass.example accept until 2026-11-28 # old\npass.example reject # spam", DispositionAction.Reject);
        var pipeline = new AuthenticationPipeline(new ZoneResolver(World), options, factory.CreateLogger<AuthenticationPipeline>());
        Assert.Contains(log.Entries, static entry => entry.Message.Contains("The exception in line 1 is not used since it expired (2026-11-28): old", StringComparison.Ordinal));

        for (var i = 0; i < 2; i++)
        {
            await pipeline.AuthenticateAsync(Envelope("pass.example"), Message("pass.example"), TestContext.Current.CancellationToken);
        }

        Assert.Single(log.Entries, static entry => entry.Message.Contains("expired", StringComparison.Ordinal));
        Assert.Equal(2, log.Entries.Count(static entry => entry.Message.Contains("Message of pass.example: exception in line 2: reject # spam", StringComparison.Ordinal)));
    }

    private static async Task<AuthenticationOutcome> JudgeAsync(string domain, string exceptions, DispositionAction mode) =>
        await new AuthenticationPipeline(new ZoneResolver(World), OptionsOf(exceptions, mode)).AuthenticateAsync(Envelope(domain), Message(domain), TestContext.Current.CancellationToken);

    private static AuthenticationOptions OptionsOf(string exceptions, DispositionAction mode) => new()
    {
        AuthservId = "mx.example.org",
        Methods = AuthenticationMethods.Spf | AuthenticationMethods.Dmarc,
        TimeProvider = new FakeTimeProvider(new DateTimeOffset(2026, 11, 29, 23, 59, 0, TimeSpan.Zero)),
        LocalPolicy = new LocalPolicy
        {
            MaximumAction = mode,
            Exceptions = PolicyExceptions.Parse(exceptions).Value!,
        },
    };

    private static SmtpEnvelope Envelope(string domain) => new(IPAddress.Parse("192.0.2.1"), "host.example", $"a@{domain}");

    private static byte[] Message(string domain) => Encoding.ASCII.GetBytes($"From: a@{domain}\r\n\r\nHi\r\n");

    private sealed class Provider(ListLogger log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log;

        public void Dispose()
        {
        }
    }
}
