using System.Diagnostics;
using System.Text.Json;
using EmailAuth.Dns;
using EmailAuth.Results;

namespace EmailAuth.Spf;

/// <summary>Writes how records were evaluated, term by term, with the terms that were not reached.</summary>
internal static class SpfEvidenceJson
{
    // More levels than a check of RFC 7208 section 4.6.4 can have. Many readers of JSON allow 64 levels, and a level here is three of them.
    private const int MaxLevels = 16;

    /// <summary>Writes the evidence as a member of the current object; null without evidence.</summary>
    public static void Write(Utf8JsonWriter json, string name, SpfEvidence? evidence) => Write(json, name, evidence, 1);

    private static void Write(Utf8JsonWriter json, string name, SpfEvidence? evidence, int level)
    {
        json.WritePropertyName(name);
        if (evidence is null)
        {
            json.WriteNullValue();
        }
        else
        {
            WriteValue(json, evidence, level);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, SpfEvidence evidence, int level)
    {
        json.WriteStartObject();
        json.WriteString("domain", evidence.Domain.ToString());
        json.WriteString("result", evidence.Code.Keyword());
        json.WriteString("record", evidence.Record?.Text);
        WriteLookup(json, "lookup", evidence.Lookup);
        json.WriteStartArray("terms");
        foreach (var term in evidence.Terms)
        {
            WriteTerm(json, term, level);
        }

        foreach (var term in evidence.NotReached)
        {
            WriteNotReached(json, term.ToString());
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTerm(Utf8JsonWriter json, SpfTermEvidence term, int level)
    {
        json.WriteStartObject();
        json.WriteString("term", term.Term);
        json.WriteString("outcome", term.Outcome switch
        {
            SpfTermOutcome.NoMatch => "no_match",
            SpfTermOutcome.Match => "match",
            SpfTermOutcome.Followed => "followed",
            SpfTermOutcome.Error => "error",
            _ => throw new UnreachableException(),
        });
        json.WriteString("note", term.Note);
        if (term.LookupNumber is { } number)
        {
            json.WriteNumber("lookup_number", number);
        }
        else
        {
            json.WriteNull("lookup_number");
        }

        json.WriteStartArray("lookups");
        foreach (var lookup in term.Lookups)
        {
            WriteLookup(json, null, lookup);
        }

        json.WriteEndArray();
        if (level < MaxLevels)
        {
            Write(json, "target", term.Target, level + 1);
        }
        else
        {
            json.WriteString("target", term.Target is null ? null : $"{term.Target.Domain}: {term.Target.Code.Keyword()}");
        }

        json.WriteEndObject();
    }

    private static void WriteNotReached(Utf8JsonWriter json, string term)
    {
        json.WriteStartObject();
        json.WriteString("term", term);
        json.WriteString("outcome", "not_reached");
        json.WriteEndObject();
    }

    private static void WriteLookup(Utf8JsonWriter json, string? name, SpfLookup? lookup)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        if (lookup is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("type", lookup.Type.ToString().ToUpperInvariant());
        json.WriteString("name", lookup.Name);
        json.WriteString("status", lookup.Status switch
        {
            DnsStatus.Records => "records",
            DnsStatus.NoData => "no_data",
            DnsStatus.NameError => "no_such_name",
            DnsStatus.Failure => "failed",
            _ => throw new UnreachableException(),
        });
        json.WriteTexts("answers", lookup.Answers);
        json.WriteString("failure", lookup.Failure);
        json.WriteEndObject();
    }
}
