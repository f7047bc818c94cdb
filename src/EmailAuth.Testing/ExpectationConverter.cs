using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailAuth.Composition;

namespace EmailAuth.Testing;

/// <summary>
/// Reads and writes what a vector expects. Each method has its members: NAME; also NAME_last and NAME_best for a method with several
/// results, and NAME_MEMBER for a method whose member is only the result.
/// </summary>
internal sealed class ExpectationConverter : JsonConverter<VectorExpectation>
{
    public const string Last = "_last";
    public const string Best = "_best";
    public const string Properties = "properties";

    private const string FieldValue = "authentication_results";
    private const string Seal = "seal";

    public override VectorExpectation Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonFault.ThrowUnless(ref reader, JsonTokenType.StartObject, JsonFault.NoObject);
        var expectation = new VectorExpectation { Unknown = [] };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                expectation.Unknown[member] = VectorFormat.Read<JsonElement>(ref reader, options);
            }
            else if (member == FieldValue)
            {
                expectation = expectation with { AuthenticationResults = TextConverter.Read(ref reader) };
            }
            else if (member == Seal)
            {
                expectation = expectation with { Seal = VectorFormat.Read<SealExpectation>(ref reader, options) };
            }
            else if (MethodTable.Ranked.FirstOrDefault(row => IsOf(row, member)) is { } row)
            {
                var method = expectation.Methods.GetValueOrDefault(row.Name) ?? new ExpectedMethod();
                expectation = expectation with { Methods = expectation.Methods.SetItem(row.Name, ReadMethod(ref reader, member, row, method, options)) };
            }
            else
            {
                expectation.Unknown[member] = VectorFormat.Read<JsonElement>(ref reader, options);
            }
        }

        return expectation;
    }

    public override void Write(Utf8JsonWriter writer, VectorExpectation value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var row in value.Rows)
        {
            Write(writer, row, value.Methods[row.Name]);
        }

        WriteText(writer, FieldValue, value.AuthenticationResults);
        if (value.Seal is { } seal)
        {
            writer.WritePropertyName(Seal);
            VectorFormat.Write(writer, seal);
        }

        WriteUnknown(writer, value.Unknown);
        writer.WriteEndObject();
    }

    private static bool IsOf(MethodRow row, string member) =>
        member.StartsWith(row.Name, StringComparison.Ordinal)
        && (member.Length == row.Name.Length
            || (row.Each is not null && (member == row.Name + Last || member == row.Name + Best))
            || (row.IsPlain() && row.Expected.Any(part => member == $"{row.Name}_{part}")));

    private static ExpectedMethod ReadMethod(ref Utf8JsonReader reader, string member, MethodRow row, ExpectedMethod method, JsonSerializerOptions options)
    {
        if (row.Each is not null)
        {
            return member == row.Name ? method with { Results = ReadAll(ref reader, row, options) }
                : member == row.Name + Last ? method with { Last = ReadResult(ref reader, row, options).Result }
                : method with { Best = ReadResult(ref reader, row, options).Result };
        }

        // Further members of a result may come before the member with the result.
        var known = method.Results.IsDefault ? new ExpectedResult() : method.Results[0];
        if (member != row.Name)
        {
            return method with { Results = [known with { Evidence = known.Evidence.SetItem(member[(row.Name.Length + 1)..], TextConverter.Read(ref reader)) }] };
        }

        var result = ReadResult(ref reader, row, options);
        return method with { Results = [result with { Evidence = result.Evidence.SetItems(known.Evidence) }] };
    }

    private static ImmutableArray<ExpectedResult> ReadAll(ref Utf8JsonReader reader, MethodRow row, JsonSerializerOptions options)
    {
        JsonFault.ThrowUnless(ref reader, JsonTokenType.StartArray, $"an array of {row.Each}s is expected");
        var results = ImmutableArray.CreateBuilder<ExpectedResult>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            JsonFault.ThrowUnless(ref reader, JsonTokenType.StartObject, JsonFault.NoObject);
            results.Add(ReadResult(ref reader, row, options));
        }

        return results.DrainToImmutable();
    }

    // A list of acceptable results, a single result, or an object with a member "result" of this form and further members to compare.
    private static ExpectedResult ReadResult(ref Utf8JsonReader reader, MethodRow row, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new ExpectedResult { Result = ReadCodes(ref reader, options) };
        }

        var result = new ExpectedResult { Unknown = [] };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString()!;
            reader.Read();
            if (member == MethodEvidence.Result)
            {
                result = result with { Result = ReadCodes(ref reader, options) };
            }
            else if (member == Properties && reader.TokenType == JsonTokenType.StartObject)
            {
                result = result with { Properties = ReadProperties(ref reader) };
            }
            else if (row.Expected.Contains(member, StringComparer.Ordinal) && reader.TokenType != JsonTokenType.Null)
            {
                result = result with { Evidence = result.Evidence.SetItem(member, TextConverter.Read(ref reader)) };
            }
            else
            {
                result.Unknown[member] = VectorFormat.Read<JsonElement>(ref reader, options);
            }
        }

        return result;
    }

    private static ImmutableDictionary<string, string> ReadProperties(ref Utf8JsonReader reader)
    {
        var properties = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            properties[name] = TextConverter.Read(ref reader);
        }

        return properties.ToImmutable();
    }

    private static ImmutableArray<string> ReadCodes(ref Utf8JsonReader reader, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? [TextConverter.Read(ref reader)] : VectorFormat.Read<ImmutableArray<string>>(ref reader, options);

    private static void Write(Utf8JsonWriter writer, MethodRow row, ExpectedMethod method)
    {
        if (!method.Results.IsDefault && row.Each is not null)
        {
            writer.WriteStartArray(row.Name);
            foreach (var result in method.Results)
            {
                Write(writer, row, result);
            }

            writer.WriteEndArray();
        }
        else if (!method.Results.IsDefault && row.IsPlain() && method.Results[0] is { Properties.IsEmpty: true, Unknown: null or { Count: 0 } } plain)
        {
            WriteTexts(writer, row.Name, plain.Result);
            foreach (var member in row.Expected)
            {
                WriteText(writer, $"{row.Name}_{member}", plain.Evidence.GetValueOrDefault(member));
            }
        }
        else if (!method.Results.IsDefault)
        {
            writer.WritePropertyName(row.Name);
            Write(writer, row, method.Results[0]);
        }

        WriteTexts(writer, row.Name + Last, method.Last);
        WriteTexts(writer, row.Name + Best, method.Best);
    }

    private static void Write(Utf8JsonWriter writer, MethodRow row, ExpectedResult result)
    {
        writer.WriteStartObject();
        string[] first = row.IsPlain() ? [MethodEvidence.Result, .. row.Expected] : [.. row.Expected];
        foreach (var member in first.Union(result.Evidence.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            if (member == MethodEvidence.Result)
            {
                WriteTexts(writer, member, result.Result);
            }
            else
            {
                WriteText(writer, member, result.Evidence.GetValueOrDefault(member));
            }
        }

        if (!result.Properties.IsEmpty)
        {
            writer.WriteStartObject(Properties);
            foreach (var (name, value) in result.Properties.OrderBy(static property => property.Key, StringComparer.Ordinal))
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        WriteUnknown(writer, result.Unknown);
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, ImmutableArray<string> texts)
    {
        if (!texts.IsDefault)
        {
            writer.WritePropertyName(name);
            VectorFormat.Write(writer, texts);
        }
    }

    private static void WriteUnknown(Utf8JsonWriter writer, Dictionary<string, JsonElement>? unknown)
    {
        foreach (var (name, value) in unknown ?? [])
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
    }
}
