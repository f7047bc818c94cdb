using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailAuth.Testing;

/// <summary>A value that is written as a text with a certain form.</summary>
internal abstract class TextualConverter<T> : JsonConverter<T>
{
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = TextConverter.Read(ref reader);
        return Parse(text, out var value) is { } reason ? throw new JsonFault(reason) : value;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(TextOf(value));

    /// <summary>Reads the text: the value, or why it is refused.</summary>
    protected abstract string? Parse(string text, out T value);

    protected abstract string? TextOf(T value);
}

internal sealed class TextConverter : JsonConverter<string>
{
    public static string Read(ref Utf8JsonReader reader)
    {
        JsonFault.ThrowUnless(ref reader, JsonTokenType.String, "a string is expected");
        return reader.GetString()!;
    }

    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>A list of texts; default when it is absent or null.</summary>
internal sealed class TextsConverter : JsonConverter<ImmutableArray<string>>
{
    public override ImmutableArray<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        JsonFault.ThrowUnless(ref reader, JsonTokenType.StartArray, "an array of strings is expected");
        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(TextConverter.Read(ref reader));
        }

        return texts.DrainToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}

internal sealed class AddressConverter : TextualConverter<IPAddress>
{
    protected override string? Parse(string text, out IPAddress value) =>
        VectorText.TryParseAddress(text, out value!) ? null : $"\"{text}\" is not a valid IP address";

    protected override string? TextOf(IPAddress value) => value.ToString();
}

internal sealed class MomentConverter : TextualConverter<DateTimeOffset>
{
    protected override string? Parse(string text, out DateTimeOffset value) =>
        VectorText.TryParseTime(text, out value) ? null : $"\"{text}\" is not a time such as 2018-06-10T13:40:00Z";

    protected override string? TextOf(DateTimeOffset value) => value.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}

internal sealed class EntryKindConverter : TextualConverter<ZoneEntryKind>
{
    protected override string? Parse(string text, out ZoneEntryKind value)
    {
        var kind = ZoneEntryKindKeyword.Parse(text);
        value = kind.GetValueOrDefault();
        return kind is null ? $"\"{text}\" is not a type; the types are {ZoneEntryKindKeyword.All}" : null;
    }

    protected override string? TextOf(ZoneEntryKind value) => value.Keyword();
}

internal sealed class AuthservIdConverter : TextualConverter<string>
{
    protected override string? Parse(string text, out string value)
    {
        value = text;
        return text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= 255 && !text.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c) || ";,=()\"\\".Contains(c, StringComparison.Ordinal))
            ? null
            : "an authserv-id has 1 to 255 bytes, and no white space, quotes, parentheses, backslashes, semicolons, commas and equals signs";
    }

    protected override string? TextOf(string value) => value;
}

internal sealed class BytesConverter : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader is { TokenType: JsonTokenType.String, HasValueSequence: false, ValueIsEscaped: false })
        {
            // A message is large: its array is not cleared before it is filled.
            var bytes = GC.AllocateUninitializedArray<byte>(Base64.GetMaxDecodedFromUtf8Length(reader.ValueSpan.Length));
            if (Base64.DecodeFromUtf8(reader.ValueSpan, bytes, out _, out var length) == OperationStatus.Done)
            {
                return bytes.AsMemory(0, length);
            }
        }

        return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var decoded)
            ? decoded
            : throw new JsonFault("a string in base64 is expected");
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Span);
}

internal sealed class FlagConverter : JsonConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw new JsonFault("true or false is expected");

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}

/// <summary>A number of a range; 0 when it is null.</summary>
internal abstract class NumberConverter<T>(long least, long most, string expected) : JsonConverter<T>
    where T : struct, IBinaryInteger<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? default
        : reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= least && number <= most
            ? T.CreateChecked(number)
            : throw new JsonFault(expected);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(long.CreateChecked(value));
}

internal sealed class RsaBitsConverter() : NumberConverter<int>(512, 4096, "a number from 512 to 4096 is expected");

internal sealed class SecondsConverter() : NumberConverter<long>(1, 253402300799, "a number of seconds since 1970 is expected");

internal sealed class PreferenceConverter() : NumberConverter<ushort>(0, ushort.MaxValue, "a preference is a number from 0 to 65535");

/// <summary>An unknown member. It is kept unchanged, so that writing returns what was read.</summary>
internal sealed class UnknownConverter : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        try
        {
            // A value that cannot be written again, such as half a character, is refused here, because its position is known here.
            using var trial = new Utf8JsonWriter(Stream.Null);
            value.WriteTo(trial);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new JsonFault(JsonFault.NoUnicode);
        }

        return value;
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);
}
