using EmailAuth.Cli.Output;
using NJsonSchema;
using NJsonSchema.Validation;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary>A schema of the command's, made ready to check output with.</summary>
internal sealed class CheckedSchema
{
    private static readonly JsonSchemaValidator Validator = new();

    private readonly JsonSchema _schema;

    private CheckedSchema(JsonSchema schema) => _schema = schema;

    // The validator knows the drafts before 2019-09, in which "$defs" was called "definitions"; the other keywords in use mean the same there.
    public static async Task<CheckedSchema> OfAsync(string name) =>
        new(await JsonSchema.FromJsonAsync(OutputSchema.Text(name).Replace("$defs", "definitions", StringComparison.Ordinal)));

    /// <summary>What in a text is not as the schema says, each in one line; empty when everything is.</summary>
    public IReadOnlyList<string> Faults(string json) =>
        [.. Validator.Validate(json, _schema).Select(error => error.ToString().ReplaceLineEndings(" "))];
}
