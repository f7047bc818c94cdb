using System.Text.Json.Nodes;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Serve;

/// <summary>The description of the service (OpenAPI 3.1), with the schema of outcomes in it.</summary>
internal static class OpenApiDocument
{
    private const string Name = "openapi.json";

    private static readonly Lazy<string> Whole = new(Compose);

    /// <summary>The document.</summary>
    public static string Text => Whole.Value;

    // OpenAPI 3.1 schemas are JSON Schema 2020-12. The "$id" of the outcome's schema makes it the root of its own references.
    private static string Compose()
    {
        var document = JsonNode.Parse(OutputSchema.Text(Name))!;
        document["components"]!["schemas"]!["Outcome"] = JsonNode.Parse(OutputSchema.Text(OutputSchema.Outcome));
        return document.ToJsonString() + "\n";
    }
}
