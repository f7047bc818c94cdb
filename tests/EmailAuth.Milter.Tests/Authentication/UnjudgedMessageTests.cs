using System.Net;
using System.Text;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Tests.TestSupport;
using EmailAuth.Policy;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Tests.Authentication;

/// <summary>What the operator's settings do with mail that a sender made impossible to judge, and what the field of mail that is taken says.</summary>
public sealed class UnjudgedMessageTests
{
    private static readonly Zone World = new Zone()
        .Add("attacker.net", ZoneEntryKind.Txt, "v=spf1 +all")
        .Add("_dmarc.victim.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("lame.victim.com", ZoneEntryKind.ServFail)
        .Add("_dmarc.lame.victim.com", ZoneEntryKind.ServFail)
        .Add("k._domainkey.lame.victim.com", ZoneEntryKind.ServFail)
        .Add("_dmarc.careful.com", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine")
        .Add("_dmarc.lame.open.com", ZoneEntryKind.ServFail);

    private static readonly (string, string)[] LameSignature =
        [("DKIM-Signature", " v=1; a=rsa-sha256; d=lame.victim.com; s=k; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA"), ("From", " ceo@victim.com")];

    public static TheoryData<string, (string Name, string Value)[], string, string> Doors => new()
    {
        { "two From fields", [("From", " x@attacker.net"), ("From", " ceo@victim.com")], "x@attacker.net", "550 5.6.0 Not accepted: the message has more than one From field, and the DMARC policy of victim.com asks to reject such mail" },
        { "several author domains", [("From", " ceo@victim.com, x@attacker.net")], "x@attacker.net", "550 5.6.0 Not accepted: the From field names more than one domain, and the DMARC policy of victim.com asks to reject such mail" },
        { "trailing junk", [("From", " CEO <ceo@victim.com> x")], "x@attacker.net", "550 5.6.0 Not accepted: the From field is malformed" },
        { "no From", [("Sender", " ceo@victim.com")], "x@attacker.net", "550 5.6.0 Not accepted: the message has no From field" },
        { "a From field that is too long", [("From", " " + new string('x', 20_000) + " <ceo@victim.com>")], "x@attacker.net", "550 5.6.0 Not accepted: the From field " },
        { "MAIL FROM below the author domain", [("From", " ceo@victim.com")], "x@lame.victim.com", "451 4.4.3 Not accepted now: a DNS query failed, and it is not known whether the message fails the DMARC policy of victim.com" },
        { "d= below the author domain", LameSignature, "x@attacker.net", "451 4.4.3 Not accepted now: a DNS query failed, and it is not known whether the message fails the DMARC policy of victim.com" },
        { "From below a domain that enforces", [("From", " ceo@lame.victim.com")], "x@attacker.net", "451 4.4.3 Not accepted now: a DNS query failed, and it is not known whether the message fails the DMARC policy of victim.com" },
    };

    [Theory]
    [MemberData(nameof(Doors))]
    internal async Task A_sender_cannot_bypass_a_rejecting_milter(string why, (string Name, string Value)[] fields, string mailFrom, string reply)
    {
        var verdict = await JudgeAsync(MilterOptions.For("mx.example.org").Acting(p => p with { OnReject = DispositionAction.Reject }), fields, mailFrom);

        Assert.True(verdict.Decision == (reply[0] == '5' ? MilterDecision.Reject : MilterDecision.TemporaryFailure), why);
        Assert.StartsWith(reply, verdict.Reply?.ToString(), StringComparison.Ordinal);

        // One that only writes down takes the same message, and claims nothing else.
        verdict = await JudgeAsync(MilterOptions.For("mx.example.org"), fields, mailFrom);
        Assert.Equal((MilterDecision.Accept, null), (verdict.Decision, verdict.Reply?.ToString()));
        Assert.DoesNotContain("dis=reject", verdict.Insertions[0].Value, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, string, string, string, string> Settings => new()
    {
        // From, OnReject, OnQuarantine, OnUnusableAuthor, OnUndecided, OnTemporaryError
        { "ceo@victim.com", "Accept", "Accept", "", "", "Accept dis=none", nameof(MilterDecision.Accept) },
        { "ceo@victim.com", "Quarantine", "Accept", "", "", "Accept dis=quarantine", nameof(MilterDecision.Quarantine) },
        { "ceo@victim.com", "TempFail", "Accept", "", "", "Accept dis=none", nameof(MilterDecision.TemporaryFailure) },
        { "a@careful.com", "Reject", "Accept", "", "", "Accept dis=none", nameof(MilterDecision.Accept) },
        { "a@careful.com", "Accept", "Quarantine", "", "", "Accept dis=quarantine", nameof(MilterDecision.Quarantine) },
        { "a@careful.com", "Accept", "Reject", "", "", "Accept dis=reject", nameof(MilterDecision.Reject) },
        { "", "Reject", "Accept", "Accept", "", "Accept", nameof(MilterDecision.Accept) },
        { "", "Reject", "Accept", "Quarantine", "", "Accept", nameof(MilterDecision.Quarantine) },
        { "", "Accept", "Accept", "Reject", "", "Accept", nameof(MilterDecision.Reject) },
        { "", "Quarantine", "Accept", "", "", "Accept", nameof(MilterDecision.Quarantine) }, // the stronger of the two
        { "", "Accept", "Quarantine", "", "", "Accept", nameof(MilterDecision.Quarantine) },
        { "", "Quarantine", "TempFail", "", "", "Accept", nameof(MilterDecision.TemporaryFailure) },
        { "ceo@victim.com, x@attacker.net", "Reject", "Accept", "Accept", "", "Accept", nameof(MilterDecision.Reject) }, // the strictest policy first
        { "ceo@lame.victim.com", "Accept", "Quarantine", "", "", "Accept", nameof(MilterDecision.TemporaryFailure) }, // either is acted on
        { "ceo@lame.victim.com", "Reject", "Accept", "", "Accept", "TempFail", nameof(MilterDecision.Accept) },
        { "ceo@lame.victim.com", "Accept", "Accept", "", "TempFail", "Accept", nameof(MilterDecision.TemporaryFailure) },
        { "ceo@lame.victim.com", "Accept", "Accept", "", "", "Accept", nameof(MilterDecision.Accept) },
        { "ceo@lame.victim.com", "Accept", "Accept", "", "", "TempFail", nameof(MilterDecision.TemporaryFailure) },
        { "a@lame.open.com", "Reject", "Reject", "", "", "Accept", nameof(MilterDecision.Accept) }, // nothing known enforces
        { "a@lame.open.com", "Reject", "Reject", "", "", "TempFail", nameof(MilterDecision.TemporaryFailure) },
        { "a@lame.open.com", "Accept", "Accept", "", "", "Quarantine", nameof(MilterDecision.Quarantine) },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    internal async Task Each_key_governs_its_case_and_the_field_says_what_is_done(
        string from, string onReject, string onQuarantine, string onUnusableAuthor, string onUndecided, string onTemporaryError, string expected)
    {
        var decision = Enum.Parse<MilterDecision>(expected);
        var last = onTemporaryError.Split(' ');
        var options = MilterOptions.For("mx.example.org").Acting(policy => policy with
        {
            OnReject = Action(onReject)!.Value,
            OnQuarantine = Action(onQuarantine)!.Value,
            OnUnusableAuthor = Action(onUnusableAuthor),
            OnUndecided = Action(onUndecided),
            OnTemporaryError = Action(last[0])!.Value,
        });
        var verdict = await JudgeAsync(options, from.Length == 0 ? [("Subject", " x")] : [("From", " " + from)], "x@attacker.net");

        Assert.Equal(decision, verdict.Decision);
        Assert.Equal(decision == MilterDecision.Reject ? 5 : decision == MilterDecision.TemporaryFailure ? 4 : null, verdict.Reply?.Code / 100);
        Assert.NotNull(verdict.Reason);
        Assert.Contains(last[^1] == last[0] ? "dmarc=" : last[1], verdict.Insertions[0].Value, StringComparison.Ordinal);
    }

    private static DispositionAction? Action(string name) => name.Length == 0 ? null : Enum.Parse<DispositionAction>(name);

    private static async Task<MessageAnswer> JudgeAsync(MilterOptions options, (string Name, string Value)[] fields, string mailFrom)
    {
        var authenticator = AuthenticatorFactory.Create(options, new ZoneResolver(World), new FakeTimeProvider());
        await using var authentication = authenticator.Begin(IPAddress.Parse("203.0.113.9"), "mail.attacker.net");
        authentication.SetMailFrom(mailFrom, isAuthenticated: false);
        foreach (var (name, value) in fields)
        {
            authentication.AddHeaderField(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(value));
        }

        authentication.EndOfHeaders();
        authentication.AppendBody("Hello\r\n"u8);
        return await authentication.CompleteAsync(TestContext.Current.CancellationToken);
    }
}
