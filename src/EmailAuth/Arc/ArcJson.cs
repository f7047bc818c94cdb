using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>A result of ARC as JSON.</summary>
internal static class ArcJson
{
    public static void Write(Utf8JsonWriter json, ArcResult arc)
    {
        json.WriteStartObject();
        json.WriteString("result", arc.Code.Keyword());
        json.WriteString("reason", arc.Reason);
        json.WriteString("reason_code", arc.ReasonCode);
        if (arc.OldestPass is { } oldest)
        {
            json.WriteNumber("oldest_pass", oldest);
        }

        json.WriteStartArray("sets");
        foreach (var set in arc.Sets)
        {
            json.WriteStartObject();
            json.WriteNumber("instance", set.Instance);

            // What a set says is its domain's only where the seal was verified.
            json.WriteString("domain", set.IsSealVerified ? set.SealingDomain.ToString() : null);
            json.WriteString("claimed_domain", set.SealingDomain.ToString());
            json.WriteString("seal", set.SealResult.Code == SignatureResultCode.None ? "not checked" : set.SealResult.Code.Keyword());
            json.WriteString("chain_validation", set.Seal.ChainValidation.Keyword());
            json.WriteTexts("claims", set.Results?.Results.Select(r => $"{r.Method}={r.Result}") ?? []);
            ArcSetJson.Write(json, set);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
