using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Reads and writes the JSON of vectors, batch lines and zones. Errors name the member and the place; unknown members are kept.</summary>
internal static class VectorFormat
{
    /// <summary>The depth is enough for all unknown members in use. A text that consists only of brackets is not read to its end.</summary>
    public const int MaxDepth = 512;

    // JSON readers read this text, and it is never part of an HTML page, so characters that only matter in HTML need no escape.
    public static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented = OneLine with { Indented = true, NewLine = "\n" };

    private static readonly JsonSerializerOptions Options =
        new(VectorJson.Default.Options) { TypeInfoResolver = VectorJson.Default.WithAddedModifier(AddRules) };

    public static ParseResult<T> Read<T>(ReadOnlySpan<byte> json)
        where T : class
    {
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        try
        {
            return JsonSerializer.Deserialize(json, TypeOf<T>()) ?? throw new JsonFault(JsonFault.NoObject);
        }
        catch (JsonException e)
        {
            return ToError(e, json, typeof(T) == typeof(Zone) ? string.Empty : "zone");
        }
    }

    public static string Write<T>(T value, bool indented)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : OneLine))
        {
            JsonSerializer.Serialize(writer, value, TypeOf<T>());
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a part for a converter. A call of the serializer would count lines from the part on.</summary>
    public static T Read<T>(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        ((JsonConverter<T>)options.GetTypeInfo(typeof(T)).Converter).Read(ref reader, typeof(T), options) is { } value ? value : throw new JsonFault(JsonFault.NoObject);

    /// <summary>Writes a part for a converter.</summary>
    public static void Write<T>(Utf8JsonWriter writer, T value) => JsonSerializer.Serialize(writer, value, TypeOf<T>());

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    // The rules that the generated code does not have: required members, members that exclude each other, and members that are left out.
    private static void AddRules(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        var required = type.Properties.Where(static member => member.IsRequired).ToArray();
        foreach (var member in required)
        {
            member.IsRequired = false;
        }

        foreach (var member in type.Properties)
        {
            member.ShouldSerialize = member.Name switch
            {
                "rcpt_to" => static (_, value) => value is ImmutableArray<string> { IsDefaultOrEmpty: false },
                "message_b64" => static (owner, value) => value is not null && ((VectorInput)owner).MessagePath is null,
                "options" => static (_, value) => !ReferenceEquals(value, VectorOptions.Default),
                "preference" => static (owner, _) => ((ZoneRecord)owner).Type == ZoneEntryKind.MX,
                _ => member.ShouldSerialize,
            };
        }

        type.OnDeserialized = value => Check(value, required);
    }

    private static void Check(object value, JsonPropertyInfo[] required)
    {
        foreach (var member in required)
        {
            // Required numbers start at 1, kinds of entries included, so 0 means that the member is missing.
            if (member.Get!(value) is null or 0L or default(ZoneEntryKind))
            {
                throw new JsonFault("the member is missing", member.Name) { Code = SyntaxErrorCode.Missing };
            }
        }

        if (value is VectorInput { Message: not null, MessagePath: not null })
        {
            throw new JsonFault("there is both a message and the path of a message") { Code = SyntaxErrorCode.Inconsistent };
        }

        // A batch line may come from anyone, so it must not choose files of this machine.
        if (value is BatchLine { Input.MessagePath: not null })
        {
            throw new JsonFault("a batch line cannot name a file; put the message into message_b64", "input.message");
        }

        if (value is ZoneRecord entry)
        {
            ZoneRules.Check(entry);
        }
    }

    private static SyntaxError ToError(JsonException exception, ReadOnlySpan<byte> json, string zone)
    {
        var end = 0;
        for (var line = exception.LineNumber ?? 0; line > 0; line--)
        {
            end += json[end..].IndexOf((byte)'\n') + 1;
        }

        end += (int)(exception.BytePositionInLine ?? 0);
        var place = JsonPlace.Find(json, end, zone);
        var fault = exception as JsonFault;
        if (fault is null && (exception.InnerException is JsonException || exception.GetType() != typeof(JsonException)))
        {
            var isDeep = place.Depth > MaxDepth || (place.Depth == MaxDepth && json[end..].TrimStart(" \t\r\n,"u8) is [(byte)'[' or (byte)'{', ..]);
            return new SyntaxError(isDeep ? SyntaxErrorCode.TooLong : SyntaxErrorCode.Malformed, end, isDeep ? string.Create(CultureInfo.InvariantCulture, $"this is nested deeper than {MaxDepth} levels") : "this is not JSON");
        }

        // The serializer itself only refuses a value in place of an object: converters read all other values.
        var reason = fault?.Message ?? (exception.InnerException is InvalidOperationException ? JsonFault.NoUnicode : JsonFault.NoObject);
        var path = fault?.Member is { } member ? $"{place.Path}.{member}".TrimStart('.') : place.Path;
        return new SyntaxError(fault?.Code ?? SyntaxErrorCode.Malformed, place.Position, path.Length == 0 ? reason : $"{path}: {reason}");
    }
}
