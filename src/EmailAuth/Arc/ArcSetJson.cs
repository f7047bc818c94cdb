using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>Writes the results of one set's signatures, beside what the set claims.</summary>
internal static class ArcSetJson
{
    /// <summary>Writes members of the current object.</summary>
    public static void Write(Utf8JsonWriter json, ArcSet set)
    {
        json.WriteString("selector", set.Seal.Selector);
        json.WriteString("sealed_at", set.Seal.SignedAt?.ToString("u"));
        json.WriteString("seal_reason", set.SealResult.Reason);
        json.WriteString("seal_reason_code", set.SealResult.ReasonCode);
        json.WriteString("message_signature", set.MessageSignatureResult.Code == SignatureResultCode.None ? "not checked" : set.MessageSignatureResult.Code.Keyword());
        json.WriteString("message_signature_reason", set.MessageSignatureResult.Reason);
        json.WriteString("message_signature_reason_code", set.MessageSignatureResult.ReasonCode);
        if (set.MessageSignatureResult.Code == SignatureResultCode.Pass)
        {
            json.WriteBoolean("covers_author", set.MessageSignatureResult.CoversAuthor);
            json.WriteNumber("unsigned_body_octets", set.MessageSignatureResult.UnsignedBodyLength);
            json.WriteTexts("unsigned_copies", set.MessageSignatureResult.UnsignedCopies);
        }

        json.WriteString("claims_defect", set.ResultsDefect);
    }
}
