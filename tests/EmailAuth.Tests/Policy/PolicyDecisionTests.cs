using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>What is done with a message under each policy, that the field says so, and what the reply of a refusal says.</summary>
public class PolicyDecisionTests
{
    private const DispositionAction Accept = DispositionAction.Accept;
    private const DispositionAction Quarantine = DispositionAction.Quarantine;
    private const DispositionAction Reject = DispositionAction.Reject;
    private const DispositionAction TempFail = DispositionAction.TempFail;

    private static readonly LocalPolicy Annotate = new() { OnReject = Accept, OnQuarantine = Accept };

    private static readonly Zone World = new Zone()
        .Add("attacker.net", ZoneEntryKind.Txt, "v=spf1 +all")
        .Add("_dmarc.attacker.net", ZoneEntryKind.Txt, "v=DMARC1; p=none")
        .Add("victim.com", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add("_dmarc.victim.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("sub.victim.com", ZoneEntryKind.A, "192.0.2.9")
        .Add("lame.victim.com", ZoneEntryKind.ServFail)
        .Add("_dmarc.lame.victim.com", ZoneEntryKind.ServFail)
        .Add("k._domainkey.lame.victim.com", ZoneEntryKind.ServFail)
        .Add("careful.com", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add("_dmarc.careful.com", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine")
        .Add("_dmarc.lame.careful.com", ZoneEntryKind.ServFail)
        .Add("_dmarc.trying.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; t=y")
        .Add("_dmarc.open.com", ZoneEntryKind.Txt, "v=DMARC1; p=none")
        .Add("_dmarc.lame.open.com", ZoneEntryKind.ServFail);

    // Where the message is taken, the field is there: it says what was applied, and an override says why that is not what was asked for.
    public static TheoryData<string, LocalPolicy, DispositionAction, string, string?> Failures => new()
    {
        { "victim.com", LocalPolicy.Default, Reject, "p=reject dis=reject", null },
        { "victim.com", Annotate, Accept, "p=reject dis=none", "local_policy" },
        { "victim.com", new() { OnReject = Quarantine }, Quarantine, "p=reject dis=quarantine", "local_policy" },
        { "victim.com", new() { OnReject = TempFail }, TempFail, "p=reject dis=none", "local_policy" },
        { "victim.com", new() { OnQuarantine = Accept }, Reject, "p=reject dis=reject", null },
        { "victim.com", new() { MaximumAction = Quarantine }, Quarantine, "p=reject dis=quarantine", "local_policy" },
        { "victim.com", new() { MaximumAction = Accept }, Accept, "p=reject dis=none", "local_policy" },
        { "victim.com", new() { MaximumAction = Accept, OnReject = TempFail }, TempFail, "p=reject dis=none", "local_policy" },
        { "careful.com", LocalPolicy.Default, Quarantine, "p=quarantine dis=quarantine", null },
        { "careful.com", Annotate, Accept, "p=quarantine dis=none", "local_policy" },
        { "careful.com", new() { OnQuarantine = Accept }, Accept, "p=quarantine dis=none", "local_policy" },
        { "careful.com", new() { OnQuarantine = Reject }, Reject, "p=quarantine dis=reject", "local_policy" },
        { "careful.com", new() { OnQuarantine = Reject, MaximumAction = Quarantine }, Quarantine, "p=quarantine dis=quarantine", null },
        { "careful.com", new() { OnReject = Accept }, Quarantine, "p=quarantine dis=quarantine", null },
        { "trying.com", LocalPolicy.Default, Quarantine, "p=reject dis=quarantine", "policy_test_mode" },
        { "trying.com", Annotate, Accept, "p=reject dis=none", "local_policy" },
        { "open.com", LocalPolicy.Default, Accept, "p=none dis=none", null },
        { "open.com", new() { OnReject = TempFail, OnQuarantine = Reject }, Accept, "p=none dis=none", null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task What_is_written_is_what_is_done(string author, LocalPolicy policy, DispositionAction action, string comment, string? departure)
    {
        var outcome = await RunAsync($"From: ceo@{author}\r\n", policy);

        Assert.Equal((DmarcResultCode.Fail, action), (outcome.Dmarc!.Code, outcome.Disposition.Action));
        var written = Assert.Single(outcome.Results, result => result.Method == "dmarc");
        Assert.Equal(comment, written.Comment);
        var applied = comment[(comment.IndexOf("dis=", StringComparison.Ordinal) + 4)..];
        Assert.Equal(applied, Assert.Single(written.Properties, p => p.Name == "applied-disposition").Value);
        Assert.Equal(departure, outcome.Dmarc.Override?.TypeKeyword);
        Assert.Equal(action is Reject or TempFail, outcome.Disposition.Reply is not null);
    }

    [Theory]
    [InlineData("sub.victim.com", Reject, "550 5.7.26 Not accepted: the DMARC policy of victim.com asks to reject mail that fails (RFC 9989)")]
    [InlineData("victim.com", TempFail, "451 4.7.26 Not accepted now: the DMARC policy of victim.com asks to reject mail that fails (RFC 9989); try again later")]
    public async Task The_reply_names_the_domain_whose_policy_it_is(string author, DispositionAction action, string reply)
    {
        var outcome = await RunAsync($"From: ceo@{author}\r\n", new LocalPolicy { OnReject = action });
        Assert.Equal(reply, outcome.Disposition.Reply?.ToString());
    }

    [Fact]
    public async Task A_stronger_action_than_asked_for_names_what_is_asked_for()
    {
        var outcome = await RunAsync("From: ceo@careful.com\r\n", new LocalPolicy { OnQuarantine = Reject });
        Assert.Equal("550 5.7.26 Not accepted: the DMARC policy of careful.com asks to quarantine mail that fails (RFC 9989)", outcome.Disposition.Reply?.ToString());
    }

    // Who sends it decides that it cannot be judged.
    public static TheoryData<string, string?, LocalPolicy, DispositionAction, string?> Undecided => new()
    {
        { "lame.victim.com", null, LocalPolicy.Default, TempFail, "policy of victim.com;" },
        { "lame.victim.com", null, new() { MaximumAction = Quarantine }, TempFail, "policy of victim.com;" },
        { "lame.victim.com", null, new() { OnReject = Accept }, TempFail, "policy of victim.com;" }, // quarantine is acted on
        { "lame.victim.com", null, new() { OnQuarantine = Accept }, TempFail, "policy of victim.com;" },
        { "lame.victim.com", null, Annotate, Accept, null },
        { "lame.victim.com", null, Annotate with { OnUndecided = TempFail }, TempFail, "policy of victim.com;" },
        { "lame.victim.com", null, Annotate with { OnTemporaryError = TempFail }, TempFail, "policy of victim.com;" },
        { "lame.victim.com", null, new() { OnUndecided = Accept }, Accept, null },
        { "lame.victim.com", null, new() { OnUndecided = Accept, OnTemporaryError = TempFail }, Accept, null },
        { "lame.careful.com", null, LocalPolicy.Default, TempFail, "policy of careful.com;" },
        { "lame.open.com", null, LocalPolicy.Default, Accept, null },
        { "lame.open.com", null, new() { OnTemporaryError = TempFail }, TempFail, "DMARC of lame.open.com could not be checked;" },
        { "victim.com", "lame.victim.com", LocalPolicy.Default, TempFail, "policy of victim.com;" }, // MAIL FROM below the author
        { "victim.com", "lame.victim.com", Annotate, Accept, null },
        { "victim.com", "lame.careful.com", LocalPolicy.Default, Reject, "policy of victim.com asks" }, // below another: a plain fail
    };

    [Theory]
    [MemberData(nameof(Undecided))]
    public async Task A_message_that_cannot_be_judged_is_refused_for_now_where_a_known_policy_is_enforced(
        string author, string? mailFrom, LocalPolicy policy, DispositionAction action, string? reply)
    {
        var outcome = await RunAsync($"From: ceo@{author}\r\n", policy, mailFrom is null ? null : "x@" + mailFrom);
        Assert.Equal(action, outcome.Disposition.Action);
        Assert.StartsWith(action == TempFail ? "451 4.4.3 " : action == Reject ? "550 5.7.26 " : "", outcome.Disposition.Reply?.ToString() ?? "", StringComparison.Ordinal);
        Assert.Contains(reply ?? "", outcome.Disposition.Reply?.ToString() ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("dis=reject", action == Reject ? "" : outcome.HeaderValue, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_whose_key_cannot_be_had_does_not_open_the_door()
    {
        const string Signature = "DKIM-Signature: v=1; a=rsa-sha256; d=lame.victim.com; s=k; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n";
        var outcome = await RunAsync(Signature + "From: ceo@victim.com\r\n", LocalPolicy.Default);
        Assert.Equal((DmarcResultCode.TempError, DmarcFailedQuery.Dkim, TempFail), (outcome.Dmarc!.Code, outcome.Dmarc.FailedQuery, outcome.Disposition.Action));
        Assert.StartsWith("451 4.4.3 ", outcome.Disposition.Reply?.ToString(), StringComparison.Ordinal);
    }

    // What a temporary error leads to is written down, too.
    [Theory]
    [InlineData(Quarantine, DmarcPolicy.Quarantine)]
    [InlineData(Reject, DmarcPolicy.Reject)]
    [InlineData(TempFail, DmarcPolicy.None)]
    [InlineData(Accept, DmarcPolicy.None)]
    public async Task A_temporary_error_is_handled_as_the_policy_says(DispositionAction action, DmarcPolicy applied)
    {
        var outcome = await RunAsync("From: ceo@lame.open.com\r\n", new LocalPolicy { OnTemporaryError = action });
        Assert.Equal((action, applied), (outcome.Disposition.Action, outcome.Dmarc!.AppliedDisposition));
        Assert.Equal(action == Reject ? "550 5.4.3 " : action == TempFail ? "451 4.4.3 " : null, outcome.Disposition.Reply?.ToString()[..10]);
    }

    private const string Several = "From: ceo@victim.com, x@attacker.net\r\n";

    public static TheoryData<string, LocalPolicy, DispositionAction, string?> Unusable => new()
    {
        { "From: x@attacker.net\r\nFrom: ceo@victim.com\r\n", LocalPolicy.Default, Reject, "550 5.6.0 Not accepted: the message has more than one From field (RFC 5322 section 3.6.2)" },
        { "From : x@attacker.net\r\nFrom: ceo@victim.com\r\n", LocalPolicy.Default, Reject, "550 5.6.0 Not accepted: the message has more than one From field (RFC 5322 section 3.6.2)" },
        { Several, LocalPolicy.Default, Reject, "550 5.6.0 Not accepted: the From field names more than one domain (RFC 5322 section 3.6.2)" },
        { "From: CEO <ceo@victim.com> x\r\n", LocalPolicy.Default, Reject, "550 5.6.0 Not accepted: the From field is malformed (RFC 5322 section 3.6.2)" },
        { "Sender: ceo@victim.com\r\n", LocalPolicy.Default, Reject, "550 5.6.0 Not accepted: the message has no From field (RFC 5322 section 3.6.2)" },
        { "From: none:;\r\n", LocalPolicy.Default, Reject, "550 5.6.0 Not accepted: the From field has no address (RFC 5322 section 3.6.2)" },
        { "From: ceo@[192.0.2.1]\r\n", LocalPolicy.Default, Reject, "550 5.6.0 Not accepted: the domain in the From field is not a domain name (RFC 5322 section 3.6.2)" },
        { "Subject: x\r\n", Annotate, Accept, null },
        { "Subject: x\r\n", new() { OnUnusableAuthor = Accept }, Accept, null },
        { "Subject: x\r\n", new() { OnUnusableAuthor = Quarantine }, Quarantine, null },
        { "Subject: x\r\n", new() { OnUnusableAuthor = TempFail }, TempFail, "451 4.6.0 Not accepted now: the message has no From field (RFC 5322 section 3.6.2); try again later" },
        { "Subject: x\r\n", new() { OnReject = Quarantine }, Quarantine, null }, // as OnReject
        { "Subject: x\r\n", Annotate with { OnUnusableAuthor = Reject }, Reject, "550 5.6.0 Not accepted: the message has no From field (RFC 5322 section 3.6.2)" },
        { "Subject: x\r\n", new() { MaximumAction = Quarantine }, Quarantine, null },
        { Several, new() { OnUnusableAuthor = Accept }, Accept, null },
        { Several, new() { OnUnusableAuthor = Accept, ApplyStrictestAuthorPolicy = true }, Reject, "550 5.6.0 Not accepted: the From field names more than one domain, and the DMARC policy of victim.com asks to reject such mail (RFC 5322 section 3.6.2)" },
        { "From: ceo@sub.victim.com\r\nFrom: x@attacker.net\r\n", new() { ApplyStrictestAuthorPolicy = true }, Reject, "550 5.6.0 Not accepted: the message has more than one From field, and the DMARC policy of victim.com asks to reject such mail (RFC 5322 section 3.6.2)" },
        { "From: a@careful.com, x@attacker.net\r\n", new() { OnUnusableAuthor = Accept, ApplyStrictestAuthorPolicy = true }, Quarantine, null },
        { "From: a@careful.com, x@attacker.net\r\n", new() { ApplyStrictestAuthorPolicy = true }, Reject, "550 5.6.0 Not accepted: the From field names more than one domain (RFC 5322 section 3.6.2)" }, // a weaker policy lowers nothing
        { "From: a@open.com, x@attacker.net\r\n", new() { OnUnusableAuthor = Accept, ApplyStrictestAuthorPolicy = true }, Accept, null },
        { "From: a@lame.victim.com, x@attacker.net\r\n", new() { OnUnusableAuthor = Accept, ApplyStrictestAuthorPolicy = true }, TempFail, "451 4.4.3 Not accepted now: a DNS query failed, and it is not known whether the message fails the DMARC policy of victim.com; try again later" },
        { "From: a@lame.victim.com, x@attacker.net\r\n", new() { ApplyStrictestAuthorPolicy = true }, Reject, "550 5.6.0 Not accepted: the From field names more than one domain (RFC 5322 section 3.6.2)" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public async Task A_From_that_cannot_be_judged_is_handled_as_the_policy_says_and_the_reply_names_the_defect(
        string fields, LocalPolicy policy, DispositionAction action, string? reply)
    {
        var outcome = await RunAsync(fields, policy);
        Assert.Equal((DmarcResultCode.PermError, action, reply), (outcome.Dmarc!.Code, outcome.Disposition.Action, outcome.Disposition.Reply?.ToString()));
        Assert.Equal(action == Reject ? DmarcPolicy.Reject : action == Quarantine ? DmarcPolicy.Quarantine : DmarcPolicy.None, outcome.Dmarc.AppliedDisposition);
    }

    [Theory]
    [InlineData("Subject: x\r\n")]
    [InlineData(Several)]
    [InlineData("From: ceo@victim.com\r\n")]
    [InlineData("From: ceo@lame.victim.com\r\n")]
    [InlineData("From: ceo@lame.open.com\r\n")]
    public async Task Our_own_clients_are_believed_whatever_the_checks_say(string fields)
    {
        var strict = new LocalPolicy { ApplyStrictestAuthorPolicy = true, OnTemporaryError = TempFail };
        Assert.NotEqual(Accept, (await RunAsync(fields, strict)).Disposition.Action);
        var outcomes = new[]
        {
            await RunAsync(fields, strict, isAuthenticated: true),
            await RunAsync(fields, strict with { OwnNetworks = [IPNetwork.Parse("203.0.113.0/24")] }),
        };
        Assert.All(outcomes, outcome => Assert.Equal((Accept, "local_policy"), (outcome.Disposition.Action, outcome.Dmarc!.Override?.TypeKeyword)));
    }

    // A reply is one line of SMTP, whatever the author domain is.
    [Theory]
    [InlineData("a_b.victim.com")]
    [InlineData("\u00fc.victim.com")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.victim.com")]
    public async Task A_reply_holds_plain_characters_and_fits_a_line(string author)
    {
        var outcome = await RunAsync($"From: ceo@{author}\r\n", LocalPolicy.Default);
        Assert.Equal(Reject, outcome.Disposition.Action);
        Assert.All(outcome.Disposition.Reply!.ToString(), c => Assert.True(c is >= ' ' and <= '~' and not '%'));
        Assert.InRange(outcome.Disposition.Reply!.ToString().Length, 1, 510);
    }

    [Theory]
    [InlineData(Quarantine)]
    [InlineData(Reject)]
    public void What_is_not_decided_is_never_refused_for_good(DispositionAction action) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalPolicy { OnUndecided = action });

    private static async Task<AuthenticationOutcome> RunAsync(string fields, LocalPolicy policy, string? mailFrom = null, bool isAuthenticated = false) =>
        await new AuthenticationPipeline(new ZoneResolver(World), TypicalMessage.Options with { LocalPolicy = policy }).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("203.0.113.9"), "mail.attacker.net", mailFrom ?? "x@attacker.net") { IsAuthenticatedSubmission = isAuthenticated },
            Encoding.UTF8.GetBytes(fields + "\r\nhi\r\n"),
            TestContext.Current.CancellationToken);
}
