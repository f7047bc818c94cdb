using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Results;

namespace EmailAuth.Testing;

/// <summary>The JSON of a method's result, with the members that vectors and batch lines use.</summary>
internal sealed class MethodEvidence
{
    /// <summary>The name of the member with the result.</summary>
    public const string Result = "result";

    private readonly JsonElement _json;

    public MethodEvidence(IMethodOutcome method)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            method.WriteJson(writer);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        _json = JsonElement.ParseValue(ref reader);
        Results = IsList ? [.. _json.EnumerateArray()] : [_json];
    }

    /// <summary>Whether the message can have several results of the method.</summary>
    public bool IsList => _json.ValueKind == JsonValueKind.Array;

    /// <summary>An object for each result.</summary>
    public ImmutableArray<JsonElement> Results { get; }

    /// <summary>A member of a result; null when it is not a text.</summary>
    public static string? Text(JsonElement result, string member) =>
        result.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
