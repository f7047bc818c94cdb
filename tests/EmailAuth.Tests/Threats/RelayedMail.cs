using System.Net;
using System.Text;
using EmailAuth.Dns;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>A site with a gateway and a backup, the sender author.example, which asks for rejection, and a forger.</summary>
internal static class RelayedMail
{
    public const string Gateway = "198.51.100.7";
    public const string Backup = "198.51.100.8";
    public const string Genuine = "192.0.2.1";
    public const string Forger = "203.0.113.66";
    public const string Content = "From: alice@author.example\r\nSubject: Hello\r\n\r\nHello\r\n";

    public static readonly Zone World = new Zone()
        .Add("author.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/24 -all")
        .Add("_dmarc.author.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("_dmarc.careful.example", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine")
        .Add("mail.author.example", ZoneEntryKind.A, Genuine)
        .Add("mail.author.example", ZoneEntryKind.Txt, "v=spf1 a -all")
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mail.author.example")
        .Add("8.100.51.198.in-addr.arpa", ZoneEntryKind.Ptr, "mx2.site.example")
        .Add("mx2.site.example", ZoneEntryKind.A, Backup)
        .Add("66.113.0.203.in-addr.arpa", ZoneEntryKind.Ptr, "mx2.site.example") // a name that does not lead back
        .Add("9.100.51.198.in-addr.arpa", ZoneEntryKind.ServFail)

        // The site sends mail of its own from its relays.
        .Add("site.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 -all")
        .Add("_dmarc.site.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    public static AuthenticationOptions Options => new()
    {
        AuthservId = "mx.site.example",
        Relays = [Relay.Parse(Gateway)!],
    };

    public static AuthenticationOptions ByName => Options with { Relays = [Relay.Parse("site.example")!] };

    public static string Line(string client, string helo = "mail.author.example", string by = "gw.site.example") =>
        $"Received: from {helo} (unknown [{client}])\r\n\tby {by} (Postfix) with ESMTPS id 1; Thu, 26 Nov 2026 10:00:00 +0000\r\n";

    public static ValueTask<AuthenticationOutcome> JudgeAsync(
        string client, string message, AuthenticationOptions options, string mailFrom = "alice@author.example", IDnsResolver? resolver = null) =>
        new AuthenticationPipeline(resolver ?? new ZoneResolver(World), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse(client), client == Gateway || client == Backup ? "gw.site.example" : "mail.author.example", mailFrom),
            Encoding.ASCII.GetBytes(message),
            TestContext.Current.CancellationToken);
}
