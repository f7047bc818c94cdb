using System.Collections.Immutable;
using System.Text.Json;

namespace EmailAuth.Testing;

/// <summary>Reads the parts of a JSON text of a known shape; throws a <see cref="JsonShapeException"/> where it is another.</summary>
internal static class JsonShape
{
    /// <summary>Checks that a reader is at the start of an object.</summary>
    public static void ExpectObject(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonShapeException(ref reader, path, "an object is expected");
        }
    }

    /// <summary>Moves to the value of the next member; false at the end of the object.</summary>
    public static bool NextMember(ref Utf8JsonReader reader, out string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.PropertyName)
        {
            name = string.Empty;
            return false;
        }

        name = reader.GetString()!;
        reader.Read();
        return true;
    }

    public static string Text(ref Utf8JsonReader reader, string path) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonShapeException(ref reader, path, "a string is expected");

    public static string? TextOrNull(ref Utf8JsonReader reader, string path) =>
        reader.TokenType == JsonTokenType.Null ? null : Text(ref reader, path);

    public static ImmutableArray<string> Texts(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonShapeException(ref reader, path, "an array of strings is expected");
        }

        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(Text(ref reader, $"{path}[{texts.Count}]"));
        }

        return texts.DrainToImmutable();
    }

    /// <summary>A member that must be there, of those that were read.</summary>
    public static string Required(ref Utf8JsonReader reader, Dictionary<string, string> texts, string path, string member) =>
        texts.TryGetValue(member, out var text) ? text : throw Missing(ref reader, $"{path}.{member}");

    /// <summary>What is wrong where a member is not there.</summary>
    public static JsonShapeException Missing(ref Utf8JsonReader reader, string path) => new(ref reader, path, "the member is missing");
}
