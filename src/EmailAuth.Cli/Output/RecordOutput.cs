using System.Text.Json;
using EmailAuth.Inspection;

namespace EmailAuth.Cli.Output;

/// <summary>Writes a published record, its terms and its findings.</summary>
internal static class RecordOutput
{
    private const int MaxTermLength = 40;

    public static void WriteTo(this PublishedRecord record, IPage page)
    {
        record.WriteTextTo(page);
        if (!record.Terms.IsEmpty)
        {
            page.Table([.. record.Terms.Select(static term => new[] { Shortened(term.Text), term.Meaning })]);
        }
    }

    public static void WriteTextTo(this PublishedRecord record, IPage page) => page.Record(record.Name.ToString(), record.Text, record.Findings);

    public static void WriteTo(this PublishedRecord record, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", record.Name.ToString());
        json.WriteString("text", record.Text);
        json.WriteStartArray("terms");
        foreach (var term in record.Terms)
        {
            json.WriteStartObject();
            json.WriteString("term", term.Text);
            json.WriteNumber("position", term.Position);
            json.WriteString("meaning", term.Meaning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteFindings(json, record.Findings);
        json.WriteEndObject();
    }

    public static void WriteFindings(Utf8JsonWriter json, IEnumerable<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code.Keyword());
            json.WriteString("severity", finding.Severity.Keyword());
            json.WriteString("message", finding.Text);
            if (finding.Position is { } position)
            {
                json.WriteNumber("position", position);
                json.WriteNumber("length", finding.Length);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // The whole text is above; here it only identifies the term.
    private static string Shortened(string text) => text.Length <= MaxTermLength ? text : text[..(MaxTermLength - 3)] + "...";
}
