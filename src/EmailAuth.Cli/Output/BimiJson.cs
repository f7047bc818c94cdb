using System.Text.Json;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Output;

/// <summary>The result of <c>emailauth bimi</c> for programs: the same content as in <see cref="BimiExplanation"/> for people.</summary>
internal static class BimiJson
{
    /// <summary>Writes the result; a part that was not requested is null.</summary>
    public static void Write(
        Utf8JsonWriter json,
        DomainName domain,
        BimiInspection inspection,
        ParseResult<BimiIndicator>? logo,
        MarkCertificate? certificate,
        bool logoDiffers,
        FindingCounts counts)
    {
        var (dmarc, result, published) = (inspection.Dmarc, inspection.Result, inspection.Published);
        json.WriteStartObject();
        json.WriteString("domain", domain.ToString());
        json.WriteString("result", result.Code.Keyword());
        json.WriteString("reason", result.Reason);
        json.WriteString("reason_code", result.ReasonCode);
        json.WriteString("dmarc_policy", dmarc.PublishedPolicy?.Keyword());
        json.WriteString("record_domain", published.Domain?.ToString());
        json.WriteString("selector", published.Selector);
        json.WriteString("record", published.Record?.Text);
        json.WriteStartArray("texts");
        foreach (var text in inspection.Records)
        {
            json.WriteStartObject();
            json.WriteString("name", text.Name.ToString());
            json.WriteString("text", text.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        RecordOutput.WriteFindings(json, inspection.Findings);
        counts.WriteTo(json);
        json.WriteString("location", published.Record?.Location);
        json.WriteString("evidence", published.Record?.EvidenceLocation);
        json.WriteString("authority", published.Authority.Keyword());
        json.WriteStartArray("lookups");
        foreach (var lookup in published.Lookups)
        {
            json.WriteStringValue($"{lookup.Name} TXT: {lookup.Status.Keyword()}");
        }

        json.WriteEndArray();
        Write(json, "indicator", published.Indicator);
        Write(json, "certificate", published.MarkCertificate);
        json.WritePropertyName("logo_file");
        WriteLogo(json, logo);
        Write(json, "certificate_file", certificate);
        json.WriteBoolean("logo_file_differs", logoDiffers);
        json.WriteEndObject();
    }

    private static void WriteLogo(Utf8JsonWriter json, ParseResult<BimiIndicator>? logo)
    {
        if (logo is not { } read)
        {
            json.WriteNullValue();
        }
        else if (read.IsSuccess)
        {
            WriteValue(json, read.Value);
        }
        else
        {
            json.WriteStartObject();
            json.WriteBoolean("valid", false);
            json.WriteString("reason", read.Error.Reason);
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, string name, BimiIndicator? indicator)
    {
        json.WritePropertyName(name);
        if (indicator is null)
        {
            json.WriteNullValue();
        }
        else
        {
            WriteValue(json, indicator);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, BimiIndicator indicator)
    {
        json.WriteStartObject();
        json.WriteBoolean("valid", indicator.IsValid);
        json.WriteString("title", indicator.Title);
        json.WriteNumber("bytes", indicator.Svg.Length);
        json.WriteString("sha256", indicator.Hash);
        Write(json, "violations", indicator.Problems);
        Write(json, "advice", indicator.Advice);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<BimiProblem> problems)
    {
        json.WriteStartArray(name);
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteNumber("line", problem.Line);
            json.WriteNumber("column", problem.Column);
            json.WriteString("code", problem.Code);
            json.WriteString("reason", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, MarkCertificate? certificate)
    {
        json.WritePropertyName(name);
        if (certificate is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteBoolean("valid", certificate.IsValid);
        json.WriteString("kind", certificate.Kind);
        json.WriteString("mark_type", certificate.MarkType);
        json.WriteString("subject", certificate.Subject);
        json.WriteString("issuer", certificate.Issuer);
        json.WriteStartArray("problems");
        foreach (var problem in certificate.Problems)
        {
            json.WriteStringValue(problem.Reason);
        }

        json.WriteEndArray();
        Write(json, "indicator", certificate.Indicator);
        json.WriteEndObject();
    }
}
