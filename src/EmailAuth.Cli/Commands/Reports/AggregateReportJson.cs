using System.Diagnostics;
using System.Text.Json;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>Writes aggregate reports for programs: one that was read, and the policy and rows of any.</summary>
internal static class AggregateReportJson
{
    public static void Write(Utf8JsonWriter json, AggregateReport? report)
    {
        if (report is null)
        {
            json.WriteNull("aggregate");
            return;
        }

        json.WriteStartObject("aggregate");
        json.WriteString("form", report.Form == AggregateReportForm.Rfc9990 ? "rfc9990" : "rfc7489");
        json.WriteString("organization_name", report.Metadata?.OrganizationName);
        json.WriteString("email", report.Metadata?.Email);
        json.WriteString("extra_contact_info", report.Metadata?.ExtraContactInfo);
        json.WriteString("report_id", report.Metadata?.ReportId);
        json.WriteTime("begin", report.Metadata?.Begin);
        json.WriteTime("end", report.Metadata?.End);
        json.WriteString("generator", report.Metadata?.Generator);
        Write(json, report.Policy);
        json.WriteNumber("messages", report.MessageCount);
        json.WriteNumber("rows_left_out", report.LeftOutCount);
        json.WriteStartArray("rows");
        foreach (var row in report.Records)
        {
            Write(json, row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The policy of a report.</summary>
    public static void Write(Utf8JsonWriter json, PublishedPolicy? policy)
    {
        if (policy is null)
        {
            json.WriteNull("policy");
            return;
        }

        json.WriteStartObject("policy");
        json.WriteString("domain", policy.Domain);
        json.WriteString("p", policy.Policy?.Keyword());
        json.WriteString("sp", policy.SubdomainPolicy?.Keyword());
        json.WriteString("np", policy.NonexistentSubdomainPolicy?.Keyword());
        json.WriteString("adkim", Mode(policy.DkimAlignment));
        json.WriteString("aspf", Mode(policy.SpfAlignment));
        json.WriteString("discovery_method", policy.DiscoveryMethod);
        json.WriteString("fo", policy.FailureOptions);
        if (policy.IsTesting is { } testing)
        {
            json.WriteBoolean("testing", testing);
        }
        else
        {
            json.WriteNull("testing");
        }

        json.WriteEndObject();
    }

    private static string? Mode(DmarcAlignmentMode? mode) => mode switch
    {
        null => null,
        DmarcAlignmentMode.Strict => "s",
        DmarcAlignmentMode.Relaxed => "r",
        _ => throw new UnreachableException(),
    };

    /// <summary>A row of a report.</summary>
    public static void Write(Utf8JsonWriter json, AggregateRecord row)
    {
        json.WriteStartObject();
        json.WriteString("source_ip", row.SourceAddress);
        json.WriteNumber("count", row.Count);
        json.WriteString("disposition", row.Disposition.Keyword());
        json.WriteString("dkim", row.Dkim.Keyword());
        json.WriteString("spf", row.Spf.Keyword());
        json.WriteStartArray("reasons");
        foreach (var reason in row.Reasons)
        {
            json.WriteStartObject();
            json.WriteString("type", reason.Type.Keyword());
            json.WriteString("comment", reason.Comment);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("header_from", row.HeaderFrom);
        json.WriteString("envelope_from", row.EnvelopeFrom);
        json.WriteString("envelope_to", row.EnvelopeTo);
        json.WriteStartArray("dkim_results");
        foreach (var result in row.DkimResults)
        {
            json.WriteStartObject();
            json.WriteString("domain", result.Domain);
            json.WriteString("selector", result.Selector);
            json.WriteString("result", result.Result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (row.SpfResult is { } spf)
        {
            json.WriteStartObject("spf_result");
            json.WriteString("domain", spf.Domain);
            json.WriteString("scope", spf.Scope);
            json.WriteString("result", spf.Result);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("spf_result");
        }

        json.WriteEndObject();
    }
}
