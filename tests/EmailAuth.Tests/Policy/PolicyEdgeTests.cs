using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Spf;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Where rules of local policy end, through the pipeline.</summary>
public class PolicyEdgeTests
{
    private static readonly IPAddress Client = IPAddress.Parse("203.0.113.9");
    private static readonly SmtpEnvelope Spoofed = new(Client, "mail.other.example", "x@other.example");

    [Theory]
    [InlineData(DispositionAction.Accept, DispositionAction.Accept)]
    [InlineData(DispositionAction.Quarantine, DispositionAction.Quarantine)]
    [InlineData(DispositionAction.Reject, DispositionAction.Reject)]
    public async Task Nothing_stronger_is_done_than_the_operator_wants(DispositionAction strongest, DispositionAction expected)
    {
        var outcome = await JudgeAsync("p=reject", new LocalPolicy { MaximumAction = strongest });
        Assert.Equal((DmarcResultCode.Fail, expected), (outcome.Dmarc!.Code, outcome.Disposition.Action));
    }

    [Theory]
    [InlineData("p=reject; t=y", DispositionAction.Quarantine, DmarcPolicy.Quarantine)]
    [InlineData("p=quarantine; t=y", DispositionAction.Accept, DmarcPolicy.None)]
    public async Task Test_mode_is_an_override_of_its_own_kind(string tags, DispositionAction action, DmarcPolicy applied)
    {
        var outcome = await JudgeAsync(tags, LocalPolicy.Default);
        Assert.Equal((action, applied), (outcome.Disposition.Action, outcome.Dmarc!.AppliedDisposition));
        Assert.Equal(DmarcOverrideType.PolicyTestMode, outcome.Dmarc.Override!.Type);
    }

    [Fact]
    public async Task Of_several_authors_the_reply_is_that_of_the_strictest_policy()
    {
        var outcome = await JudgeAsync("p=reject", new LocalPolicy { ApplyStrictestAuthorPolicy = true }, "a@example.com, b@lenient.example");
        Assert.Equal(DispositionAction.Reject, outcome.Disposition.Action);
        Assert.StartsWith("550 5.6.0 ", outcome.Disposition.Reply?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_mail_from_the_helo_name_is_the_one_that_spf_speaks_of()
    {
        var zone = new Zone().Add("mail.other.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.9 -all");
        var pipeline = new AuthenticationPipeline(new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "mx.example.org" });
        await using var session = pipeline.BeginSession(Client, "mail.other.example");
        session.AddHeaderField("From"u8, " a@example.com"u8);
        session.EndOfHeaders();
        var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SpfResultCode.Pass, outcome.SpfHelo?.Code);
        Assert.Contains("spf=pass", outcome.HeaderValue, StringComparison.Ordinal);
        Assert.Contains("smtp.helo=mail.other.example", outcome.HeaderValue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<>")]
    [InlineData(null)]
    public async Task A_null_reverse_path_without_a_client_speaks_of_the_helo_name(string? mailFrom)
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(null, "mail.other.example", mailFrom), "From: a@example.com\r\n\r\nx\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("smtp.mailfrom", outcome.HeaderValue, StringComparison.Ordinal);
    }

    private static async Task<AuthenticationOutcome> JudgeAsync(string tags, LocalPolicy policy, string from = "a@example.com")
    {
        var zone = new Zone()
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; " + tags)
            .Add("_dmarc.lenient.example", ZoneEntryKind.Txt, "v=DMARC1; p=none");
        var pipeline = new AuthenticationPipeline(new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "mx.example.org", LocalPolicy = policy });
        var message = Encoding.ASCII.GetBytes($"From: {from}\r\nSubject: x\r\n\r\nbody\r\n");
        return await pipeline.AuthenticateAsync(Spoofed, message, TestContext.Current.CancellationToken);
    }
}
