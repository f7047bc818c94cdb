using System.Text;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary>The tables of the page on JSON, made from the schemas.</summary>
internal static class SchemaPage
{
    /// <summary>The fields of an outcome and of a line of a batch, and the words.</summary>
    public static string Tables()
    {
        var outcome = SchemaFields.Of(OutputSchema.Outcome);
        var batch = SchemaFields.Of(OutputSchema.BatchLine, "judged").ToDictionary(field => field.Path);
        var text = new StringBuilder();
        text.Append("| field | type | meaning | null or absent | batch |\n|---|---|---|---|---|\n");
        foreach (var field in outcome)
        {
            Row(text, field, batch.Remove(field.Path) ? "yes" : string.Empty);
        }

        foreach (var field in batch.Values)
        {
            var unreadable = SchemaFields.Of(OutputSchema.BatchLine, "unreadable").Single(other => other.Path == field.Path);
            Row(text, field with { Type = field.IsNullable && field.Type == "null" ? $"{unreadable.Type} or null" : field.Type }, "only");
        }

        text.Append("\n| type | words | meaning |\n|---|---|---|\n");
        foreach (var (_, title, words, description) in SchemaFields.WordsOf(OutputSchema.Outcome))
        {
            text.Append("| ").Append(title).Append(" | ").AppendJoin(", ", words.Select(word => $"`{word}`")).Append(" | ").Append(description).Append(" |\n");
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, SchemaField field, string batch) =>
        text.Append("| `").Append(field.Path).Append("` | ").Append(field.Type).Append(" | ").Append(field.Meaning).Append(" | ")
            .Append(field.Without).Append(" | ").Append(batch).Append(" |\n");
}
