using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

public class DmarcCrowdingTests
{
    // The envelope's domains are the attacker's: 9 mx terms of 10 hosts each, for HELO and MAIL FROM, are more lookups than a message has.
    [Fact]
    public async Task A_sender_who_spends_the_messages_lookups_on_SPF_does_not_escape_the_policy()
    {
        var zone = new Zone()
            .Add("_dmarc.bank.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("evil.example", ZoneEntryKind.Txt, "v=spf1 " + string.Join(' ', Enumerable.Range(0, 9).Select(i => $"mx:m{i}.evil.example")) + " -all");
        for (var i = 0; i < 9; i++)
        {
            for (var j = 0; j < 10; j++)
            {
                zone.Add(
                    DomainName.Parse($"m{i}.evil.example").Value!,
                    new ZoneRecord { Type = ZoneEntryKind.MX, Preference = (ushort)j, Data = $"h{i}{j}.evil.example" });
                zone.Add($"h{i}{j}.evil.example", ZoneEntryKind.A, $"203.0.113.{(i * 10) + j}");
            }
        }

        var pipeline = new AuthenticationPipeline(new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "evil.example", "m@evil.example"),
            Encoding.ASCII.GetBytes("From: a@bank.example\r\nSubject: x\r\n\r\nhi\r\n"),
            TestContext.Current.CancellationToken);
        Assert.Equal(DmarcResultCode.Fail, outcome.Dmarc?.Code);
        Assert.Equal(DispositionAction.Reject, outcome.Disposition.Action);
    }
}
