using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EmailAuth.Reports.Tls;

/// <summary>Reads the members of an object of a TLS report, leniently, with a finding for each that is not as RFC 8460 section 4.4 has it.</summary>
internal readonly struct JsonMembers(JsonElement element, string place, ReportFindings findings)
{
    private const long MostExactInteger = (1L << 53) - 1;

    public string PlaceOf(string name) => place.Length == 0 ? name : $"{place}/{name}";

    /// <summary>A member that is a text; null when it is missing, null or something else.</summary>
    public string? Text(string name, bool isRequired)
    {
        if (!TryGet(name, isRequired, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        WrongType(name, value);
        return value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;
    }

    /// <summary>A member that counts; 0 when it is missing or not a count.</summary>
    public long Count(string name)
    {
        if (!TryGet(name, isRequired: true, out var value))
        {
            return 0;
        }

        if (value.ValueKind == JsonValueKind.Number)
        {
            return CountOf(value);
        }

        if (value.ValueKind == JsonValueKind.String
            && long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostExactInteger)
        {
            findings.AddFinding(ReportFindingCode.TlsNumberAsText, PlaceOf(name), value.GetString()!);
            return count;
        }

        WrongType(name, value);
        return 0;
    }

    /// <summary>A member that is a list of texts, or in practice one text.</summary>
    public ImmutableArray<string> Texts(string name, ReportFindingCode whenOneText)
    {
        if (!TryGet(name, isRequired: false, out var value))
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return TextsOf(name, value, whenOneText);
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            findings.AddFinding(whenOneText, PlaceOf(name));
            return Lines(value.GetString()!);
        }

        WrongType(name, value);
        return [];
    }

    /// <summary>A member that is an object; null when it is missing or something else.</summary>
    public JsonMembers? Object(string name)
    {
        if (!TryGet(name, isRequired: true, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new JsonMembers(value, PlaceOf(name), findings);
        }

        WrongType(name, value);
        return null;
    }

    /// <summary>The objects of a member that is a list; empty when it is missing or something else.</summary>
    public IEnumerable<JsonMembers> Objects(string name, bool isRequired)
    {
        if (!TryGet(name, isRequired, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            WrongType(name, value);
            return value.ValueKind == JsonValueKind.Object ? [new JsonMembers(value, PlaceOf(name), findings)] : [];
        }

        return ObjectsOf(value, PlaceOf(name), findings);
    }

    private static IEnumerable<JsonMembers> ObjectsOf(JsonElement list, string place, ReportFindings findings)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                yield return new JsonMembers(item, place, findings);
            }
            else
            {
                findings.AddFinding(ReportFindingCode.TlsMemberType, place, Describe(item.ValueKind));
            }
        }
    }

    // Null counts as missing: "failure-details": null is in use for none.
    private bool TryGet(string name, bool isRequired, out JsonElement value)
    {
        if (element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null)
        {
            return true;
        }

        if (isRequired)
        {
            findings.AddFinding(ReportFindingCode.TlsMemberMissing, PlaceOf(name));
        }
        else if (value.ValueKind == JsonValueKind.Null)
        {
            WrongType(name, value);
        }

        return false;
    }

    // The scan has reported numbers that are out of range; the nearest count is taken.
    private static long CountOf(JsonElement value) => value.TryGetInt64(out var count) ? Math.Clamp(count, 0, MostExactInteger)
        : value.TryGetDouble(out var number) && number >= 0 ? (long)Math.Min(number, MostExactInteger)
        : 0;

    private ImmutableArray<string> TextsOf(string name, JsonElement list, ReportFindingCode whenOneText)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                texts.Add(item.GetString()!);
            }
            else
            {
                WrongType(name, item);
            }
        }

        // The whole file as the only element.
        if (texts is [{ } only] && only.AsSpan().Trim("\r\n").Contains('\n'))
        {
            findings.AddFinding(whenOneText, PlaceOf(name));
            return Lines(only);
        }

        return texts.ToImmutable();
    }

    private static ImmutableArray<string> Lines(string text)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var range in text.AsSpan().Split('\n'))
        {
            if (text.AsSpan()[range].Trim("\r") is { IsEmpty: false } line)
            {
                lines.Add(line.ToString());
            }
        }

        return lines.ToImmutable();
    }

    private void WrongType(string name, JsonElement value) => findings.AddFinding(ReportFindingCode.TlsMemberType, PlaceOf(name), Describe(value.ValueKind));

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Undefined => "nothing",
        _ => throw new UnreachableException(),
    };
}
