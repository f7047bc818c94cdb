using System.Net;
using EmailAuth.Hosting;

namespace EmailAuth.Benchmarks;

/// <summary>One message of 10 KB with one RSA-2048 signature of its author domain, everything passes, and a pipeline with every answer at hand.</summary>
internal sealed class OrdinaryMail
{
    public OrdinaryMail(params IEnumerable<IEvaluatedMessageObserver> observers)
    {
        Sample = new DkimSample(10 * 1024);
        var zone = new Zone()
            .Add("example.com", ZoneEntryKind.Txt, "v=spf1 include:a.esp.example include:b.esp.example include:c.esp.example -all")
            .Add("a.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/26 -all")
            .Add("b.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all")
            .Add("c.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 -all")
            .Add("out.esp.example", ZoneEntryKind.Txt, "v=spf1 a -all")
            .Add("out.esp.example", ZoneEntryKind.A, "198.51.100.7")
            .Add("7.100.51.198.in-addr.arpa", ZoneEntryKind.Ptr, "out.esp.example")
            .Add("mail._domainkey.example.com", ZoneEntryKind.Txt, Sample.KeyRecord)
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:d@example.com");
        Pipeline = new AuthenticationPipeline(new ZoneResolver(zone), new AuthenticationOptions { AuthservId = "mx.example.org" }, observers: observers);
        if (Complete(Pipeline.AuthenticateAsync(Envelope, Sample.Message, CancellationToken.None)).Disposition.Reason != "dmarc=pass for example.com")
        {
            throw new InvalidOperationException("The sample does not pass.");
        }
    }

    public SmtpEnvelope Envelope { get; } = new(IPAddress.Parse("198.51.100.7"), "out.esp.example", "bounce@example.com");

    public DkimSample Sample { get; }

    public AuthenticationPipeline Pipeline { get; }

    /// <summary>The outcome, which a resolver in memory lets come at once.</summary>
    public static AuthenticationOutcome Complete(ValueTask<AuthenticationOutcome> outcome) =>
        outcome.IsCompletedSuccessfully ? outcome.Result : throw new InvalidOperationException("Something waited.");
}
