using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>The names of the test's world, as a root zone, and the keys that belong to them.</summary>
internal sealed class TestZone : IDisposable
{
    public const string Selector = "sel";

    /// <summary>Sends its mail from 192.0.2.1, signs it, and asks for rejection of anything else.</summary>
    public const string Author = "author.example";

    /// <summary>Forwards mail from 198.51.100.1 and seals it.</summary>
    public const string Forwarder = "list.example";

    /// <summary>The selector of the author's other key.</summary>
    public const string NextSelector = "next";

    /// <summary>The site's backup MX; the site, example.org, also sends its mail from there.</summary>
    public const string Relay = "mx2.example.org";

    /// <summary>The address from which it connects.</summary>
    public const string RelayAddress = "127.0.0.9";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _nextKey = RSA.Create(2048);

    /// <summary>How many domains ask for reports to mailboxes of their own.</summary>
    public const int ReportingDomains = 50;

    /// <summary>One of them, from 1.</summary>
    public static string ReportingDomain(int number) => $"d{number}.example";

    /// <summary>Where its reports go: a mailbox that no other test uses.</summary>
    public static string ReportMailbox(int number) => $"box{140 + number}";

    /// <summary>Where the failure reports of failing.example go: a mailbox that no other test uses.</summary>
    public const string FailureMailbox = "box195";

    public string PrivateKeyPem => _key.ExportPkcs8PrivateKeyPem();

    public string NextPrivateKeyPem => _nextKey.ExportPkcs8PrivateKeyPem();

    public string Text
    {
        get
        {
            var key = Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo());
            var text = new StringBuilder("$ORIGIN .\n$TTL 300\n. SOA ns.test. root.test. 1 3600 600 86400 300\n. NS ns.test.\nns.test. A 127.0.0.1\n");
            foreach (var domain in (string[])[Author, Forwarder])
            {
                // A TXT record's strings hold at most 255 bytes each.
                text.Append($"{Selector}._domainkey.{domain}. TXT \"v=DKIM1; k=rsa; p={key[..200]}\" \"{key[200..]}\"\n");
            }

            var next = Convert.ToBase64String(_nextKey.ExportSubjectPublicKeyInfo());
            text.Append($"{NextSelector}._domainkey.{Author}. TXT \"v=DKIM1; k=rsa; p={next[..200]}\" \"{next[200..]}\"\n");
            for (var number = 1; number <= ReportingDomains; number++)
            {
                // Reports go to mailboxes of another organization, which consents.
                var domain = ReportingDomain(number);
                text.Append($"{domain}. TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n_dmarc.{domain}. TXT \"v=DMARC1; p=none; rua=mailto:{ReportMailbox(number)}@example.org\"\n");
                text.Append($"{domain}._report._dmarc.example.org. TXT \"v=DMARC1\"\n");
            }

            return text.Append($"""
                {Author}. TXT "v=spf1 ip4:192.0.2.0/24 -all"
                _dmarc.{Author}. TXT "v=DMARC1; p=reject"
                mail.{Author}. A 192.0.2.1
                mail.{Author}. TXT "v=spf1 a -all"
                1.2.0.192.in-addr.arpa. PTR mail.{Author}.
                quiet.example. TXT "v=spf1 ip4:192.0.2.0/24 -all"
                _dmarc.quiet.example. TXT "v=DMARC1; p=quarantine"
                reporting.example. TXT "v=spf1 ip4:192.0.2.0/24 -all"
                _dmarc.reporting.example. TXT "v=DMARC1; p=reject; rua=mailto:d@reporting.example"
                refusing.example. MX 10 mx.test.
                bouncing.example. MX 10 mx.test.
                taking.example. MX 10 mx.test.
                mx.test. A 127.0.0.1
                failing.example. TXT "v=spf1 ip4:192.0.2.0/24 -all"
                _dmarc.failing.example. TXT "v=DMARC1; p=none; ruf=mailto:{FailureMailbox}@example.org"
                failing.example._report._dmarc.example.org. TXT "v=DMARC1"
                {Forwarder}. TXT "v=spf1 ip4:198.51.100.0/24 -all"
                mail.{Forwarder}. A 198.51.100.1
                mail.{Forwarder}. TXT "v=spf1 a -all"
                1.100.51.198.in-addr.arpa. PTR mail.{Forwarder}.
                {Relay}. A {RelayAddress}
                9.0.0.127.in-addr.arpa. PTR {Relay}.
                example.org. TXT "v=spf1 ip4:127.0.0.0/8 -all"
                _dmarc.example.org. TXT "v=DMARC1; p=reject"
                xn--exmple-cua.example. TXT "v=spf1 ip4:192.0.2.0/24 -all"

                """).ToString();
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        _nextKey.Dispose();
    }
}
