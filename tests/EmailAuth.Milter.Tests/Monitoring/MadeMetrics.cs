using System.Net;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Policy;
using EmailAuth.Reports.Collection;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.Monitoring;

/// <summary>Makes every instrument of the library record something.</summary>
internal static class MadeMetrics
{
    public static async Task MakeAsync(CancellationToken cancellationToken)
    {
        var zone = Zone.Load(Repository.PathOf("testdata", "zones", "rfc8463.json")).Value!
            .Add("lame.example.com", ZoneEntryKind.ServFail).Add("_dmarc.lame.example.com", ZoneEntryKind.ServFail);
        var pipeline = new AuthenticationPipeline(
            new ZoneResolver(zone), new AuthenticationOptions
            {
                AuthservId = "mx.example.org",
                LocalPolicy = new LocalPolicy { Exceptions = PolicyExceptions.Parse("football.example.com reject # to be counted").Value! },
            }, observers: [new Failing(), Full()]);
        var envelope = new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mail.football.example.com", "joe@football.example.com");

        // The signatures hold, and sign one To of two.
        var signed = File.ReadAllBytes(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"));
        await pipeline.AuthenticateAsync(envelope, (byte[])[.. "To: another@example.org\r\n"u8, .. signed], cancellationToken);

        // The policy record cannot be looked up.
        await pipeline.AuthenticateAsync(envelope, Encoding.ASCII.GetBytes("From: joe@lame.example.com\r\n\r\nhi\r\n"), cancellationToken);

        // Nobody listens at that port of this host.
        await using var resolver = new StubResolver(new StubResolverOptions
        {
            Servers = [new IPEndPoint(IPAddress.Loopback, LoopbackPort.Take())],
            Timeout = TimeSpan.FromSeconds(1),
        });
        await new AuthenticationPipeline(resolver, new AuthenticationOptions { AuthservId = "mx.example.org", RecordsTelemetry = false })
            .AuthenticateAsync(envelope, signed, cancellationToken);
    }

    public static void Make(MilterMetrics metrics)
    {
        metrics.Begin();
        JournalTelemetry.Begin();
        metrics.ConnectionOpened();
        metrics.Passed("trusted network");
        metrics.Signed("other_domain");
        metrics.ClientTrusted();
        metrics.Decided(MilterDecision.Accept, TimeSpan.FromMilliseconds(1));
    }

    // A channel whose place is taken by the first message.
    private static ChannelObserver Full() => new(1);

    private sealed class Failing : IEvaluatedMessageObserver
    {
        public void OnEvaluated(EvaluatedMessage message) => throw new InvalidOperationException("on purpose");
    }
}
