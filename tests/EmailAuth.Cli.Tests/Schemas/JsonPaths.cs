using System.Text.Json;

namespace EmailAuth.Cli.Tests.Schemas;

/// <summary>Places in a JSON text, written as the page on JSON writes them: <c>dkim[].domain</c>.</summary>
internal static class JsonPaths
{
    /// <summary>The members below a value and what they hold, the items of arrays under one path.</summary>
    public static IEnumerable<(string Path, JsonElement Value)> Members(JsonElement value, string place = "") => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member =>
            Members(member.Value, $"{place}{(place.Length > 0 ? "." : null)}{member.Name}").Prepend(($"{place}{(place.Length > 0 ? "." : null)}{member.Name}", member.Value))),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Members(item, place + "[]").Prepend((place + "[]", item))),
        _ => [],
    };
}
