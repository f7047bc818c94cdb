using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmailAuth.Testing;

/// <summary>Writes a zone as JSON.</summary>
internal static class ZoneWriter
{
    // The text is read by JSON readers, never put into a page: it need not escape what only HTML minds.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Zone zone)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, zone);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static void Write(Utf8JsonWriter writer, Zone zone)
    {
        writer.WriteStartObject();
        foreach (var name in zone.Names)
        {
            writer.WriteStartArray(name.ToString());
            foreach (var entry in zone[name])
            {
                Write(writer, entry);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ZoneRecord entry)
    {
        writer.WriteStartObject();
        writer.WriteString("type", entry.Type.Keyword());
        if (entry.For is { } only)
        {
            writer.WriteString("for", only.Keyword());
        }

        if (entry.Check is not null)
        {
            writer.WriteString("check", entry.Check);
        }

        if (entry.Type == ZoneEntryKind.MX)
        {
            writer.WriteNumber("preference", entry.Preference);
        }

        if (entry.Data is not null)
        {
            writer.WriteString("data", entry.Data);
        }

        if (!entry.Strings.IsDefault)
        {
            writer.WriteStartArray("strings");
            foreach (var part in entry.Strings)
            {
                writer.WriteStringValue(part);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
