using System.Text.Json;
using EmailAuth.Results;

namespace EmailAuth.Milter.Logging;

/// <summary>A message's members in a JSON log: one for each method, so that a query can name what it looks for.</summary>
internal static class MessageLogMembers
{
    /// <summary>Writes the members into the object that is open.</summary>
    public static void Write(Utf8JsonWriter json, MessageLogEntry entry)
    {
        WriteText(json, "queue_id", entry.QueueId);
        WriteText(json, "client", entry.Client?.ToString());
        WriteText(json, "helo", entry.Helo);
        WriteText(json, "from", entry.ReversePath);
        if (entry.Outcome is { } outcome)
        {
            WriteFindings(json, entry, outcome);
        }
        else if (entry.NotJudged is not null)
        {
            WriteText(json, "not_judged", entry.NotJudged);
        }

        WriteText(json, "action", entry.Action);
        WriteText(json, "reason", entry.Reason, LogText.MaxReason);
        WriteRemovals(json, entry);
        json.WriteNumber("body_bytes", entry.BodyBytes);
        json.WriteNumber("wait_ms", Math.Round(entry.Wait.TotalMilliseconds, 3));
        if (entry.WithheldField is { } field)
        {
            WriteText(json, "field", field, LogText.MaxField);
        }
    }

    private static void WriteFindings(Utf8JsonWriter json, MessageLogEntry entry, AuthenticationOutcome outcome)
    {
        WriteText(json, "author", outcome.Author.Domain?.ToString());
        if (outcome.Author.Domain is null)
        {
            json.WriteStartArray("author_domains");
            foreach (var domain in entry.AuthorDomains)
            {
                json.WriteStringValue(domain);
            }

            json.WriteEndArray();
        }

        WriteMethod(json, "iprev", outcome.Iprev?.ToMethodResult(), "host", outcome.Iprev?.HostName?.ToString(), outcome.Iprev?.Reason);
        WriteMethod(json, "spf_helo", outcome.SpfHelo?.ToMethodResult(), "domain", outcome.SpfHelo?.Domain?.ToString(), outcome.SpfHelo?.Reason);
        WriteMethod(json, "spf", outcome.Spf?.ToMethodResult(), "domain", outcome.Spf?.Domain?.ToString(), outcome.Spf?.Reason);
        WriteSignatures(json, entry, outcome);
        WriteMethod(json, "arc", outcome.Arc?.ToMethodResult(), null, null, outcome.Arc?.Reason);
        WriteDmarc(json, outcome);
        WriteMethod(json, "bimi", outcome.Bimi?.ToMethodResult(), "domain", outcome.Bimi?.Domain?.ToString(), outcome.Bimi?.Reason);
        json.WriteNumber("lookups", outcome.LookupCount);
    }

    private static void WriteSignatures(Utf8JsonWriter json, MessageLogEntry entry, AuthenticationOutcome outcome)
    {
        if (outcome.Dkim is null)
        {
            return;
        }

        json.WriteStartArray("dkim");
        foreach (var signature in entry.ListedSignatures)
        {
            json.WriteStartObject();
            WriteText(json, "domain", signature.Domain?.ToString());
            WriteText(json, "selector", signature.Selector);
            WriteText(json, "result", signature.ToMethodResult().Result);
            WriteText(json, "reason", signature.Reason, LogText.MaxReason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (entry.OmittedSignatures > 0)
        {
            json.WriteNumber("dkim_omitted", entry.OmittedSignatures);
        }
    }

    private static void WriteDmarc(Utf8JsonWriter json, AuthenticationOutcome outcome)
    {
        if (outcome.Dmarc is not { } dmarc)
        {
            return;
        }

        json.WriteStartObject("dmarc");
        WriteText(json, "result", dmarc.ToMethodResult().Result);
        WriteText(json, "policy", MessageLogEntry.PolicyOf(dmarc));
        WriteText(json, "domain", dmarc.PolicyDomain?.ToString());
        json.WriteBoolean("policy_assumed", dmarc.IsPolicyAssumed);
        WriteText(json, "disposition", MessageLogEntry.Keyword(dmarc.AppliedDisposition));
        WriteText(json, "override", dmarc.Override?.TypeKeyword);
        WriteText(json, "reason", dmarc.Reason, LogText.MaxReason);
        json.WriteEndObject();
    }

    private static void WriteRemovals(Utf8JsonWriter json, MessageLogEntry entry)
    {
        json.WriteStartArray("removed");
        foreach (var removal in entry.Verdict.Removals.Take(MessageLogEntry.MaxListed))
        {
            json.WriteStartObject();
            WriteText(json, "name", removal.Name);
            json.WriteNumber("number", removal.Occurrence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("removed_count", entry.Verdict.Removals.Length);
    }

    private static void WriteMethod(Utf8JsonWriter json, string name, MethodResult? result, string? subject, string? value, string? reason)
    {
        if (result is null)
        {
            return;
        }

        json.WriteStartObject(name);
        WriteText(json, "result", result.Result);
        if (subject is not null)
        {
            WriteText(json, subject, value);
        }

        WriteText(json, "reason", reason, LogText.MaxReason);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value, int most = LogText.MaxName) =>
        json.WriteString(name, value is null ? null : LogText.Bounded(value, most));
}
