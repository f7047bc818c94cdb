using System.Text.Json;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary>A field that a schema describes, at its place in the output.</summary>
/// <param name="Path">Where it is, such as <c>dkim[].domain</c>.</param>
/// <param name="Type">Its type for a reader; a type that has words is named after them.</param>
/// <param name="Meaning">What the schema says of it, but for when it is null or absent.</param>
/// <param name="Without">When it is null or absent; empty when it never is.</param>
/// <param name="IsNullable">Whether the schema admits null.</param>
/// <param name="IsRequired">Whether the schema wants it to be there.</param>
internal sealed record SchemaField(string Path, string Type, string Meaning, string Without, bool IsNullable, bool IsRequired);

/// <summary>The fields of a schema, each once.</summary>
internal sealed class SchemaFields
{
    private readonly JsonElement _root;
    private readonly List<SchemaField> _fields = [];

    private SchemaFields(JsonElement root) => _root = root;

    /// <summary>The fields of an object that the schema defines; of the schema itself when it names none.</summary>
    public static IReadOnlyList<SchemaField> Of(string schema, string? definition = null)
    {
        using var document = JsonDocument.Parse(OutputSchema.Text(schema));
        var fields = new SchemaFields(document.RootElement);
        fields.Add(definition is null ? document.RootElement : document.RootElement.GetProperty("$defs").GetProperty(definition), string.Empty);
        return fields._fields;
    }

    /// <summary>The definitions of words, each with its name, title, words and description.</summary>
    public static IReadOnlyList<(string Name, string Title, IReadOnlyList<string> Words, string Description)> WordsOf(string schema)
    {
        using var document = JsonDocument.Parse(OutputSchema.Text(schema));
        return
        [
            .. document.RootElement.GetProperty("$defs").EnumerateObject().Where(definition => definition.Value.TryGetProperty("enum", out _)).Select(definition => (
                definition.Name,
                definition.Value.GetProperty("title").GetString()!,
                (IReadOnlyList<string>)[.. definition.Value.GetProperty("enum").EnumerateArray().Select(word => word.GetString()!)],
                definition.Value.GetProperty("description").GetString()!)),
        ];
    }

    /// <summary>The path at which the schema describes what is at this path of an output: SPF has two identities, and its records lead to others.</summary>
    public static string Canonical(string path)
    {
        const string Target = "spf.evidence.terms[].target";
        path = path == "spf_helo" || path.StartsWith("spf_helo.", StringComparison.Ordinal) ? "spf" + path["spf_helo".Length..] : path;
        while (path.StartsWith(Target + ".", StringComparison.Ordinal))
        {
            path = "spf.evidence" + path[Target.Length..];
        }

        return path;
    }

    private void Add(JsonElement schema, string place)
    {
        var required = schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ToHashSet();
        foreach (var property in schema.GetProperty("properties").EnumerateObject())
        {
            var path = place + property.Name;
            var (type, nullable, inner, isList) = Read(property.Value);
            var (meaning, without) = Split(property.Value.GetProperty("description").GetString()!);
            var isRepeated = Canonical(path + ".x") != path + ".x";
            _fields.Add(new SchemaField(path, isRepeated ? $"{type}, as `{Canonical(path + ".x")[..^2]}`" : type, meaning, without, nullable, required.Contains(property.Name)));
            if (inner is { } described && !isRepeated)
            {
                Add(described, path + (isList ? "[]." : "."));
            }
        }
    }

    // The type, whether it may be null, and the object that it is or is a list of.
    private (string Type, bool IsNullable, JsonElement? Inner, bool IsList) Read(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            var definition = _root.GetProperty("$defs").GetProperty(reference.GetString()!["#/$defs/".Length..]);
            return definition.TryGetProperty("enum", out _)
                ? ($"word: {definition.GetProperty("title").GetString()}", false, null, false)
                : ("object", false, definition, false);
        }

        if (schema.TryGetProperty("anyOf", out var choices))
        {
            var read = choices.EnumerateArray().Select(Read).ToList();
            var first = read.First(choice => choice.Type != "null");
            return (string.Join(" or ", read.Select(choice => choice.Type)), read.Exists(choice => choice.Type == "null"), first.Inner, first.IsList);
        }

        var type = schema.GetProperty("type");
        if (type.ValueKind == JsonValueKind.Array)
        {
            var types = type.EnumerateArray().Select(one => one.GetString()!).ToList();
            return (string.Join(" or ", types), types.Contains("null"), null, false);
        }

        if (type.GetString() == "array")
        {
            var (item, _, inner, _) = Read(schema.GetProperty("items"));
            return ($"array of {(item.StartsWith("word: ", StringComparison.Ordinal) ? $"words: {item["word: ".Length..]}" : $"{item}s")}", false, inner, true);
        }

        return (type.GetString()!, type.GetString() == "null", null, false);
    }

    // "What it is. Null when the message has no value. Absent when it is not known."
    private static (string Meaning, string Without) Split(string description)
    {
        var starts = new[] { " Null ", " Absent " }.Select(word => description.IndexOf(word, StringComparison.Ordinal)).Where(at => at >= 0).ToList();
        return starts.Count == 0 ? (description, string.Empty) : (description[..starts.Min()], description[(starts.Min() + 1)..]);
    }
}
