using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Output;

/// <summary>Writes what changed signatures, and how the message differs from a copy, as JSON.</summary>
internal static class DiagnosisJson
{
    public static void Write(Utf8JsonWriter json, MessageAccount account)
    {
        if (account.Signatures is not { } signatures)
        {
            return;
        }

        json.WriteStartArray("signature_diagnoses");
        foreach (var diagnosis in signatures)
        {
            Write(json, diagnosis);
        }

        json.WriteEndArray();
        json.WriteStartArray("copy_comparisons");
        foreach (var comparison in account.Comparisons)
        {
            Write(json, comparison);
        }

        json.WriteEndArray();
    }

    /// <summary>What the key shows, in one word; null for nothing.</summary>
    public static string? Keyword(SignatureOpening opening) => opening switch
    {
        SignatureOpening.Unknown => null,
        SignatureOpening.OtherKey => "other_key",
        SignatureOpening.Opened => "opened",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void Write(Utf8JsonWriter json, SignatureDiagnosis diagnosis)
    {
        json.WriteStartObject();
        json.WriteNumber("number", diagnosis.Index + 1);
        json.WriteString("domain", diagnosis.Result.Domain?.ToString());
        json.WriteString("selector", diagnosis.Result.Selector);
        json.WriteString("key", Keyword(diagnosis.Key));
        json.WriteString("header_search", diagnosis.HeaderSearch.Keyword());
        json.WriteString("body_search", diagnosis.BodySearch.Keyword());
        json.WriteNumber("tries", diagnosis.TryCount);
        json.WriteNumber("hashed_octets", diagnosis.HashedBytes);
        json.WriteString("summary", diagnosis.Summary);
        json.WriteStartArray("changes");
        foreach (var change in diagnosis.Changes)
        {
            json.WriteStartObject();
            json.WriteString("code", change.Code.Keyword());
            json.WriteString("text", change.Text);
            json.WriteBoolean("proven", change.IsProven);
            json.WriteString("section", change.Section);
            json.WriteString("advice", change.Advice);
            AccountJson.WriteStrings(json, "arguments", change.Arguments);
            Write(json, "diff", change.Diff);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, CopyComparison comparison)
    {
        json.WriteStartObject();
        json.WriteNumber("number", comparison.Index + 1);
        json.WriteString("domain", comparison.Signature.Domain.ToString());
        json.WriteString("selector", comparison.Signature.Selector);
        json.WriteBoolean("body_is_signed", comparison.IsSignedBody);
        if (comparison.IsSignedHeader is { } isSigned)
        {
            json.WriteBoolean("header_is_signed", isSigned);
        }
        else
        {
            json.WriteNull("header_is_signed");
        }

        Write(json, "header_diff", comparison.HeaderDiff);
        Write(json, "body_diff", comparison.BodyDiff);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<DiffLine> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("side", line.IsSigned ? "signed" : "arrived");
            json.WriteString("text", line.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
