using System.Text.Json;
using System.Text.Json.Serialization;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>A zone: an object of names, each with the array of its entries.</summary>
internal sealed class ZoneConverter : JsonConverter<Zone>
{
    public override Zone Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        JsonFault.ThrowUnless(ref reader, JsonTokenType.StartObject, "a zone is an object of names");
        var zone = new Zone();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = DomainName.ParseDnsName(reader.GetString());
            if (!name.IsSuccess)
            {
                throw new JsonFault(name.Error.Reason);
            }

            zone.Add(name.Value);
            reader.Read();
            JsonFault.ThrowUnless(ref reader, JsonTokenType.StartArray, "the entries of a name are an array");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var entry = VectorFormat.Read<ZoneRecord>(ref reader, options);

                // RFC 7505: the null MX is "."; an empty host is another way to write it.
                zone.Add(name.Value, entry is { Type: ZoneEntryKind.MX, Data.Length: 0 } ? entry with { Data = "." } : entry);
            }
        }

        return zone;
    }

    public override void Write(Utf8JsonWriter writer, Zone value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var name in value.Names)
        {
            writer.WriteStartArray(name.ToString());
            foreach (var entry in value[name])
            {
                VectorFormat.Write(writer, entry);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
