using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>Messages with a failure, as a journal has them.</summary>
internal static class TestFailures
{
    public const string Fields =
        "Feedback-Type: auth-failure\r\nUser-Agent: Test/1\r\nVersion: 1\r\nSource-IP: 192.0.2.1\r\nArrival-Date: Fri, 20 Nov 2026 12:00:00 +0000\r\n"
        + "Authentication-Results: mx.example.org; dmarc=fail header.from=example.com\r\nReported-Domain: example.com\r\nAuth-Failure: dmarc\r\nIdentity-Alignment: dkim, spf\r\n"
        + "SPF-DNS: txt : example.com : \"v=spf1 -all\"\r\n";

    public const string ComplaintFields = "Feedback-Type: abuse\r\nUser-Agent: Test/1\r\nVersion: 1\r\nReported-Domain: example.com\r\n";

    public static Complaint Complaint(params string[] recipients) => new()
    {
        Recipients = [.. recipients.Select(static recipient => ReportMailbox.TryParse(recipient, out var mailbox) ? mailbox : throw new FormatException(recipient))],
        Fields = ComplaintFields,
        Header = "Message-ID: <1@example.com>\r\n",
    };

    public static CollectedMessage Message(string domain = "example.com", string kind = "kind", bool isNoted = true, DateTimeOffset? at = null, params string[] ruf)
    {
        var message = TestMessages.Of(domain, at: at);
        return new CollectedMessage
        {
            ReceivedAt = message.ReceivedAt,
            Policy = message.Policy,
            ReportUris = [],
            Record = message.Record,
            Failures =
            [
                new FailureIncident
                {
                    PolicyDomain = domain,
                    Organization = domain,
                    Kind = $"{domain} {kind}",
                    ReportUris = isNoted ? [.. ruf.Length == 0 ? [$"mailto:f@{domain}", "mailto:g@example.net"] : ruf] : [],
                    Fields = isNoted ? Fields : null,
                    Header = isNoted ? $"From: <h@{domain}>\r\n" : null,
                },
            ],
        };
    }
}
