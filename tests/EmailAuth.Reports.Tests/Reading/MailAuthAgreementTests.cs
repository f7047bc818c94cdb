using System.Globalization;
using System.Text.Json;
using EmailAuth.Reports.Reading;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Reading;

/// <summary>Reports in the tests of mail-auth, whose reading is beside each: the fields agree, or the difference is explained.</summary>
public sealed class MailAuthAgreementTests
{
    public static TheoryData<string> Files =>
    [
        "arf/001.eml", "arf/002.eml", "arf/003.eml", "arf/004.eml", "arf/005.eml", "tlsrpt/rpt01.eml", "tlsrpt/rpt02.eml", "tlsrpt/rpt03.json", "dmarc-feedback/001.xml", "dmarc-feedback/002.xml",
        "dmarc-feedback/003.xml", "dmarc-feedback/004.xml", "dmarc-feedback/005.xml", "dmarc-feedback/100.eml", "dmarc-feedback/101.eml", "dmarc-feedback/102.eml", "dmarc-feedback/103.eml",
        "dmarc-feedback/104.eml",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_fields_agree(string file)
    {
        if (Repository.SuitePath(Path.Combine("reports", "mail-auth", file)) is not { } path)
        {
            Assert.Skip("The fixtures of others are not beside the project.");
            return;
        }

        var report = await Sample.ReadOneAsync(await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.ChangeExtension(path, ".json"), TestContext.Current.CancellationToken));
        var expected = document.RootElement;
        switch (report.Kind)
        {
            case ReportKind.Tls:
                CompareTls(expected, report);
                break;
            case ReportKind.Aggregate:
                CompareAggregate(expected, report);
                break;
            default:
                CompareFeedback(expected, report);
                break;
        }
    }

    private static void CompareFeedback(JsonElement expected, ReadReport report)
    {
        var feedback = report.Feedback!;
        Assert.Equal(Text(expected, "feedback_type"), feedback.Type.ToString());
        Assert.Equal(Text(expected, "user_agent"), feedback.UserAgent);
        Assert.Equal(Number(expected, "version").ToString(CultureInfo.InvariantCulture), feedback.Version);
        Assert.Equal(Number(expected, "incidents"), feedback.Incidents);
        Assert.Equal(expected.GetProperty("arrival_date").ValueKind == JsonValueKind.Null ? null : Number(expected, "arrival_date"), feedback.ArrivalDate?.ToUnixTimeSeconds());
        Assert.Equal(Text(expected, "original_envelope_id"), feedback.OriginalEnvelopeId);

        // mail-auth keeps angle brackets, which are not part of an address (RFC 5321 section 4.1.2), and the line ends of folding (RFC 5322 section 2.2.3).
        Assert.Equal(Text(expected, "original_mail_from")?.Trim('<', '>'), feedback.OriginalMailFrom);
        Assert.Equal(Text(expected, "original_rcpt_to")?.Trim('<', '>'), feedback.OriginalRecipients.SingleOrDefault());
        Assert.Equal(Texts(expected, "authentication_results").Select(Unfolded), feedback.AuthenticationResults);
        Assert.Equal(Text(expected, "reporting_mta"), feedback.ReportingMta);
        Assert.Equal(Text(expected, "source_ip"), feedback.SourceAddress);
        Assert.Equal(Number(expected, "source_port"), feedback.SourcePort ?? 0);
        Assert.Equal(Texts(expected, "reported_domain"), feedback.ReportedDomains);
        Assert.Equal(Texts(expected, "reported_uri"), feedback.ReportedUris);
        Assert.Equal(Text(expected, "auth_failure") is "Unspecified" ? "Unknown" : Text(expected, "auth_failure"), feedback.Failure?.Check.ToString() ?? "Unknown");
        Assert.Equal(Text(expected, "delivery_result") is "Unspecified" ? "Unknown" : Text(expected, "delivery_result"), feedback.Failure?.Delivery.ToString() ?? "Unknown");
        Assert.Equal(Text(expected, "dkim_domain"), feedback.Failure?.DkimDomain);
        Assert.Equal(Text(expected, "dkim_identity"), feedback.Failure?.DkimIdentity);
        Assert.Equal(Text(expected, "dkim_selector"), feedback.Failure?.DkimSelector);
        Assert.Equal(Text(expected, "dkim_canonicalized_body") is { } body ? string.Concat(body.Where(c => !char.IsWhiteSpace(c))) : null, feedback.Failure?.DkimCanonicalizedBody);
        if (Text(expected, "headers") is { } headers)
        {
            Assert.Equal(headers.ReplaceLineEndings("\n").Split('\n').Count(line => line.Length > 0 && line[0] is not (' ' or '\t')), feedback.Original!.Fields.Length);
        }
    }

    private static void CompareTls(JsonElement expected, ReadReport report)
    {
        var tls = report.Tls!;
        Assert.Equal((Text(expected, "organization-name"), Text(expected, "contact-info"), Text(expected, "report-id")), (tls.OrganizationName, tls.ContactInfo, tls.ReportId));
        Assert.Equal(expected.GetProperty("date-range").GetProperty("start-datetime").GetDateTimeOffset(), tls.Begin);
        Assert.Equal(expected.GetProperty("date-range").GetProperty("end-datetime").GetDateTimeOffset(), tls.End);
        foreach (var (policy, actual) in expected.GetProperty("policies").EnumerateArray().Zip(tls.Policies))
        {
            Assert.Equal((Text(policy.GetProperty("policy"), "policy-type"), Text(policy.GetProperty("policy"), "policy-domain")), (actual.TypeText, actual.Domain));
            Assert.Equal(Texts(policy.GetProperty("policy"), "policy-string"), actual.PolicyLines);
            Assert.Equal(Texts(policy.GetProperty("policy"), "mx-host"), actual.MxHosts);
            Assert.Equal((Number(policy.GetProperty("summary"), "total-successful-session-count"), Number(policy.GetProperty("summary"), "total-failure-session-count")), (actual.SuccessfulSessions, actual.FailedSessions));
            Assert.Equal(
                policy.TryGetProperty("failure-details", out var details) ? details.EnumerateArray().Select(item => (Text(item, "result-type"), Text(item, "receiving-ip"), Number(item, "failed-session-count"))) : [],
                actual.Failures.Select(failure => (failure.ResultType, failure.ReceivingAddress, failure.Sessions)));
        }

        Assert.Equal(expected.GetProperty("policies").GetArrayLength(), tls.Policies.Length);
    }

    private static void CompareAggregate(JsonElement expected, ReadReport report)
    {
        var (aggregate, metadata) = (report.Aggregate!, expected.GetProperty("report_metadata"));
        Assert.Equal((Text(metadata, "org_name"), Text(metadata, "email"), Text(metadata, "report_id")), (aggregate.Metadata!.OrganizationName, aggregate.Metadata.Email, aggregate.Metadata.ReportId));
        Assert.Equal((Number(metadata.GetProperty("date_range"), "begin"), Number(metadata.GetProperty("date_range"), "end")), (aggregate.Metadata.Begin.ToUnixTimeSeconds(), aggregate.Metadata.End.ToUnixTimeSeconds()));
        Assert.Equal((Text(expected.GetProperty("policy_published"), "domain"), Text(expected.GetProperty("policy_published"), "p")), (aggregate.Policy!.Domain, aggregate.Policy.Policy.ToString()));
        Assert.Equal(
            expected.GetProperty("record").EnumerateArray().Select(Row),
            aggregate.Records.Select(row => (
                (string?)row.SourceAddress, row.Count, (string?)row.Disposition.ToString(), (string?)row.Dkim.ToString(), (string?)row.Spf.ToString(), (string?)row.HeaderFrom, row.DkimResults.Length)));
    }

    private static (string?, long, string?, string?, string?, string?, int) Row(JsonElement record)
    {
        var (row, evaluated) = (record.GetProperty("row"), record.GetProperty("row").GetProperty("policy_evaluated"));
        return (Text(row, "source_ip"), Number(row, "count"), Text(evaluated, "disposition"), Text(evaluated, "dkim"), Text(evaluated, "spf"), Text(record.GetProperty("identifiers"), "header_from"),
            record.GetProperty("auth_results").GetProperty("dkim").GetArrayLength());
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static IEnumerable<string> Texts(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => item.GetString()!)] : [];

    private static string Unfolded(string value) => string.Join(' ', value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
