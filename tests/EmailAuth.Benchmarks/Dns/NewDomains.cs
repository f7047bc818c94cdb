using System.Globalization;
using System.Net;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Benchmarks.Dns;

/// <summary>
/// Messages of 10 KB, each of another domain that publishes SPF, a key, DMARC with p=reject and no indicator. HELO names the same domain and the
/// client's name is not checked, so that what is asked for one of them is of its domain alone.
/// </summary>
internal sealed class NewDomains
{
    private const string Fields = "from:to:subject:date:message-id:mime-version:content-type";

    public NewDomains(int count)
    {
        Zone = new Zone();
        Messages = new (SmtpEnvelope, byte[])[count];
        var lines = string.Concat(Enumerable.Repeat("The minutes of last week's meeting, and what is left to do before summer.\r\n", 130));
        for (var i = 0; i < count; i++)
        {
            var domain = string.Create(CultureInfo.InvariantCulture, $"company{i:00000}.example");
            Zone.Add(domain, ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/25 -all")
                .Add("s._domainkey." + domain, ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
                .Add("_dmarc." + domain, ZoneEntryKind.Txt, $"v=DMARC1; p=reject; rua=mailto:dmarc@{domain}");
            var text = $"From: News <news@{domain}>\r\nTo: Bob <bob@example.org>\r\nSubject: The minutes\r\nDate: Mon, 6 Jul 2026 09:59:57 +0000\r\n"
                + $"Message-ID: <1@{domain}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n{lines}";
            Messages[i] = (
                new SmtpEnvelope(IPAddress.Parse("198.51.100.7"), domain, "bounce@" + domain),
                TestSigner.Rsa2048.Sign(text, Fields, edit: value => value.Replace("d=example.com;", $"d={domain};", StringComparison.Ordinal)));
        }
    }

    public static AuthenticationOptions Options { get; } = new()
    {
        AuthservId = "mx.example.org",
        Methods = AuthenticationMethods.All & ~AuthenticationMethods.Iprev,
    };

    public Zone Zone { get; }

    public (SmtpEnvelope Envelope, byte[] Message)[] Messages { get; }

    /// <summary>Stops a measurement whose messages were not what they are to be.</summary>
    public static void Check(AuthenticationOutcome outcome)
    {
        const string Expected = "spf=pass spf=pass dkim=pass arc=none dmarc=pass bimi=none";
        var results = string.Join(' ', outcome.Results.Select(result => $"{result.Method}={result.Result}"));
        if (results != Expected)
        {
            throw new InvalidOperationException($"{results}: {outcome.Header}");
        }
    }
}
