using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailAuth.Inspection.Outcomes;

namespace EmailAuth.Cli.Output;

/// <summary>Writes what the command adds to the JSON of an outcome: causes, advice, hops and what earlier hosts recorded.</summary>
internal static class AccountJson
{
    public static void Write(Utf8JsonWriter json, MessageAccount account)
    {
        json.WriteString("headline", Headline.Of(account));
        json.WriteStartArray("checks");
        foreach (var check in account.Checks)
        {
            json.WriteStartObject();
            json.WriteString("method", check.Method);
            json.WriteString("domain", check.Domain);
            json.WriteString("selector", check.Selector);
            json.WriteString("result", check.Result);
            json.WritePropertyName("aligned");
            if (check.IsAligned is { } aligned)
            {
                json.WriteBooleanValue(aligned);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteString("text", check.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("causes");
        foreach (var cause in account.Diagnosis.Causes)
        {
            json.WriteStartObject();
            json.WriteString("code", cause.Code.Keyword());
            json.WriteString("text", cause.Text);
            json.WriteBoolean("certain", cause.IsCertain);
            WriteStrings(json, "arguments", cause.Arguments);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("advice");
        foreach (var advice in account.Diagnosis.Advice)
        {
            json.WriteStartObject();
            json.WriteString("code", advice.Code.Keyword());
            json.WriteString("text", advice.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        DiagnosisJson.Write(json, account);
        json.WriteStartArray("hops");
        foreach (var hop in account.Hops)
        {
            Write(json, hop);
        }

        json.WriteEndArray();
        json.WriteStartArray("earlier_results");
        foreach (var report in account.Diagnosis.Earlier)
        {
            Write(json, report, account.Diagnosis);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the signatures, each with what it covers.</summary>
    public static void WriteSignatures(Utf8JsonWriter json, JsonElement signatures, ImmutableArray<SignatureCoverage> coverage)
    {
        json.WriteStartArray("dkim");
        foreach (var (index, signature) in signatures.EnumerateArray().Index())
        {
            json.WriteStartObject();
            foreach (var member in signature.EnumerateObject())
            {
                member.WriteTo(json);
            }

            if (index < coverage.Length && coverage[index] is { IsKnown: true } covered)
            {
                json.WriteStartObject("coverage");
                WriteStrings(json, "signed", covered.Signed);
                WriteStrings(json, "absent", covered.Absent);
                WriteStrings(json, "oversigned", covered.Oversigned);
                WriteStrings(json, "partly", covered.Partly);
                WriteStrings(json, "unsigned", covered.Unsigned);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what is known of the run.</summary>
    public static void WriteRun(Utf8JsonWriter json, MessageAccount account)
    {
        if (account.CheckedAt is { } time)
        {
            json.WriteString("checked_at", time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        }

        if (account.Octets is { } octets)
        {
            json.WriteNumber("octets", octets);
        }
    }

    private static void Write(Utf8JsonWriter json, MessageHop hop)
    {
        json.WriteStartObject();
        json.WriteNumber("number", hop.Number);
        json.WriteString("by", hop.Received.ByHost);
        json.WriteString("from", hop.Received.FromHost);
        json.WriteString("address", hop.Received.ClientAddress?.ToString());
        json.WriteString("reverse_name", hop.Received.ReverseName);
        json.WriteString("protocol", hop.Received.With);
        json.WriteString("id", hop.Received.Id);
        json.WriteString("time", hop.Received.Date?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        if (hop.Delay is { } delay)
        {
            json.WriteNumber("delay_seconds", (long)delay.TotalSeconds);
        }
        else
        {
            json.WriteNull("delay_seconds");
        }

        json.WriteBoolean("own", hop.IsOwn);
        json.WriteBoolean("border", hop.IsBorder);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, EarlierReport report, OutcomeDiagnosis diagnosis)
    {
        json.WriteStartObject();
        json.WriteString("host", report.Host);
        if (report.Instance is { } instance)
        {
            json.WriteNumber("arc_instance", instance);
        }
        else
        {
            json.WriteNull("arc_instance");
        }

        json.WriteStartArray("results");
        foreach (var result in report.Results)
        {
            json.WriteStartObject();
            json.WriteString("method", result.Method);
            json.WriteString("result", result.Result);
            WriteStrings(json, "properties", result.Properties.Select(static property => $"{property.Type}.{property.Name}={property.Value}"));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteStrings(json, "fails_since", report == diagnosis.PassedEarlier ? diagnosis.FailsSince : []);
        json.WriteEndObject();
    }

    internal static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
