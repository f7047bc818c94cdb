using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>
/// A DNS failure at what would authenticate the author: the message does not fail, as nobody can say that it does; and nobody can bring
/// that about for another's domain.
/// </summary>
public class UndecidedIdentifierTests
{
    private const string Plain = "From: joe@example.com\r\nTo: a@b\r\nSubject: x\r\n\r\nhi\r\n";

    [Fact]
    public async Task A_key_that_cannot_be_asked_for_now_leaves_DMARC_undecided()
    {
        var outcome = await RunAsync(Zone().Add("s._domainkey.example.com", ZoneEntryKind.Timeout, string.Empty), Signed);
        Assert.Equal(DmarcResultCode.TempError, outcome.Dmarc?.Code);
        Assert.Equal("DKIM of example.com, which would align, ended in a temporary error (RFC 9989 section 5.3.5)", outcome.Dmarc?.Reason);
        Assert.Equal((DispositionAction.TempFail, "451"), (outcome.Disposition.Action, outcome.Disposition.Reply?.ToString()[..3]));
    }

    [Fact]
    public async Task An_SPF_record_that_cannot_be_asked_for_now_leaves_DMARC_undecided()
    {
        var zone = Zone().Add("bounce.example.com", ZoneEntryKind.ServFail, string.Empty);
        Assert.Equal(DmarcResultCode.TempError, (await RunAsync(zone, Bytes(Plain), mailFrom: "x@bounce.example.com")).Dmarc?.Code);
    }

    [Fact]
    public async Task One_identifier_that_aligns_is_enough_for_a_pass()
    {
        var zone = Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record).Add("bounce.example.com", ZoneEntryKind.ServFail, string.Empty);
        Assert.Equal(DmarcResultCode.Pass, (await RunAsync(zone, Signed, mailFrom: "x@bounce.example.com")).Dmarc?.Code);
    }

    [Fact]
    public async Task A_failure_at_an_identifier_that_would_not_align_changes_nothing()
    {
        var zone = Zone().Add("evil.example", ZoneEntryKind.Timeout, string.Empty);
        var outcome = await RunAsync(zone, Bytes(Plain), mailFrom: "x@evil.example");
        Assert.Equal((DmarcResultCode.Fail, DispositionAction.Reject), (outcome.Dmarc?.Code, outcome.Disposition.Action));
    }

    [Fact]
    public async Task Strict_alignment_leaves_nothing_undecided_at_a_subdomain()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; aspf=s").Add("bounce.example.com", ZoneEntryKind.ServFail, string.Empty);
        Assert.Equal(DmarcResultCode.Fail, (await RunAsync(zone, Bytes(Plain), mailFrom: "x@bounce.example.com")).Dmarc?.Code);
    }

    // The HELO name is the attacker's: it uses up the lookups, so that the key of the author's domain cannot be asked for.
    [Fact]
    public async Task Who_uses_up_the_messages_lookups_does_not_leave_DMARC_undecided()
    {
        var zone = Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        zone.Add("evil.example", ZoneEntryKind.Txt, "v=spf1 " + string.Join(' ', Enumerable.Range(0, 9).Select(i => $"mx:m{i}.evil.example")) + " -all");
        for (var i = 0; i < 90; i++)
        {
            zone.Add(
                EmailAuth.Syntax.DomainName.Parse($"m{i / 10}.evil.example").Value!,
                new ZoneRecord { Type = ZoneEntryKind.MX, Preference = (ushort)i, Data = $"h{i}.evil.example" });
            zone.Add($"h{i}.evil.example", ZoneEntryKind.A, $"203.0.113.{i}");
        }

        var forged = Encoding.Latin1.GetString(Signed).Replace("hi", "ho", StringComparison.Ordinal);
        var outcome = await RunAsync(zone, Bytes(forged), helo: "evil.example");
        Assert.Equal((DmarcResultCode.Fail, DispositionAction.Reject), (outcome.Dmarc?.Code, outcome.Disposition.Action));
    }

    [Fact]
    public async Task Local_policy_that_enforces_nothing_or_trusts_the_client_accepts()
    {
        var zone = Zone().Add("s._domainkey.example.com", ZoneEntryKind.Timeout, string.Empty);
        Assert.Equal(
            DispositionAction.TempFail,
            (await RunAsync(zone, Signed, policy: new LocalPolicy { MaximumAction = DispositionAction.Quarantine })).Disposition.Action);
        Assert.Equal(
            DispositionAction.Accept,
            (await RunAsync(zone, Signed, policy: new LocalPolicy { MaximumAction = DispositionAction.Accept })).Disposition.Action);
        Assert.Equal(
            DispositionAction.Accept,
            (await RunAsync(zone, Signed, policy: new LocalPolicy { OwnNetworks = [IPNetwork.Parse("192.0.2.0/24")] })).Disposition.Action);
        Assert.Equal(
            DispositionAction.Accept,
            (await RunAsync(zone, Signed, policy: new LocalPolicy { Forwarders = [IPNetwork.Parse("192.0.2.0/24")] })).Disposition.Action);
    }

    [Fact]
    public async Task A_policy_that_asks_for_nothing_defers_nothing()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none").Add("s._domainkey.example.com", ZoneEntryKind.Timeout, string.Empty);
        var outcome = await RunAsync(zone, Signed);
        Assert.Equal((DmarcResultCode.TempError, DispositionAction.Accept), (outcome.Dmarc?.Code, outcome.Disposition.Action));
    }

    private static byte[] Signed { get; } = TestSigner.Rsa2048.Sign(Plain);

    private static Zone Zone() => new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static async Task<AuthenticationOutcome> RunAsync(
        Zone zone, byte[] message, string mailFrom = "", string helo = "mail.other.example", LocalPolicy? policy = null)
    {
        var options = TypicalMessage.Options with { LocalPolicy = policy ?? LocalPolicy.Default };
        return await new AuthenticationPipeline(new ZoneResolver(zone), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo, mailFrom), message, TestContext.Current.CancellationToken);
    }
}
