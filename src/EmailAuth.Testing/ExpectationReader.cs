using System.Collections.Immutable;
using System.Text.Json;
using EmailAuth.Composition;

namespace EmailAuth.Testing;

/// <summary>Reads what a vector expects.</summary>
internal static class ExpectationReader
{
    public const string Last = "_last";
    public const string Best = "_best";
    public const string Properties = "properties";

    public static VectorExpectation Read(ref Utf8JsonReader reader, string path)
    {
        JsonShape.ExpectObject(ref reader, path);
        var expectation = new VectorExpectation();
        var unknown = UnknownMembers.None;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            switch (member)
            {
                case "authentication_results":
                    expectation = expectation with { AuthenticationResults = JsonShape.TextOrNull(ref reader, memberPath) };
                    break;
                case "seal" when reader.TokenType != JsonTokenType.Null:
                    expectation = expectation with { Seal = Seal(ref reader, memberPath) };
                    break;
                default:
                    if (reader.TokenType != JsonTokenType.Null && RowOf(member) is { } row)
                    {
                        var method = Method(ref reader, member, memberPath, row, expectation.Methods.GetValueOrDefault(row.Name) ?? new ExpectedMethod());
                        expectation = expectation with { Methods = expectation.Methods.SetItem(row.Name, method) };
                    }
                    else
                    {
                        UnknownMembers.Keep(ref unknown, member, ref reader);
                    }

                    break;
            }
        }

        return expectation with { Unknown = unknown };
    }

    // NAME, NAME_last and NAME_best of a method with several results, NAME_MEMBER of one whose member is the result alone.
    private static MethodRow? RowOf(string member) =>
        MethodTable.Ranked.FirstOrDefault(row => row.Name == member)
        ?? MethodTable.Ranked.FirstOrDefault(row => row.Each is not null && (member == row.Name + Last || member == row.Name + Best))
        ?? MethodTable.Ranked.FirstOrDefault(row => row.IsPlain() && row.Expected.Any(part => member == $"{row.Name}_{part}"));

    private static ExpectedMethod Method(ref Utf8JsonReader reader, string member, string path, MethodRow row, ExpectedMethod method)
    {
        if (member == row.Name)
        {
            return row.Each is null
                ? method with { Results = [WithParts(Result(ref reader, path, row), method)] }
                : method with { Results = All(ref reader, path, row) };
        }

        if (row.Each is not null)
        {
            var codes = Result(ref reader, path, row).Result;
            return member == row.Name + Last ? method with { Last = codes } : method with { Best = codes };
        }

        var part = member[(row.Name.Length + 1)..];
        var result = method.Results.IsDefault ? new ExpectedResult() : method.Results[0];
        return method with { Results = [result with { Evidence = result.Evidence.SetItem(part, JsonShape.Text(ref reader, path)) }] };
    }

    // The members beside the result's own may come before it.
    private static ExpectedResult WithParts(ExpectedResult result, ExpectedMethod method) =>
        method.Results.IsDefault ? result : result with { Evidence = result.Evidence.SetItems(method.Results[0].Evidence) };

    private static ImmutableArray<ExpectedResult> All(ref Utf8JsonReader reader, string path, MethodRow row)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonShapeException(ref reader, path, $"an array of {row.Each}s is expected");
        }

        var results = ImmutableArray.CreateBuilder<ExpectedResult>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var itemPath = $"{path}[{results.Count}]";
            JsonShape.ExpectObject(ref reader, itemPath);
            results.Add(Result(ref reader, itemPath, row));
        }

        return results.DrainToImmutable();
    }

    // A list of acceptable results; one alone; or an object with such a member "result" and what else there is to compare.
    private static ExpectedResult Result(ref Utf8JsonReader reader, string path, MethodRow row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return new ExpectedResult { Result = Codes(ref reader, path) };
        }

        var result = new ExpectedResult();
        var unknown = UnknownMembers.None;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            var memberPath = $"{path}.{member}";
            if (member == MethodEvidence.Result)
            {
                result = result with { Result = Codes(ref reader, memberPath) };
            }
            else if (member == Properties && reader.TokenType == JsonTokenType.StartObject)
            {
                result = result with { Properties = Values(ref reader, memberPath) };
            }
            else if (!row.Expected.Contains(member, StringComparer.Ordinal))
            {
                UnknownMembers.Keep(ref unknown, member, ref reader);
            }
            else if (JsonShape.TextOrNull(ref reader, memberPath) is { } text)
            {
                result = result with { Evidence = result.Evidence.SetItem(member, text) };
            }
        }

        return result with { Unknown = unknown };
    }

    private static ImmutableArray<string> Codes(ref Utf8JsonReader reader, string path) =>
        reader.TokenType == JsonTokenType.Null ? default
        : reader.TokenType == JsonTokenType.String ? [JsonShape.Text(ref reader, path)]
        : JsonShape.Texts(ref reader, path);

    private static ImmutableDictionary<string, string> Values(ref Utf8JsonReader reader, string path)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (JsonShape.NextMember(ref reader, out var member))
        {
            values[member] = JsonShape.Text(ref reader, $"{path}.{member}");
        }

        return values.ToImmutable();
    }

    private static SealExpectation Seal(ref Utf8JsonReader reader, string path)
    {
        JsonShape.ExpectObject(ref reader, path);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var unknown = UnknownMembers.None;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            if (member is "AS" or "AMS" or "AAR")
            {
                texts[member] = JsonShape.Text(ref reader, $"{path}.{member}");
            }
            else
            {
                UnknownMembers.Keep(ref unknown, member, ref reader);
            }
        }

        return new SealExpectation
        {
            Seal = JsonShape.Required(ref reader, texts, path, "AS"),
            MessageSignature = JsonShape.Required(ref reader, texts, path, "AMS"),
            AuthenticationResults = JsonShape.Required(ref reader, texts, path, "AAR"),
            Unknown = unknown,
        };
    }
}
