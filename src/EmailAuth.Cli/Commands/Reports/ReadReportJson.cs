using System.Globalization;
using System.Text.Json;
using EmailAuth.Reports;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Tls;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>Writes a report that was read for programs, in one line; report-line.schema.json describes it.</summary>
internal static class ReadReportJson
{
    public static void Write(Utf8JsonWriter json, string file, ReadReport report)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteString("place", report.Place);
        json.WriteString("kind", ReportWords.Keyword(report.Kind));
        json.WriteString("verdict", report.Verdict.Keyword());
        WriteFindings(json, report);
        WriteMail(json, report.Mail);
        WriteKey(json, report.Key);
        AggregateReportJson.Write(json, report.Aggregate);
        WriteFeedback(json, report.Feedback);
        WriteTls(json, report.Tls);
        json.WriteEndObject();
    }

    /// <summary>A time in UTC, or null.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset? time) =>
        json.WriteString(name, time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    private static void WriteFindings(Utf8JsonWriter json, ReadReport report)
    {
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code.Keyword());
            json.WriteString("severity", finding.Severity.Keyword());
            json.WriteString("place", finding.Place);
            WriteNumber(json, "record", finding.Record);
            WriteNumber(json, "line", finding.Line);
            json.WriteNumber("occurrences", finding.Occurrences);
            json.WriteString("section", finding.Section);
            json.WriteString("message", finding.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMail(Utf8JsonWriter json, ReportMail? mail)
    {
        if (mail is null)
        {
            json.WriteNull("mail");
            return;
        }

        json.WriteStartObject("mail");
        json.WriteString("from", mail.From);
        json.WriteString("subject", mail.Subject);
        json.WriteString("message_id", mail.MessageId);
        json.WriteBoolean("forwarded", mail.IsForwarded);
        if (mail.Authentication?.Dkim is { } dkim)
        {
            json.WriteStartArray("dkim");
            foreach (var signature in dkim.Signatures)
            {
                json.WriteStartObject();
                json.WriteString("domain", signature.Domain?.ToString());
                json.WriteString("selector", signature.Selector);
                json.WriteString("result", signature.Code.Keyword());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("dkim");
        }

        json.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter json, ReportKey? key)
    {
        if (key is not { } known)
        {
            json.WriteNull("key");
            return;
        }

        json.WriteStartObject("key");
        json.WriteString("submitter", known.Submitter);
        json.WriteString("domain", known.Domain);
        json.WriteString("id", known.Id);
        json.WriteTime("begin", known.Begin);
        json.WriteTime("end", known.End);
        json.WriteString("sha256", known.ContentHash);
        json.WriteEndObject();
    }

    private static void WriteFeedback(Utf8JsonWriter json, FeedbackReport? report)
    {
        if (report is null)
        {
            json.WriteNull("feedback");
            return;
        }

        json.WriteStartObject("feedback");
        json.WriteString("type", report.TypeText.ToLowerInvariant());
        json.WriteBoolean("cfbl", report.IsCfbl);
        json.WriteStartArray("tokens");
        foreach (var token in report.Tokens)
        {
            json.WriteStartObject();
            json.WriteString("kind", ReportWords.Keyword(token.Kind));
            json.WriteString("value", token.Value);
            json.WriteString("recipient", token.Recipient);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("user_agent", report.UserAgent);
        json.WriteString("version", report.Version);
        json.WriteTime("arrival_date", report.ArrivalDate);
        json.WriteNumber("incidents", report.Incidents);
        json.WriteString("original_envelope_id", report.OriginalEnvelopeId);
        json.WriteString("original_mail_from", report.OriginalMailFrom);
        WriteTexts(json, "original_rcpt_to", report.OriginalRecipients);
        json.WriteString("reporting_mta", report.ReportingMta);
        json.WriteString("source_ip", report.SourceAddress);
        WriteNumber(json, "source_port", report.SourcePort);
        WriteTexts(json, "authentication_results", report.AuthenticationResults);
        WriteTexts(json, "reported_domains", report.ReportedDomains);
        WriteTexts(json, "reported_uris", report.ReportedUris);
        WriteFailure(json, report.Failure);
        WriteFields(json, "other_fields", report.OtherFields);
        if (report.Original is { } original)
        {
            WriteFields(json, "original_header", original.Fields);
        }
        else
        {
            json.WriteNull("original_header");
        }

        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, AuthenticationFailure? failure)
    {
        if (failure is null)
        {
            json.WriteNull("failure");
            return;
        }

        json.WriteStartObject("failure");
        json.WriteString("auth_failure", failure.CheckText?.ToLowerInvariant());
        if (failure.UnalignedMechanisms is { } mechanisms)
        {
            WriteTexts(json, "identity_alignment", mechanisms);
        }
        else
        {
            json.WriteNull("identity_alignment");
        }

        json.WriteString("delivery_result", failure.DeliveryText?.ToLowerInvariant());
        json.WriteString("dkim_domain", failure.DkimDomain);
        json.WriteString("dkim_identity", failure.DkimIdentity);
        json.WriteString("dkim_selector", failure.DkimSelector);
        json.WriteString("dkim_canonicalized_header", failure.DkimCanonicalizedHeader);
        json.WriteString("dkim_canonicalized_body", failure.DkimCanonicalizedBody);
        json.WriteString("dkim_selector_dns", failure.DkimSelectorDns);
        json.WriteString("dkim_adsp_dns", failure.DkimAdspDns);
        WriteTexts(json, "spf_dns", failure.SpfDns);
        json.WriteEndObject();
    }

    private static void WriteTls(Utf8JsonWriter json, TlsReport? report)
    {
        if (report is null)
        {
            json.WriteNull("tls");
            return;
        }

        json.WriteStartObject("tls");
        json.WriteString("organization_name", report.OrganizationName);
        json.WriteString("contact_info", report.ContactInfo);
        json.WriteString("report_id", report.ReportId);
        json.WriteTime("begin", report.Begin);
        json.WriteTime("end", report.End);
        json.WriteStartArray("policies");
        foreach (var policy in report.Policies)
        {
            json.WriteStartObject();
            json.WriteString("type", policy.TypeText);
            json.WriteString("domain", policy.Domain);
            WriteTexts(json, "policy_lines", policy.PolicyLines);
            WriteTexts(json, "mx_hosts", policy.MxHosts);
            json.WriteNumber("successful_sessions", policy.SuccessfulSessions);
            json.WriteNumber("failed_sessions", policy.FailedSessions);
            json.WriteStartArray("failures");
            foreach (var failure in policy.Failures)
            {
                WriteFailure(json, failure);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFailure(Utf8JsonWriter json, TlsFailure failure)
    {
        json.WriteStartObject();
        json.WriteString("result_type", failure.ResultType);
        json.WriteNumber("sessions", failure.Sessions);
        json.WriteString("sending_mta_ip", failure.SendingMtaAddress);
        json.WriteString("receiving_mx_hostname", failure.ReceivingMxHostname);
        json.WriteString("receiving_mx_helo", failure.ReceivingMxHelo);
        json.WriteString("receiving_ip", failure.ReceivingAddress);
        json.WriteString("additional_information", failure.AdditionalInformation);
        json.WriteString("reason_code", failure.ReasonCode);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, string name, IEnumerable<FeedbackField> fields)
    {
        json.WriteStartArray(name);
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("value", field.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
