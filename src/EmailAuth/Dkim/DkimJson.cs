using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>The results of DKIM as JSON: an object for each signature.</summary>
internal static class DkimJson
{
    public static void Write(Utf8JsonWriter json, DkimResults dkim)
    {
        json.WriteStartArray();
        foreach (var result in dkim.Signatures)
        {
            Write(json, result);
        }

        json.WriteEndArray();
    }

    public static void WriteSummary(Utf8JsonWriter json, DkimResults dkim)
    {
        json.WriteStartArray();
        foreach (var result in dkim.Signatures)
        {
            WriteStart(json, result);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStart(Utf8JsonWriter json, DkimResult result)
    {
        json.WriteStartObject();
        json.WriteString("domain", result.Domain?.ToString());
        json.WriteString("selector", result.Selector);
        json.WriteString("result", result.Code.Keyword());
        json.WriteString("reason", result.Reason);
        json.WriteString("reason_code", result.ReasonCode);
    }

    private static void Write(Utf8JsonWriter json, DkimResult result)
    {
        WriteStart(json, result);
        json.WriteString("algorithm", result.Signature?.Algorithm.Name);
        json.WriteString("identity", result.Signature?.Identity);
        if (result.KeyBits is { } bits)
        {
            json.WriteNumber("key_bits", bits);
        }

        if (result.Signature is { } signature)
        {
            json.WriteString("signed_fields", string.Join(':', signature.FieldNames));
            json.WriteString("signed_at", signature.SignedAt?.ToString("u"));
            json.WriteString("expires_at", signature.ExpiresAt?.ToString("u"));
        }

        json.WriteNumber("unsigned_body_octets", result.UnsignedBodyLength);
        json.WriteBoolean("testing", result.IsTesting);
        json.WriteTexts("unsigned_copies", result.UnsignedCopies);
        json.WriteString("header_check", result.HeaderCheck.Keyword());
        json.WriteString("body_check", result.BodyCheck.Keyword());
        DkimEvidenceJson.Write(json, result);
        json.WriteEndObject();
    }
}
