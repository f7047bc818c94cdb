using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EmailAuth.Reports.Tls;

/// <summary>Reads the JSON of a TLS report (RFC 8460 section 4.4), leniently and bounded.</summary>
internal static class TlsReportReader
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // RFC 8460 section 4.3.
    private static readonly ImmutableArray<string> ResultTypes =
    [
        "starttls-not-supported", "certificate-host-mismatch", "certificate-expired", "certificate-not-trusted", "validation-failure", "tlsa-invalid", "dnssec-invalid",
        "dane-required", "sts-policy-invalid", "sts-webpki-invalid", "sts-policy-fetch-error",
    ];

    /// <summary>Reads a report.</summary>
    /// <param name="json">The octets.</param>
    /// <param name="maxDepth">How deep values may be nested.</param>
    /// <param name="maxValues">How many values there may be.</param>
    /// <param name="findings">Gets what is wrong.</param>
    /// <returns>The report; null when it is malformed, exceeds a limit, or is another kind of JSON.</returns>
    public static TlsReport? Read(ReadOnlyMemory<byte> json, int maxDepth, int maxValues, ReportFindings findings)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
        {
            // RFC 8259 section 8.1: a reader may ignore it.
            json = json["\uFEFF"u8.Length..];
            findings.AddFinding(ReportFindingCode.JsonByteOrderMark, null);
        }

        if (!Utf8.IsValid(json.Span))
        {
            findings.AddFinding(ReportFindingCode.NotUtf8, null);
            json = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(json.Span));
        }

        if (!JsonScan.IsReadable(json.Span, maxDepth, maxValues, findings))
        {
            return null;
        }

        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth + 1 });
        if (document.RootElement.ValueKind != JsonValueKind.Object || !IsReport(document.RootElement))
        {
            findings.AddFinding(ReportFindingCode.NotAReport, null);
            return null;
        }

        return Read(new JsonMembers(document.RootElement, string.Empty, findings), findings);
    }

    // Any of what only such a report has.
    private static bool IsReport(JsonElement root) =>
        root.TryGetProperty("policies", out _) || root.TryGetProperty("organization-name", out _) || root.TryGetProperty("report-id", out _);

    private static TlsReport Read(JsonMembers root, ReportFindings findings)
    {
        var range = root.Object("date-range");
        var (begin, end) = (Date(range, "start-datetime", findings), Date(range, "end-datetime", findings));
        if (end < begin)
        {
            findings.AddFinding(ReportFindingCode.TlsPeriodReversed, "date-range");
        }
        else if (end - begin > Day)
        {
            findings.AddFinding(ReportFindingCode.TlsPeriodLong, "date-range");
        }

        var policies = ImmutableArray.CreateBuilder<TlsPolicyResult>();
        foreach (var policy in root.Objects("policies", isRequired: true))
        {
            findings.Record = policies.Count + 1;
            policies.Add(Policy(policy, findings));
        }

        findings.Record = 0;
        return new TlsReport
        {
            OrganizationName = root.Text("organization-name", isRequired: true),
            ContactInfo = root.Text("contact-info", isRequired: true),
            ReportId = root.Text("report-id", isRequired: true),
            Begin = begin,
            End = end,
            Policies = policies.ToImmutable(),
        };
    }

    private static TlsPolicyResult Policy(JsonMembers item, ReportFindings findings)
    {
        var (policy, summary) = (item.Object("policy"), item.Object("summary"));
        var typeText = policy?.Text("policy-type", isRequired: true);
        var type = typeText switch
        {
            "tlsa" => TlsPolicyType.Tlsa,
            "sts" => TlsPolicyType.Sts,
            "no-policy-found" => TlsPolicyType.NoPolicyFound,
            _ => TlsPolicyType.Unknown,
        };
        if (type == TlsPolicyType.Unknown && typeText is not null)
        {
            findings.AddFinding(ReportFindingCode.TlsPolicyTypeUnknown, policy?.PlaceOf("policy-type"), typeText);
        }

        var result = new TlsPolicyResult
        {
            Type = type,
            TypeText = typeText,
            PolicyLines = policy?.Texts("policy-string", ReportFindingCode.TlsPolicyAsOneText) ?? [],
            Domain = policy?.Text("policy-domain", isRequired: true),
            MxHosts = policy?.Texts("mx-host", ReportFindingCode.TlsHostsAsOneText) ?? [],
            SuccessfulSessions = summary?.Count("total-successful-session-count") ?? 0,
            FailedSessions = summary?.Count("total-failure-session-count") ?? 0,
            Failures = [.. item.Objects("failure-details", isRequired: false).Select(failure => Failure(failure, findings))],
        };
        CheckCounts(result, item, findings);
        return result;
    }

    private static TlsFailure Failure(JsonMembers item, ReportFindings findings)
    {
        var type = item.Text("result-type", isRequired: true);
        if (type is not null && !ResultTypes.Contains(type, StringComparer.Ordinal))
        {
            findings.AddFinding(ReportFindingCode.TlsResultTypeUnknown, item.PlaceOf("result-type"), type);
        }

        return new TlsFailure
        {
            ResultType = type,
            Sessions = item.Count("failed-session-count"),
            SendingMtaAddress = item.Text("sending-mta-ip", isRequired: false),
            ReceivingMxHostname = item.Text("receiving-mx-hostname", isRequired: false),
            ReceivingMxHelo = item.Text("receiving-mx-helo", isRequired: false),
            ReceivingAddress = item.Text("receiving-ip", isRequired: false),
            AdditionalInformation = item.Text("additional-information", isRequired: false),
            ReasonCode = item.Text("failure-reason-code", isRequired: false),
        };
    }

    // RFC 8460 section 4.4: kinds of failure are not exclusive, so all together may exceed the total, but one alone cannot.
    private static void CheckCounts(TlsPolicyResult result, JsonMembers item, ReportFindings findings)
    {
        decimal sum = 0;
        foreach (var failure in result.Failures)
        {
            sum += failure.Sessions;
            if (failure.Sessions > result.FailedSessions)
            {
                findings.AddFinding(ReportFindingCode.TlsFailuresExceedTotal, item.PlaceOf("failure-details"), Number(failure.Sessions), Number(result.FailedSessions));
            }
        }

        if (!result.Failures.IsEmpty && sum < result.FailedSessions)
        {
            findings.AddFinding(ReportFindingCode.TlsFailuresUnexplained, item.PlaceOf("failure-details"), Number(sum), Number(result.FailedSessions));
        }
    }

    private static DateTimeOffset? Date(JsonMembers? range, string name, ReportFindings findings)
    {
        if (range?.Text(name, isRequired: true) is not { } text)
        {
            return null;
        }

        // RFC 3339 section 5.6: "T" and "Z" may be in lower case, and a space may be in place of "T".
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string[] formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];
        var upper = Bounded(text.Trim().ToUpperInvariant());
        if (!DateTimeOffset.TryParseExact(upper, formats, CultureInfo.InvariantCulture, Styles, out var date))
        {
            findings.AddFinding(ReportFindingCode.TlsDateMalformed, range.Value.PlaceOf(name), text);
            return null;
        }

        // The date has hyphens itself, so that only what follows the time can be a zone.
        if (!upper.EndsWith('Z') && upper.LastIndexOfAny(['+', '-']) <= "yyyy-MM-dd".Length)
        {
            findings.AddFinding(ReportFindingCode.TlsDateWithoutZone, range.Value.PlaceOf(name), text);
        }

        return date;
    }

    // RFC 3339 section 5.6: a fraction has any number of digits, of which seven are kept, and 60 is the second of a leap second.
    private static string Bounded(string date)
    {
        const int MaxFraction = 7;
        var second = "yyyy-MM-ddTHH:mm:".Length;
        var point = second + "ss".Length;
        if (date.Length < point)
        {
            return date;
        }

        var whole = date.AsSpan(second, point - second) is "60" ? $"{date[..second]}59{date[point..]}" : date;
        if (point == whole.Length || whole[point] != '.')
        {
            return whole;
        }

        var end = point + 1;
        while (end < whole.Length && char.IsAsciiDigit(whole[end]))
        {
            end++;
        }

        return end <= point + 1 + MaxFraction ? whole : $"{whole[..(point + 1 + MaxFraction)]}{whole[end..]}";
    }

    private static string Number(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
