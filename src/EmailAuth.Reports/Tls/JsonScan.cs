using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EmailAuth.Reports.Tls;

/// <summary>Walks through JSON once, before any of it is kept: depth, number of values, and the rules of I-JSON (RFC 7493).</summary>
internal static class JsonScan
{
    private const long MostExactInteger = (1L << 53) - 1;

    /// <summary>Whether the text may be read; findings say what is wrong with it.</summary>
    public static bool IsReadable(ReadOnlySpan<byte> json, int maxDepth, int maxValues, ReportFindings findings)
    {
        try
        {
            return Walk(json, maxDepth, maxValues, findings);
        }
        catch (JsonException e)
        {
            findings.Add(ReportFindingCode.JsonMalformed, line: (int?)e.LineNumber + 1, argument: "it does not follow RFC 8259");
        }
        catch (InvalidOperationException)
        {
            // A text with half of a surrogate pair, which RFC 7493 section 2.1 forbids: it has no characters.
            findings.AddFinding(ReportFindingCode.JsonMalformed, null, "a text has half of a surrogate pair");
        }

        return false;
    }

    private static bool Walk(ReadOnlySpan<byte> json, int maxDepth, int maxValues, ReportFindings findings)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        var names = new Stack<HashSet<string>>();
        var values = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= maxDepth)
            {
                findings.AddFinding(ReportFindingCode.JsonTooDeep, null, Number(maxDepth));
                return false;
            }

            Check(ref reader, names, findings);
            if (++values > maxValues)
            {
                findings.AddFinding(ReportFindingCode.JsonTooManyValues, null, Number(maxValues));
                return false;
            }
        }

        return true;
    }

    private static void Check(ref Utf8JsonReader reader, Stack<HashSet<string>> names, ReportFindings findings)
    {
        var type = reader.TokenType;
        if (type == JsonTokenType.StartObject)
        {
            names.Push(new HashSet<string>(StringComparer.Ordinal));
        }
        else if (type == JsonTokenType.EndObject)
        {
            names.Pop();
        }
        else if (type == JsonTokenType.PropertyName && reader.GetString() is { } name && !names.Peek().Add(name))
        {
            findings.AddFinding(ReportFindingCode.JsonDuplicateName, null, name);
        }
        else if (type == JsonTokenType.String && reader.ValueIsEscaped)
        {
            // Throws for half of a surrogate pair.
            _ = reader.GetString();
        }
        else if (type == JsonTokenType.Number && (!reader.TryGetInt64(out var number) || number is < 0 or > MostExactInteger))
        {
            findings.AddFinding(ReportFindingCode.JsonNumberOutOfRange, null, Encoding.ASCII.GetString(reader.ValueSpan));
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
