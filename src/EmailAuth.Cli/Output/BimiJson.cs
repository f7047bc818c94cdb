using System.Text.Json;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Output;

/// <summary>What <c>emailauth bimi</c> found, for programs: the same as <see cref="BimiExplanation"/> tells people.</summary>
internal static class BimiJson
{
    /// <summary>Writes the findings; a part that was not asked for is null.</summary>
    public static void Write(
        Utf8JsonWriter json,
        DomainName domain,
        DmarcResult dmarc,
        BimiResult result,
        ParseResult<BimiIndicator>? logo,
        MarkCertificate? certificate,
        bool logoDiffers,
        BimiRemarks? remarks = null)
    {
        remarks ??= BimiRemarks.None;
        json.WriteStartObject();
        json.WriteString("domain", domain.ToString());
        json.WriteString("result", result.Code.Keyword());
        json.WriteString("reason", result.Reason);
        json.WriteString("dmarc_policy", dmarc.PublishedPolicy?.Keyword());
        json.WriteString("record_domain", result.Domain?.ToString());
        json.WriteString("selector", result.Selector);
        json.WriteString("record", result.Record?.Text);
        json.WriteStartArray("texts");
        foreach (var text in remarks.Texts)
        {
            json.WriteStartObject();
            json.WriteString("name", text.Name);
            json.WriteString("text", text.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        PublishedRecord.WriteFindings(json, remarks.Findings);
        remarks.Counts.WriteTo(json);
        json.WriteString("location", result.Record?.Location);
        json.WriteString("evidence", result.Record?.EvidenceLocation);
        json.WriteString("authority", result.Authority.Keyword());
        json.WriteStartArray("lookups");
        foreach (var lookup in result.Lookups)
        {
            json.WriteStringValue($"{lookup.Name} TXT: {lookup.Status.Keyword()}");
        }

        json.WriteEndArray();
        Write(json, "indicator", result.Indicator);
        Write(json, "certificate", result.MarkCertificate);
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
        json.WriteBoolean("valid", indicator.Report.IsValid);
        json.WriteString("title", indicator.Report.Title);
        json.WriteNumber("bytes", indicator.Svg.Length);
        json.WriteString("sha256", indicator.Hash);
        Write(json, "violations", indicator.Report.Violations);
        Write(json, "advice", indicator.Report.Advice);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<SvgViolation> violations)
    {
        json.WriteStartArray(name);
        foreach (var violation in violations)
        {
            json.WriteStartObject();
            json.WriteNumber("line", violation.Line);
            json.WriteNumber("column", violation.Column);
            json.WriteString("reason", violation.Reason);
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
        json.WriteString("kind", certificate.Kind.Keyword());
        json.WriteString("mark_type", certificate.MarkType.Keyword());
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
