using System.Globalization;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>Messages whose every result is known: the ordinary one, the newsletter, one that went through three lists, and one of a domain nobody has met.</summary>
internal sealed class HonestMail
{
    private const string Fields = "from:to:subject:date:message-id";

    private HonestMail(SoakZone zone, IReadOnlyList<SoakMail> known)
    {
        Zone = zone;
        Known = known;
    }

    /// <summary>The DNS of these messages.</summary>
    public SoakZone Zone { get; }

    /// <summary>The messages that are made once.</summary>
    public IReadOnlyList<SoakMail> Known { get; }

    public static async Task<HonestMail> CreateAsync()
    {
        var newsletter = new Newsletter();
        var sample = new DkimSample(10 * 1024);
        var zone = new SoakZone(
            [.. newsletter.Records, ("example.com", ZoneEntryKind.Txt, "v=spf1 include:a.esp.example include:b.esp.example include:c.esp.example -all")],
            sample.KeyRecord);
        SoakMail ordinary = new("ordinary", new SmtpEnvelope(SoakMail.Client, "out.esp.example", "bounce@example.com"), sample.Message)
        {
            Expected = "spf=pass spf=pass dkim=pass arc=none dmarc=pass bimi=pass iprev=pass",
        };
        SoakMail news = new("newsletter", newsletter.Envelope, newsletter.Message)
        {
            Expected = "spf=pass spf=pass dkim=pass dkim=pass arc=none dmarc=pass bimi=pass iprev=pass",
        };
        var large = Fresh(0, 300 * 1024) with { Name = "large" };
        return new HonestMail(zone, [ordinary, news, large, await ThroughListsAsync(large with { Message = Fresh(0, 2000).Message }, zone)]);
    }

    /// <summary>A message of a domain that is asked for the first time, with an Ed25519 signature.</summary>
    /// <param name="number">Makes the domain another one.</param>
    /// <param name="bodyBytes">How long the body is, about.</param>
    public static SoakMail Fresh(long number, int bodyBytes = 1000)
    {
        var domain = string.Create(CultureInfo.InvariantCulture, $"d{number}.{SoakZone.FreshSuffix}");
        var body = string.Concat(Enumerable.Repeat("The minutes of last week's  meeting,\tand what is left to do. \r\n", 1 + (bodyBytes / 64)));
        var text = $"From: Some One <someone@{domain}>\r\nTo: Bob <bob@example.org>\r\nSubject: The minutes\r\n"
            + $"Date: Mon, 6 Jul 2026 09:59:57 +0000\r\nMessage-ID: <1@{domain}>\r\n\r\n{body}";
        var signed = TestSigner.Ed25519.Sign(text, Fields, edit: value => value.Replace("d=example.com;", $"d={domain};", StringComparison.Ordinal));
        return new SoakMail("fresh", new SmtpEnvelope(SoakMail.Client, $"mx.{domain}", $"bounce@{domain}"), signed)
        {
            Expected = "spf=pass spf=pass dkim=pass arc=none dmarc=pass bimi=none iprev=pass",
        };
    }

    // Three lists each seal what they hand on; the last of them delivers, so that SPF does not pass for the author.
    private static async Task<SoakMail> ThroughListsAsync(SoakMail mail, SoakZone zone)
    {
        var verifier = new ArcVerifier(zone);
        var message = mail.Message;
        for (var hop = 1; hop <= 3; hop++)
        {
            var domain = $"hop{hop}.{SoakZone.FreshSuffix}";
            using var sealer = new ArcSealer(TestSigner.Ed25519.Pem, new ArcSealerOptions { Domain = DomainName.Parse(domain).Value!, Selector = "s" });
            var claims = new AuthenticationResults { AuthservId = domain, Results = [new MethodResult { Method = "spf", Result = "pass" }] };
            var sealing = sealer.Seal(message, await verifier.VerifyAsync(message), claims);
            message = [.. Encoding.ASCII.GetBytes(string.Concat(sealing.Fields.Select(field => field + "\r\n"))), .. message];
        }

        return mail with { Name = "through lists", Message = message, Expected = mail.Expected!.Replace("arc=none", "arc=pass", StringComparison.Ordinal) };
    }
}
