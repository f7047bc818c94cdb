using System.Collections.Immutable;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Reads a zone from JSON. What it accepts, a <see cref="ZoneResolver"/> accepts.</summary>
internal static class ZoneReader
{
    public static ParseResult<Zone> Parse(ReadOnlySpan<byte> json)
    {
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            var zone = Read(ref reader, string.Empty);
            reader.Read(); // reports what follows the object
            return zone;
        }
        catch (JsonShapeException e)
        {
            return e.ToError();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return JsonShapeException.ToError(e, json, in reader);
        }
    }

    /// <summary>Reads the zone on which a reader stands, and leaves the reader on its end.</summary>
    /// <exception cref="JsonShapeException">It is none.</exception>
    public static Zone Read(ref Utf8JsonReader reader, string path)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonShapeException(ref reader, path, "a zone is an object of names");
        }

        var zone = new Zone();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var text = reader.GetString()!;
            var name = DomainName.ParseDnsName(text);
            if (!name.IsSuccess)
            {
                throw new JsonShapeException(ref reader, $"{path}[\"{text}\"]", name.Error.Reason);
            }

            reader.Read();
            ReadEntries(ref reader, zone.Add(name.Value), name.Value, path);
        }

        return zone;
    }

    private static void ReadEntries(ref Utf8JsonReader reader, Zone zone, DomainName name, string path)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonShapeException(ref reader, $"{path}[\"{name}\"]", "the entries of a name are an array");
        }

        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            zone.Add(name, ReadEntry(ref reader, name, index, path));
        }
    }

    private static ZoneRecord ReadEntry(ref Utf8JsonReader reader, DomainName name, int index, string path)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong(ref reader, $"{path}[\"{name}\"][{index}]", "an entry is an object");
        }

        var place = $"{path}[\"{name}\"][{index}]";
        ZoneEntryKind? type = null;
        ZoneEntryKind? only = null;
        string? check = null;
        string? data = null;
        var strings = default(ImmutableArray<string>);
        ushort preference = 0;
        while (JsonShape.NextMember(ref reader, out var member))
        {
            switch (member)
            {
                case "type":
                    type = TypeOf(ref reader, place + ".type");
                    break;
                case "for" when reader.TokenType != JsonTokenType.Null:
                    only = TypeOf(ref reader, place + ".for");
                    break;
                case "check" when reader.TokenType != JsonTokenType.Null:
                    check = JsonShape.Text(ref reader, place + ".check");
                    break;
                case "data" when reader.TokenType != JsonTokenType.Null:
                    data = JsonShape.Text(ref reader, place + ".data");
                    break;
                case "strings" when reader.TokenType != JsonTokenType.Null:
                    strings = JsonShape.Texts(ref reader, place + ".strings");
                    break;
                case "preference" when reader.TokenType != JsonTokenType.Null:
                    preference = reader.TokenType == JsonTokenType.Number && reader.TryGetUInt16(out var number)
                        ? number
                        : throw Wrong(ref reader, place + ".preference", "a preference is a number from 0 to 65535");
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var entry = new ZoneRecord
        {
            Type = type ?? throw Wrong(ref reader, place + ".type", "the entry has no type"),
            Data = type == ZoneEntryKind.MX && data?.Length == 0 ? "." : data,
            Strings = strings,
            Preference = preference,
            For = only,
            Check = check,
        };
        if (check is not null && (only is null || !ZoneRecord.Checks.Contains(check, StringComparer.Ordinal)))
        {
            throw Wrong(ref reader, place + ".check", $"a check is one of {string.Join(", ", ZoneRecord.Checks)}, beside a type in \"for\"");
        }

        if (Complaint(entry) is { } complaint)
        {
            throw Wrong(ref reader, place + ".data", complaint);
        }

        return entry;
    }

    private static JsonShapeException Wrong(ref Utf8JsonReader reader, string place, string reason) => new(ref reader, place, reason);

    private static ZoneEntryKind TypeOf(ref Utf8JsonReader reader, string place)
    {
        var text = JsonShape.Text(ref reader, place);
        return ZoneEntryKindKeyword.Parse(text) ?? throw Wrong(ref reader, place, $"\"{text}\" is not a type; there are {ZoneEntryKindKeyword.All}");
    }

    private static string? Complaint(ZoneRecord entry)
    {
        switch (entry.Type)
        {
            case ZoneEntryKind.A:
                return IsAddress(entry.Data, AddressFamily.InterNetwork) ? null : $"\"{entry.Data}\" is no IPv4 address";
            case ZoneEntryKind.Aaaa:
                return IsAddress(entry.Data, AddressFamily.InterNetworkV6) ? null : $"\"{entry.Data}\" is no IPv6 address";
            case ZoneEntryKind.Txt:
                return entry.Data is null && entry.Strings.IsDefault ? "a TXT record has data or strings" : null;
            case ZoneEntryKind.MX when entry.Data == ".":
                return null;
            case ZoneEntryKind.MX or ZoneEntryKind.Ptr or ZoneEntryKind.CName:
                var name = DomainName.ParseDnsName(entry.Data);
                return name.IsSuccess ? null : name.Error.Reason;
            case ZoneEntryKind.Spf or ZoneEntryKind.Timeout or ZoneEntryKind.ServFail or ZoneEntryKind.Refused or ZoneEntryKind.Malformed:
            case ZoneEntryKind.Unreachable or ZoneEntryKind.Limit or ZoneEntryKind.Fault or ZoneEntryKind.NxDomain:
                return null;
            default:
                throw new UnreachableException();
        }
    }

    private static bool IsAddress(string? text, AddressFamily family) =>
        VectorText.TryParseAddress(text, out var address) && address.AddressFamily == family;
}
