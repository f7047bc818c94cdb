using EmailAuth.Dkim;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Writing;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>A receiver that reports, with its key and zone.</summary>
internal static class TestIdentity
{
    private static readonly string KeyText = PemSigningKey.Create();

    public static ReportIdentity Of(string domain = "receiver.example") => new()
    {
        Issuer = new ReportIssuer { OrganizationName = "Receiver", Email = $"dmarc@{domain}", Domain = DomainName.Parse(domain).Value!, Generator = "EmailAuth test" },
        From = Mailbox($"dmarc@{domain}"),
        ReturnPath = Mailbox($"dmarc-bounces@{domain}"),
    };

    public static ReportMailbox Mailbox(string text) => ReportMailbox.TryParse(text, out var mailbox) ? mailbox : throw new ArgumentException("Not a mailbox.", nameof(text));

    public static PemSigningKey Key() => PemSigningKey.Load(KeyText);

    public static ReportMailSigner Signer(string domain = "receiver.example", TimeProvider? time = null) => new(new DkimSigner(
        [new DkimSigningIdentity { Domain = DomainName.Parse(domain).Value!, Selector = "s1", Key = Key() }], timeProvider: time));

    public static Zone Zone(string domain = "receiver.example")
    {
        using var key = Key();
        return new Zone()
            .Add($"s1._domainkey.{domain}", ZoneEntryKind.Txt, key.Record)
            .Add($"_dmarc.{domain}", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add(domain, ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.25 -all");
    }
}
