using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using EmailAuth.Milter.Configuration;
using EmailAuth.Settings;
using EmailAuth.Syntax;
using EmailAuth.Testing;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Native.Configuration;

/// <summary>
/// Reads a pipeline's JSON configuration: the library's settings, named as in SETTINGS.md. A zone can be given, which answers instead of the
/// DNS.
/// </summary>
internal static class ConfigurationReader
{
    // A file of settings has a few kilobytes; a device or a pipe may have no end.
    private const int MaxFileBytes = 1 << 20;

    private const string SectionKey = "EmailAuth";
    private const string ZoneKey = "Zone";
    private const string ZoneFileKey = "ZoneFile";

    private static readonly JsonNodeOptions Names = new() { PropertyNameCaseInsensitive = true };

    private static readonly JsonDocumentOptions Reading = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    /// <summary>Reads the text of a configuration.</summary>
    public static PipelineSettings Read(ReadOnlySpan<byte> json)
    {
        var root = Parse(json);
        var zone = TakeZone(root);
        return Read(Configuration(root), zone);
    }

    /// <summary>Reads a file: one of settings, or an appsettings.json that has them in "EmailAuth", as the command reads it.</summary>
    public static PipelineSettings ReadFile(string path)
    {
        var root = Parse(Content(path));
        var zone = TakeZone(SettingsIn(root));
        IConfiguration configuration = Configuration(root);
        return Read(configuration.GetSection(SectionKey) is var section && section.GetChildren().Any() ? section : configuration, zone);
    }

    private static PipelineSettings Read(IConfiguration configuration, Zone? zone)
    {
        var read = EmailAuthSettings.Read(configuration);
        return read.Value is { } settings ? new PipelineSettings(settings, zone) : throw new InteropException([.. read.Errors.Select(static error => error.ToString())]);
    }

    private static byte[] Content(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var content = new byte[MaxFileBytes + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length > MaxFileBytes
                ? throw new InteropException(Status.Configuration, $"'{path}' has more than {MaxFileBytes} bytes.")
                : content.AsSpan(0, length) is var text && text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..].ToArray() : text.ToArray();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InteropException(Status.Configuration, $"'{path}' cannot be read: {fault.Message}");
        }
    }

    private static JsonObject SettingsIn(JsonObject root)
    {
        try
        {
            return root[SectionKey] as JsonObject ?? root;
        }
        catch (Exception mistake) when (mistake is ArgumentException or InvalidOperationException)
        {
            throw new InteropException(Status.Configuration, $"The configuration is not JSON: {mistake.Message}");
        }
    }

    // An escape such as \ud800, half of a character, is found only when its text is read, and then with an InvalidOperationException.
    private static JsonObject Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, Names, Reading) as JsonObject
                ?? throw new InteropException(Status.Configuration, "The configuration is not a JSON object.");
        }
        catch (Exception mistake) when (mistake is JsonException or InvalidOperationException)
        {
            throw new InteropException(Status.Configuration, $"The configuration is not JSON: {JsonMistake.Text(mistake)}");
        }
    }

    private static IConfigurationRoot Configuration(JsonObject root)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(root.ToJsonString()))).Build();
        }
        catch (Exception mistake) when (mistake is FormatException or InvalidDataException or InvalidOperationException)
        {
            // Keys are compared without case, so two keys that differ only in case are the same key given twice.
            throw new InteropException(Status.Configuration, $"The configuration is not JSON: {mistake.GetBaseException().Message}");
        }
    }

    // The JSON of a zone has the runtime create arrays of these two by reflection. Used here, their types are part of the library: otherwise the
    // runtime builds each type once, in memory that a leak checker reports as lost.
    private static void KeepArraysOfAttributes()
    {
        GC.KeepAlive(new JsonDerivedTypeAttribute?[1]);
        GC.KeepAlive(new JsonPolymorphicAttribute?[1]);
    }

    // A zone is data, not a setting: it leaves the configuration before the settings are read.
    private static Zone? TakeZone(JsonObject root)
    {
        try
        {
            if (root["Dns"] is not JsonObject dns || !(dns.ContainsKey(ZoneKey) || dns.ContainsKey(ZoneFileKey)))
            {
                return null;
            }

            if (dns.Count > 1)
            {
                throw Refuse(dns.ContainsKey(ZoneKey) ? ZoneKey : ZoneFileKey, "a zone answers instead of DNS servers, so Dns can have no other key");
            }

            root.Remove("Dns");
            KeepArraysOfAttributes();
            return !dns.ContainsKey(ZoneKey) ? Load(dns[ZoneFileKey])
                : dns[ZoneKey] is { } inline ? Known(ZoneKey, Zone.Parse(Encoding.UTF8.GetBytes(inline.ToJsonString())))
                : throw Refuse(ZoneKey, "null is not a zone");
        }
        catch (Exception mistake) when (mistake is ArgumentException or InvalidOperationException)
        {
            // A JsonObject detects duplicate names only when its first property is read.
            throw new InteropException(Status.Configuration, $"The configuration is not JSON: {mistake.Message}");
        }
    }

    private static Zone Load(JsonNode? path)
    {
        if (path is not JsonValue value || !value.TryGetValue<string>(out var file))
        {
            throw Refuse(ZoneFileKey, "not the path of a zone file");
        }

        try
        {
            return Known(ZoneFileKey, Zone.Load(file));
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Refuse(ZoneFileKey, mistake.Message);
        }
    }

    private static Zone Known(string key, ParseResult<Zone> zone) => zone.Value ?? throw Refuse(key, zone.Error!.ToString());

    private static InteropException Refuse(string key, string reason) => new(Status.Configuration, $"Dns:{key}: {reason}");
}
