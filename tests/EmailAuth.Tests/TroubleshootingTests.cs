using System.Net;
using System.Text;
using EmailAuth.Policy;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>Each text that the page on troubleshooting quotes is what a person really sees, and comes from what the page says.</summary>
public class TroubleshootingTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("src", "TROUBLESHOOTING.md"));

    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task Line_feeds_in_a_session_are_named_in_the_reason()
    {
        await using var session = Pipeline().BeginSession(Client, "mail.example.com");
        session.SetMailFrom("joe@example.com");
        session.AddHeaderField("DKIM-Signature"u8, " v=1; a=ed25519-sha256;\n d=football.example.com"u8);
        session.AddHeaderField("From"u8, " joe@football.example.com"u8);
        session.EndOfHeaders();
        var signature = Assert.Single((await session.CompleteAsync(TestContext.Current.CancellationToken)).Dkim!.Signatures);
        Assert.StartsWith(Quoted("the signature is malformed: the control character U+000A"), signature.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_message_with_line_feeds_needs_nothing()
    {
        var message = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(DkimSamples.Message("rfc8463-a3.eml")).ReplaceLineEndings("\n"));
        var outcome = await JudgeAsync(Pipeline(), Client, message);
        Assert.True(outcome.HasConvertedLineEnds);
        Assert.All(outcome.Dkim!.Signatures, signature => Assert.Equal("pass", signature.Code.ToString(), ignoreCase: true));
    }

    [Fact]
    public async Task Spf_without_a_client_says_so() => Assert.StartsWith(
        Quoted("no client address was given"), (await JudgeAsync(Pipeline(), null, DkimSamples.Message("rfc8463-a3.eml"))).Spf!.Reason, StringComparison.Ordinal);

    [Fact]
    public async Task Spf_without_a_record_says_so()
    {
        var outcome = await Pipeline().AuthenticateAsync(
            new SmtpEnvelope(Client, "mail.example.com", "joe@example.com"), DkimSamples.Message("rfc8463-a3.eml"), TestContext.Current.CancellationToken);
        Assert.StartsWith(Quoted("example.com has no SPF record"), outcome.Spf!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hungry", "thirsty", "the body hash differs: the body was changed, the signed header was not")]
    [InlineData("Is dinner ready?", "Was dinner ready?", "the header signature differs: a signed field was changed")]
    public async Task A_change_after_signing_is_told_by_what_was_changed(string from, string to, string reason)
    {
        var text = Encoding.ASCII.GetString(DkimSamples.Message("rfc8463-a3.eml"));
        Assert.Contains(from, text, StringComparison.Ordinal);
        var outcome = await JudgeAsync(Pipeline(), Client, Encoding.ASCII.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
        Assert.All(outcome.Dkim!.Signatures, signature => Assert.StartsWith(Quoted(reason), signature.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fail_is_accepted_where_the_owner_asks_for_nothing()
    {
        var outcome = await JudgeAsync(Pipeline(new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none")), Client, "From: joe@example.com\r\n\r\n"u8.ToArray());
        Assert.Equal(DispositionAction.Accept, outcome.Disposition.Action);
        Assert.Contains(Quoted("whose domain owner asks for nothing"), outcome.Disposition.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fail_is_accepted_where_local_policy_says_so_and_the_field_shows_it()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        var outcome = await JudgeAsync(Pipeline(zone, new LocalPolicy { OnReject = DispositionAction.Accept }), Client, "From: joe@example.com\r\n\r\n"u8.ToArray());
        Assert.Equal(DispositionAction.Accept, outcome.Disposition.Action);
        Assert.Contains($"dmarc=fail ({Quoted("p=reject")} {Quoted("dis=none")})", outcome.Header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fail_is_accepted_one_level_lower_where_the_owner_is_testing()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine; t=y");
        var outcome = await JudgeAsync(Pipeline(zone), Client, "From: joe@example.com\r\n\r\n"u8.ToArray());
        Assert.Equal(DispositionAction.Accept, outcome.Disposition.Action);
    }

    // The milter's own tests see it written.
    [Fact]
    public void The_milters_log_line_is_worded_as_on_the_page() => Assert.Contains(
        Quoted("not judged: it is in UncheckedClients"), File.ReadAllText(Repository.PathOf("src", "EmailAuth.Milter", "MilterEvents.cs")), StringComparison.Ordinal);

    private static string Quoted(string text)
    {
        Assert.Contains(text, Page, StringComparison.Ordinal);
        return text;
    }

    private static AuthenticationPipeline Pipeline(Zone? zone = null, LocalPolicy? policy = null) => new(
        new ZoneResolver(zone ?? Zone.Load(Repository.PathOf("testdata", "zones", "rfc8463.json")).Value!),
        new AuthenticationOptions { AuthservId = "mx.example.org", LocalPolicy = policy ?? new LocalPolicy() });

    private static async Task<AuthenticationOutcome> JudgeAsync(AuthenticationPipeline pipeline, IPAddress? client, byte[] message) =>
        await pipeline.AuthenticateAsync(new SmtpEnvelope(client, "mail.example.com", "joe@football.example.com"), message, TestContext.Current.CancellationToken);
}
