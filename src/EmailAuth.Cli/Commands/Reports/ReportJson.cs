using System.Globalization;
using System.Text.Json;
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
        AggregateReportJson.Write(json, report.Policy);
        json.WriteStartArray("rua");
        foreach (var address in report.ReportUris)
        {
            json.WriteStringValue(address);
        }

        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (var row in rows)
        {
            AggregateReportJson.Write(json, row);
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
}
