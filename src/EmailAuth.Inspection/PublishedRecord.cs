using System.Text.Json;

namespace EmailAuth.Cli.Output;

/// <summary>A TXT record that was found, explained term by term, with everything to point out about it.</summary>
internal sealed class PublishedRecord(string name, string text)
{
    private const int MaxTermLength = 40;

    /// <summary>Where it stands.</summary>
    public string Name { get; } = name;

    /// <summary>Its text, character-strings joined.</summary>
    public string Text { get; } = text;

    public List<ExplainedTerm> Terms { get; } = [];

    public List<Finding> Findings { get; } = [];

    public void Error(string message, int? position = null, int length = 1) => Findings.Add(new Finding(Severity.Error, message, position, length));

    public void Warn(string message, int? position = null, int length = 1) => Findings.Add(new Finding(Severity.Warning, message, position, length));

    public void Note(string message, int? position = null, int length = 1) => Findings.Add(new Finding(Severity.Note, message, position, length));

    public void WriteTo(IPage page)
    {
        WriteTextTo(page);
        if (Terms.Count > 0)
        {
            page.Table(Terms.ConvertAll(term => new[] { Shortened(term.Text), term.Meaning }));
        }
    }

    public void WriteTextTo(IPage page) => page.Record(Name, Text, InOrder());

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Name);
        json.WriteString("text", Text);
        json.WriteStartArray("terms");
        foreach (var term in Terms)
        {
            json.WriteStartObject();
            json.WriteString("term", term.Text);
            json.WriteNumber("position", term.Position);
            json.WriteString("meaning", term.Meaning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteFindings(json, InOrder());
        json.WriteEndObject();
    }

    // The whole text stands above; here it only says which term is meant.
    private static string Shortened(string text) => text.Length <= MaxTermLength ? text : text[..(MaxTermLength - 3)] + "...";

    private List<Finding> InOrder() => [.. Findings.OrderBy(finding => finding.Position ?? int.MaxValue)];

    public static void WriteFindings(Utf8JsonWriter json, IEnumerable<Finding> findings)
    {
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("severity", finding.Label);
            json.WriteString("message", finding.Message);
            if (finding.Position is { } position)
            {
                json.WriteNumber("position", position);
                json.WriteNumber("length", finding.Length);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
