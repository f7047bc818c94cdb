using System.Text.Json;

namespace EmailAuth.Spf;

/// <summary>A result of SPF as JSON.</summary>
internal static class SpfJson
{
    public static void WriteSummary(Utf8JsonWriter json, SpfResult spf)
    {
        json.WriteStartObject();
        json.WriteString("result", spf.Code.Keyword());
        json.WriteString("domain", spf.Domain?.ToString());
        json.WriteString("explanation", spf.Explanation);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, SpfResult spf)
    {
        json.WriteStartObject();
        json.WriteString("result", spf.Code.Keyword());
        json.WriteString("domain", spf.Domain?.ToString());
        json.WriteString("sender", spf.Sender);
        json.WriteString("explanation", spf.Explanation);
        json.WriteString("mechanism", spf.MatchedMechanism?.ToString());
        json.WriteString("reason", spf.Reason);
        json.WriteString("reason_code", spf.ReasonCode);
        json.WriteNumber("lookups", spf.LookupCount);
        json.WriteNumber("void_lookups", spf.VoidLookupCount);
        SpfEvidenceJson.Write(json, "evidence", spf.Evidence);
        json.WriteEndObject();
    }
}
