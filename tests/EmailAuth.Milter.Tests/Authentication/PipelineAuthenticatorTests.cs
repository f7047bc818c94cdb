using System.Net;
using EmailAuth.Hosting;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Policy;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.Authentication;

public sealed class PipelineAuthenticatorTests
{
    private static readonly Zone World = new Zone()
        .Add("strict.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/24 -all")
        .Add("_dmarc.strict.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("quiet.example", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add("_dmarc.quiet.example", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine")
        .Add("slow.example", ZoneEntryKind.Timeout)
        .Add("_dmarc.slow.example", ZoneEntryKind.Timeout);

    [Fact]
    public async Task By_default_a_failure_is_only_written_into_the_field()
    {
        var verdict = await JudgeAsync("strict.example", "203.0.113.1");

        Assert.Equal(MilterDecision.Accept, verdict.Decision);
        Assert.Null(verdict.Reply?.ToString());
        Assert.Contains("dmarc=fail", Results(verdict), StringComparison.Ordinal);
        var insertion = Assert.Single(verdict.Insertions);
        Assert.Equal("Authentication-Results", insertion.Name);
        Assert.StartsWith("mx.example.org;", insertion.Value, StringComparison.Ordinal);
        Assert.False(insertion.Value.EndsWith('\n'));
    }

    [Theory]
    [InlineData("strict.example", "203.0.113.1", MilterDecision.Reject, "550 5.7.26 ")]
    [InlineData("strict.example", "192.0.2.7", MilterDecision.Accept, null)]
    [InlineData("quiet.example", "203.0.113.1", MilterDecision.Quarantine, "dmarc=fail")]
    [InlineData("slow.example", "203.0.113.1", MilterDecision.TemporaryFailure, "451 4.4.3 ")]
    [InlineData("unknown.example", "203.0.113.1", MilterDecision.Accept, null)]
    internal async Task The_policy_of_the_domain_is_applied_when_the_operator_says_so(
        string domain, string client, MilterDecision decision, string? text)
    {
        var verdict = await JudgeAsync(domain, client, o => o.Acting(policy => policy with
        {
            OnReject = DispositionAction.Reject,
            OnQuarantine = DispositionAction.Quarantine,
            OnTemporaryError = DispositionAction.TempFail,
        }));

        Assert.Equal(decision, verdict.Decision);
        Assert.StartsWith(text ?? string.Empty, verdict.Reply?.ToString() ?? verdict.Reason, StringComparison.Ordinal);
        Assert.Equal(decision is MilterDecision.Reject or MilterDecision.TemporaryFailure, verdict.Reply is not null);
    }

    // The words of a reply belong to its code: a 4yz in a rejection would be sent again for days.
    [Theory]
    [InlineData(DispositionAction.Reject, DispositionAction.Reject, "550 ")]
    [InlineData(DispositionAction.TempFail, DispositionAction.TempFail, "451 ")]
    [InlineData(DispositionAction.Quarantine, DispositionAction.Reject, "")]
    internal async Task A_reply_has_the_code_of_the_action_that_the_operator_chose(DispositionAction onReject, DispositionAction onQuarantine, string code)
    {
        Func<MilterOptions, MilterOptions> change = o => o.Acting(p => p with { OnReject = onReject, OnQuarantine = onQuarantine });

        Assert.StartsWith(code, (await JudgeAsync("strict.example", "203.0.113.1", change)).Reply?.ToString() ?? string.Empty, StringComparison.Ordinal);
        var quarantine = await JudgeAsync("quiet.example", "203.0.113.1", change);
        Assert.StartsWith(onQuarantine == DispositionAction.Reject ? "550 " : "451 ", quarantine.Reply?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forged_fields_are_named_with_their_places()
    {
        var verdict = await JudgeAsync("strict.example", "192.0.2.7", fields:
        [
            ("Authentication-Results", " other.example; none"), ("Authentication-Results", " mx.example.org; dkim=pass"),
            ("AUTHENTICATION-RESULTS", "\r\n MX.Example.ORG; spf=pass"), ("BIMI-Indicator", " x"),
        ]);

        Assert.Equal(
            [("AUTHENTICATION-RESULTS", 3), ("Authentication-Results", 2), ("BIMI-Indicator", 1)],
            verdict.Removals.Select(r => (r.Name, r.Occurrence)).OrderBy(r => r.Name, StringComparer.Ordinal));
    }

    // RFC 8601 section 5: who submits mail is no trusted MTA.
    [Fact]
    public async Task Forged_fields_go_from_a_submission_that_is_not_judged()
    {
        var asked = new RecordingResolver(new ZoneResolver(World));
        var authenticator = AuthenticatorFactory.Create(
            MilterOptions.For("mx.example.org").Acting(p => p with { OnReject = DispositionAction.Reject }), asked, new FakeTimeProvider());
        await using var authentication = authenticator.Begin(null, null);
        for (var message = 0; message < 2; message++)
        {
            authentication.SetSubmission();
            authentication.AddHeaderField("Authentication-Results"u8, " other.example; none"u8);
            authentication.AddHeaderField("Authentication-Results"u8, " mx.example.org; dmarc=pass header.from=bank.example"u8);
            authentication.AddHeaderField("ARC-Authentication-Results"u8, " i=1; mx.example.org; dmarc=pass header.from=bank.example"u8);
            authentication.AddHeaderField("BIMI-Indicator"u8, " x"u8);
            authentication.AddHeaderField("From"u8, " alice@strict.example"u8);
            authentication.EndOfHeaders();
            authentication.AppendBody("Hello\r\n"u8);
            var verdict = await authentication.CompleteAsync(TestContext.Current.CancellationToken);
            authentication.Reset();

            Assert.Equal((MilterDecision.Accept, null), (verdict.Decision, verdict.Reply?.ToString()));
            Assert.Equal(
                [("Authentication-Results", 2), ("ARC-Authentication-Results", 1), ("BIMI-Indicator", 1)],
                verdict.Removals.Select(r => (r.Name, r.Occurrence)));
            Assert.Empty(verdict.Insertions);
        }

        Assert.Empty(asked.ToZone().Names);

        // The next one is judged again.
        authentication.SetMailFrom("alice@strict.example", isAuthenticated: false);
        authentication.AddHeaderField("From"u8, " alice@strict.example"u8);
        authentication.EndOfHeaders();
        Assert.Equal(MilterDecision.Reject, (await authentication.CompleteAsync(TestContext.Current.CancellationToken)).Decision);
    }

    [Fact]
    public async Task Received_SPF_is_second()
    {
        var verdict = await JudgeAsync("strict.example", "192.0.2.7", o => o with { AddsReceivedSpf = true });

        Assert.Equal(["Authentication-Results", "Received-SPF"], verdict.Insertions.Select(i => i.Name));
        Assert.StartsWith("pass", verdict.Insertions[1].Value, StringComparison.Ordinal);
    }

    // RFC 7208 section 9.1 lets a reader trust the fields of its own domain. If our field is one of them, no field of a sender may be.
    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 0)]
    public async Task Arriving_Received_SPF_is_removed_when_ours_is_added(bool adds, int removed)
    {
        var verdict = await JudgeAsync("strict.example", "203.0.113.1", o => o with { AddsReceivedSpf = adds }, fields:
        [
            ("Received-SPF", " pass (mx.example.org: 203.0.113.1 is permitted) client-ip=203.0.113.1"),
            ("Received-spf", " pass"),
            ("X-Received-SPF", " pass"),
        ]);

        Assert.Equal(removed, verdict.Removals.Length);
        Assert.All(verdict.Removals, removal => Assert.Equal("received-spf", removal.Name, ignoreCase: true));
    }

    [Fact]
    public async Task The_second_field_of_results_follows_the_first()
    {
        var verdict = await JudgeAsync("strict.example", "192.0.2.7", o => o with { AddsReceivedSpf = true, Authentication = o.Authentication with { ExtendedResults = ExtendedResults.All } });

        Assert.Equal(["Authentication-Results", "Authentication-Results", "Received-SPF"], verdict.Insertions.Select(i => i.Name));
        Assert.DoesNotContain("policy.applied-disposition=", verdict.Insertions[0].Value, StringComparison.Ordinal);
        Assert.Contains("policy.applied-disposition=", verdict.Insertions[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authenticated_message_that_is_judged_is_never_refused()
    {
        var verdict = await JudgeAsync("strict.example", "203.0.113.1", o => o.Acting(p => p with { OnReject = DispositionAction.Reject }), isAuthenticated: true);

        Assert.Equal(MilterDecision.Accept, verdict.Decision);
    }

    [Fact]
    public async Task A_client_whose_address_is_not_known_is_judged_by_the_other_checks()
    {
        var verdict = await JudgeAsync("strict.example", null);

        Assert.Contains("dmarc=", Results(verdict), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_never_ends_takes_no_more_memory_than_the_limit_and_is_refused()
    {
        var authenticator = AuthenticatorFactory.Create(MilterOptions.For("mx.example.org"), new ZoneResolver(World), new FakeTimeProvider());
        await using var authentication = authenticator.Begin(IPAddress.Parse("192.0.2.7"), "mail.example.net");
        authentication.SetMailFrom("alice@strict.example", isAuthenticated: false);
        authentication.AddHeaderField("From"u8, " alice@strict.example"u8);
        var value = new byte[1_000];
        value.AsSpan().Fill((byte)'x');
        for (var i = 0; i < 2_000; i++)
        {
            authentication.AddHeaderField("X-Endless"u8, value);
        }

        // A collection in between may count what the thread had reserved; three times in a row it does not.
        var allocated = long.MaxValue;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 30_000; i++)
            {
                authentication.AddHeaderField("X-Endless"u8, value);
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
        authentication.EndOfHeaders();
        var verdict = await authentication.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Contains("spf=pass", Results(verdict), StringComparison.Ordinal);
        Assert.Contains("dkim=permerror", Results(verdict), StringComparison.Ordinal);

        // Also by one that only annotates: forged results may be beyond the limit, and no code has searched for them (RFC 8601 section 5).
        Assert.Equal(MilterDecision.Reject, verdict.Decision);
        Assert.StartsWith("552 5.3.4 ", verdict.Reply?.ToString(), StringComparison.Ordinal);
    }

    // Reports rest on it: to whom the message went, and what was really done. A message that is not judged is not theirs.
    [Fact]
    public async Task Observers_learn_the_recipients_and_what_was_done()
    {
        var channel = new ChannelObserver();
        var options = MilterOptions.For("mx.example.org").Acting(p => p with { OnReject = DispositionAction.Reject });
        var authenticator = AuthenticatorFactory.Create(options, new ZoneResolver(World), new FakeTimeProvider(), observers: [channel]);
        await using var authentication = authenticator.Begin(IPAddress.Parse("203.0.113.1"), "mail.example.net");
        foreach (var isSubmission in (bool[])[false, true])
        {
            if (isSubmission)
            {
                authentication.SetSubmission();
            }
            else
            {
                authentication.SetMailFrom("alice@strict.example", isAuthenticated: false);
            }

            authentication.AddRecipient("bob@example.org");
            authentication.AddRecipient("carol@example.org");
            authentication.AddHeaderField("From"u8, " alice@strict.example"u8);
            authentication.EndOfHeaders();
            var verdict = await authentication.CompleteAsync(TestContext.Current.CancellationToken);
            authentication.ReportApplied(verdict.Applied(MilterActions.AddHeaders));
            authentication.Reset();
        }

        Assert.True(channel.Reader.TryRead(out var message) && !channel.Reader.TryRead(out _));
        Assert.Equal(["bob@example.org", "carol@example.org"], message.Envelope.Recipients);
        Assert.Equal(("203.0.113.1", "mail.example.net", "alice@strict.example"), (message.Envelope.ClientAddress!.ToString(), message.Envelope.Helo, message.Envelope.MailFrom));
        Assert.Equal((DispositionAction.Reject, false), (message.Applied!.Action, message.Applied.IsAnnotated));
        Assert.Equal(message.Outcome.Disposition.Reply?.ToString(), message.Applied.SmtpReply);
    }

    private static string Results(MessageAnswer verdict) => string.Join(' ', verdict.Outcome!.Results.Select(r => $"{r.Method}={r.Result}"));

    private static async Task<MessageAnswer> JudgeAsync(
        string domain, string? client, Func<MilterOptions, MilterOptions>? change = null, bool isAuthenticated = false,
        params (string Name, string Value)[] fields)
    {
        var options = MilterOptions.For("mx.example.org");
        options = change?.Invoke(options) ?? options;
        var authenticator = AuthenticatorFactory.Create(options, new ZoneResolver(World), new FakeTimeProvider());
        await using var authentication = authenticator.Begin(client is null ? null : IPAddress.Parse(client), null);
        authentication.SetHelo("mail.example.net");
        authentication.SetMailFrom($"alice@{domain}", isAuthenticated);
        foreach (var (name, value) in fields)
        {
            authentication.AddHeaderField(System.Text.Encoding.ASCII.GetBytes(name), System.Text.Encoding.ASCII.GetBytes(value));
        }

        authentication.AddHeaderField("From"u8, System.Text.Encoding.ASCII.GetBytes($" alice@{domain}"));
        authentication.EndOfHeaders();
        authentication.AppendBody("Hello\r\n"u8);
        return await authentication.CompleteAsync(TestContext.Current.CancellationToken);
    }
}
