using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Milter.Logging;

/// <summary>A message's members in a JSON log: one for each method, so that a query can name it.</summary>
internal static class MessageLogMembers
{
    /// <summary>Writes the members into the object that the writer is in.</summary>
    public static void Write(Utf8JsonWriter json, MessageLogEntry entry)
    {
        WriteText(json, "queue_id", entry.QueueId);
        WriteText(json, "client", entry.Client?.ToString());
        WriteText(json, "helo", entry.Helo);
        if (entry.Relay is { } relay)
        {
            WriteText(json, "relay", relay.Relay);
            WriteText(json, "relay_reason", relay.Problem, LogText.MaxReason);
        }

        WriteText(json, "from", entry.ReversePath);
        if (entry.Author is { } author)
        {
            WriteAuthor(json, entry, author);
        }

        if (entry.Outcome is { } outcome)
        {
            WriteFindings(json, entry, outcome);
        }
        else if (entry.NotJudged is not null)
        {
            WriteText(json, "not_judged", entry.NotJudged);
        }

        if (entry.Verdict.Signing is { } signing)
        {
            WriteText(json, "signing", signing.Result);
            json.WriteStartArray("signatures");
            foreach (var identity in signing.Identities)
            {
                json.WriteStartObject();
                WriteText(json, "domain", identity.Domain.ToString());
                WriteText(json, "selector", identity.Selector);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        WriteText(json, "action", entry.Action);
        WriteText(json, "reason", entry.Reason, LogText.MaxReason);
        if (entry.Outcome?.Exceptions is { IsEmpty: false } exceptions)
        {
            json.WriteStartArray("exceptions");
            foreach (var exception in exceptions)
            {
                json.WriteStringValue(LogText.Bounded(exception.ToString(), LogText.MaxReason));
            }

            json.WriteEndArray();
        }

        WriteFields(json, "removed", entry.Removed);
        if (!entry.NotRemoved.IsEmpty)
        {
            WriteFields(json, "not_removed", entry.NotRemoved);
        }

        json.WriteNumber("body_bytes", entry.BodyBytes);
        json.WriteNumber("wait_ms", Math.Round(entry.Wait.TotalMilliseconds, 3));
        if (entry.WithheldField is { } field)
        {
            WriteText(json, "field", field, LogText.MaxField);
        }
    }

    private static void WriteAuthor(Utf8JsonWriter json, MessageLogEntry entry, Author author)
    {
        WriteText(json, "author", author.Domain?.ToString());
        if (author.Domain is null)
        {
            json.WriteStartArray("author_domains");
            foreach (var domain in entry.AuthorDomains)
            {
                json.WriteStringValue(domain);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteFindings(Utf8JsonWriter json, MessageLogEntry entry, AuthenticationOutcome outcome)
    {
        foreach (var method in MessageLogEntry.InOrder(outcome))
        {
            switch (method)
            {
                case DkimResults:
                    WriteSignatures(json, entry, method.Name);
                    break;
                case DmarcResult dmarc:
                    WriteDmarc(json, method.Name, dmarc);
                    break;
                default:
                    WriteMethod(json, method);
                    break;
            }
        }

        json.WriteNumber("lookups", outcome.LookupCount);
    }

    private static void WriteSignatures(Utf8JsonWriter json, MessageLogEntry entry, string name)
    {
        json.WriteStartArray(name);
        foreach (var signature in entry.ListedSignatures)
        {
            json.WriteStartObject();
            WriteText(json, "domain", signature.Domain?.ToString());
            WriteText(json, "selector", signature.Selector);
            WriteText(json, "result", signature.Code.Keyword());
            WriteText(json, "reason", signature.Reason, LogText.MaxReason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (entry.OmittedSignatures > 0)
        {
            json.WriteNumber(name + "_omitted", entry.OmittedSignatures);
        }
    }

    private static void WriteDmarc(Utf8JsonWriter json, string name, DmarcResult dmarc)
    {
        json.WriteStartObject(name);
        WriteText(json, "result", dmarc.Code.Keyword());
        WriteText(json, "policy", MessageLogEntry.PolicyOf(dmarc));
        WriteText(json, "domain", dmarc.PolicyDomain?.ToString());
        json.WriteBoolean("policy_assumed", dmarc.IsPolicyAssumed);
        WriteText(json, "disposition", dmarc.AppliedDisposition.Keyword());
        WriteText(json, "override", dmarc.Override?.TypeKeyword);
        WriteText(json, "reason", dmarc.Reason, LogText.MaxReason);
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, string name, ImmutableArray<FieldRemoval> fields)
    {
        json.WriteStartArray(name);
        foreach (var removal in fields.Take(MessageLogEntry.MaxListed))
        {
            json.WriteStartObject();
            WriteText(json, "name", removal.Name);
            json.WriteNumber("number", removal.Occurrence);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber(name + "_count", fields.Length);
    }

    // Only the result, its identity and the reason of the method's own JSON; the rest is for an inspection of one message.
    private static void WriteMethod(Utf8JsonWriter json, IMethodOutcome method)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var own = new Utf8JsonWriter(buffer))
        {
            method.WriteJson(own);
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        json.WriteStartObject(method.Name);
        foreach (var member in document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.EnumerateObject() : default)
        {
            if (member is { Name: "result" or "domain" or "host" or "reason", Value.ValueKind: JsonValueKind.String or JsonValueKind.Null })
            {
                WriteText(json, member.Name, member.Value.GetString(), member.Name == "reason" ? LogText.MaxReason : LogText.MaxName);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value, int most = LogText.MaxName) =>
        json.WriteString(name, value is null ? null : LogText.Bounded(value, most));
}
