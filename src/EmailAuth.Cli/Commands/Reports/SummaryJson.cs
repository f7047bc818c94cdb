using System.Globalization;
using System.Text.Json;
using EmailAuth.Reports.Store.Incoming;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>Writes a summary of reports for programs; reports-summary.schema.json describes it.</summary>
internal static class SummaryJson
{
    public static void Write(Utf8JsonWriter json, IncomingSummary summary)
    {
        json.WriteStartObject();
        json.WriteString("domain", summary.Domain);
        json.WriteString("since", Day(summary.Since));
        json.WriteString("until", Day(summary.Until));
        json.WriteString("before", Day(summary.Before));
        json.WriteStartObject("messages");
        Mail(json, summary.Messages);
        json.WriteNumber("sources", summary.Messages.Names);
        json.WriteEndObject();
        List(json, "sources", summary.Sources, static (json, one) => Named(json, "source", one));
        List(json, "new_sources", summary.NewSources, static (json, one) => Named(json, "source", one));
        List(json, "stopped_sources", summary.StoppedSources, static (json, one) => Named(json, "source", one));
        List(json, "failing_selectors", summary.FailingSelectors, static (json, one) => Counts(json, one, "domain", "selector", ("signatures", one.Count), ("passing", one.Passing), ("signatures_before", one.CountBefore), ("passing_before", one.PassingBefore)));
        List(json, "days", summary.Days, static (json, one) => Counts(json, one, "day", null, ("messages", one.Count), ("dkim_aligned", one.Dkim), ("spf_aligned", one.Spf), ("passing", one.Passing)));
        List(json, "dispositions", summary.Dispositions, static (json, one) => Counts(json, one, "disposition", null, ("messages", one.Count)));
        List(json, "policies", summary.Policies, static (json, one) => Counts(json, one, "policy", null, ("reports", one.Documents), ("messages", one.Count)));
        json.WriteStartObject("documents");
        Documents(json, summary.Documents);
        json.WriteEndObject();
        List(json, "reporters", summary.Reporters, static (json, one) =>
        {
            json.WriteString("submitter", one.Submitter);
            Documents(json, one);
        });
        List(json, "contradictions", summary.Contradictions, static (json, one) => Counts(json, one, "code", "severity", ("occurrences", one.Count), ("documents", one.Documents)));
        List(json, "findings", summary.Findings, static (json, one) => Counts(json, one, "code", "severity", ("occurrences", one.Count), ("documents", one.Documents)));
        List(json, "complaints", summary.Complaints, static (json, one) => Counts(json, one, "stream", "type", ("complaints", one.Count), ("complaints_before", one.CountBefore)));
        json.WriteStartObject("tls");
        json.WriteNumber("sessions", summary.TlsSessions.Count);
        json.WriteNumber("failed", summary.TlsSessions.Count - summary.TlsSessions.Passing);
        List(json, "failures", summary.TlsFailures, static (json, one) => Counts(json, one, "result_type", "mx", ("sessions", one.Count), ("sessions_before", one.CountBefore)));
        List(json, "reporters", summary.TlsReporters, static (json, one) => Counts(json, one, "result_type", "submitter", ("sessions", one.Count)));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Named(Utf8JsonWriter json, string name, IncomingSum sum)
    {
        json.WriteString(name, sum.Key);
        Mail(json, sum);
    }

    private static void Mail(Utf8JsonWriter json, IncomingSum sum)
    {
        json.WriteNumber("messages", sum.Count);
        json.WriteNumber("dkim_aligned", sum.Dkim);
        json.WriteNumber("spf_aligned", sum.Spf);
        json.WriteNumber("passing", sum.Passing);
        json.WriteNumber("messages_before", sum.CountBefore);
        json.WriteNumber("passing_before", sum.PassingBefore);
    }

    private static void Documents(Utf8JsonWriter json, DocumentSum sum)
    {
        json.WriteNumber("counted", sum.Counted);
        json.WriteNumber("aggregate", sum.Aggregate);
        json.WriteNumber("tls", sum.Tls);
        json.WriteNumber("signed", sum.Signed);
        json.WriteNumber("split_over_days", sum.Split);
        json.WriteNumber("conforming", sum.Conforming);
        json.WriteNumber("salvaged", sum.Salvaged);
        json.WriteNumber("unusable", sum.Unusable);
        json.WriteNumber("other_versions", sum.OtherVersions);
        json.WriteNumber("duplicates", sum.Duplicates);
        json.WriteNumber("messages", sum.Messages);
        json.WriteNumber("not_aligned", sum.Failed);
    }

    private static void Counts(Utf8JsonWriter json, IncomingSum sum, string key, string? detail, params ReadOnlySpan<(string Name, long Value)> counts)
    {
        json.WriteString(key, sum.Key);
        if (detail is not null)
        {
            json.WriteString(detail, sum.Detail);
        }

        foreach (var (name, value) in counts)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void List<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            write(json, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
