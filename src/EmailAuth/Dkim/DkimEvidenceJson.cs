using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>Writes what a signature's result rests on beside the tags: where its key is, its canonicalization, what it leaves unsigned.</summary>
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
        json.WriteString("canonicalization", $"{signature.HeaderCanonicalization.Keyword()}/{signature.BodyCanonicalization.Keyword()}");
        json.WriteTexts("unsigned_fields", result.UnsignedDisplayedFields);
    }
}
