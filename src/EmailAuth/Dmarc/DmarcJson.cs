using System.Text.Json;
using EmailAuth.Results;

namespace EmailAuth.Dmarc;

/// <summary>A result of DMARC as JSON.</summary>
internal static class DmarcJson
{
    public static void WriteSummary(Utf8JsonWriter json, DmarcResult dmarc)
    {
        WriteStart(json, dmarc);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, DmarcResult dmarc)
    {
        WriteStart(json, dmarc);
        json.WriteString("author_domain", dmarc.AuthorDomain?.ToString());
        json.WriteString("policy_domain", dmarc.PolicyDomain?.ToString());
        json.WriteString("record", dmarc.Record?.Text);
        json.WriteString("reason", dmarc.Reason);
        json.WriteString("reason_code", dmarc.ReasonCode);
        json.WriteString("override", dmarc.Override?.TypeKeyword);
        json.WriteString("override_comment", dmarc.Override?.Comment);
        json.WriteTexts("alignments", dmarc.Alignments.Select(a => a.ToString()));
        json.WriteTexts("walk", dmarc.Walk.Select(w => w.ToString()));
        DmarcEvidenceJson.Write(json, dmarc);
        json.WriteEndObject();
    }

    private static void WriteStart(Utf8JsonWriter json, DmarcResult dmarc)
    {
        json.WriteStartObject();
        json.WriteString("result", dmarc.Code.Keyword());
        json.WriteString("policy", dmarc.PublishedPolicy?.Keyword());
        json.WriteString("disposition", dmarc.AppliedDisposition.Keyword());
        json.WriteString("org_domain", dmarc.OrganizationalDomain?.ToString());
    }
}
