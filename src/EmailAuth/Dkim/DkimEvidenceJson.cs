using System.Text.Json;
using EmailAuth.Results;

namespace EmailAuth.Dkim;

/// <summary>Writes further evidence of a signature: where its key is, its canonicalization, which fields it leaves unsigned.</summary>
internal static class DkimEvidenceJson
{
    /// <summary>Writes members of the object in hand.</summary>
    public static void Write(Utf8JsonWriter json, DkimResult result)
    {
        if (result.Signature is not { } signature)
        {
            return;
        }

        json.WriteString("key_name", signature.KeyName.ToString());
        json.WriteString("canonicalization", signature.Canonicalization);
        json.WriteTexts("unsigned_fields", result.UnsignedDisplayedFields);
    }
}
