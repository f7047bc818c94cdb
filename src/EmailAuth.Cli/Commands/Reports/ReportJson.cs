using System.Globalization;
using System.Text.Json;
using EmailAuth.Dmarc;
using EmailAuth.Reports;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Writing;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>Reports as JSON. The schemas describe it.</summary>
internal static class ReportJson
{
    /// <summary>A report with its rows.</summary>
    public static void Write(Utf8JsonWriter json, StoredReport report, IEnumerable<AggregateRecord> rows)
    {
        json.WriteStartObject();
        json.WriteString("id", report.Id);
        json.WriteString("begin", Time(report.Period.Begin));
        json.WriteString("end", Time(report.Period.End));
        json.WriteString("final_since", Time(report.SealedAt));
        json.WriteNumber("messages", report.Messages);
        json.WriteNumber("messages_about_reports", report.MessagesAboutReports);
        Write(json, report.Policy);
        json.WriteStartArray("rua");
        foreach (var address in report.ReportUris)
        {
            json.WriteStringValue(address);
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (var row in rows)
        {
            Write(json, row);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The file of a report.</summary>
    public static void Write(Utf8JsonWriter json, ReportFile file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        json.WriteBoolean("kept", file.IsKept);
        json.WriteString("id", file.Report.Id);
        json.WriteString("domain", file.Report.Policy.Domain);
        json.WriteString("begin", Time(file.Report.Period.Begin));
        json.WriteString("end", Time(file.Report.Period.End));
        json.WriteNumber("messages", file.Report.Messages);
        json.WriteStartArray("findings");
        foreach (var finding in file.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code.Keyword());
            json.WriteString("severity", finding.Severity.Keyword());
            json.WriteString("place", finding.Place);
            json.WriteString("text", finding.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, PublishedPolicy policy)
    {
        json.WriteStartObject("policy");
        json.WriteString("domain", policy.Domain);
        json.WriteString("p", policy.Policy?.Keyword());
        json.WriteString("sp", policy.SubdomainPolicy?.Keyword());
        json.WriteString("np", policy.NonexistentSubdomainPolicy?.Keyword());
        json.WriteString("adkim", Word(policy.DkimAlignment));
        json.WriteString("aspf", Word(policy.SpfAlignment));
        json.WriteString("discovery_method", policy.DiscoveryMethod);
        json.WriteString("fo", policy.FailureOptions);
        if (policy.IsTesting is { } isTesting)
        {
            json.WriteBoolean("testing", isTesting);
        }
        else
        {
            json.WriteNull("testing");
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AggregateRecord row)
    {
        json.WriteStartObject();
        json.WriteNumber("count", row.Count);
        json.WriteString("source_ip", row.SourceAddress);
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
        foreach (var signature in row.DkimResults)
        {
            json.WriteStartObject();
            json.WriteString("domain", signature.Domain);
            json.WriteString("selector", signature.Selector);
            json.WriteString("result", signature.Result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (row.SpfResult is { } spf)
        {
            json.WriteStartObject("spf_result");
            json.WriteString("domain", spf.Domain);
            json.WriteString("result", spf.Result);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("spf_result");
        }

        json.WriteEndObject();
    }

    private static string? Word(DmarcAlignmentMode? mode) => mode switch
    {
        null => null,
        DmarcAlignmentMode.Strict => "s",
        DmarcAlignmentMode.Relaxed => "r",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
