using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.TestSupport;

/// <summary>One case of a suite in the vector format: what a verdict depends on, and the acceptable verdicts.</summary>
internal sealed class SuiteCase
{
    private readonly JsonElement _root;

    private SuiteCase(JsonElement root) => _root = root;

    public string Id => _root.GetProperty("id").GetString()!;

    public string? Note => Text(_root, "note");

    /// <summary>The DNS data of the case.</summary>
    public Zone Zone => ReadZone(_root.GetProperty("zone"));

    /// <summary>The inputs, for members that have no property here.</summary>
    public JsonElement Input => _root.GetProperty("input");

    /// <summary>The expectations, for members that have no property here.</summary>
    public JsonElement Expect => _root.GetProperty("expect");

    public IPAddress Client => IPAddress.Parse(Text(Input, "ip")!);

    public string? Helo => Text(Input, "helo");

    public string? MailFrom => Text(Input, "mail_from");

    /// <summary>The message's bytes; empty when there are none.</summary>
    public byte[] Message => Convert.FromBase64String(Text(Input, "message_b64") ?? string.Empty);

    /// <summary>The time of the case, or null when it does not matter.</summary>
    public DateTimeOffset? Now =>
        Text(Input, "now") is { } now ? DateTimeOffset.Parse(now, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null;

    /// <summary>A suite's cases by their id; empty when the suite does not stand beside the project.</summary>
    public static ImmutableSortedDictionary<string, SuiteCase> Read(string file)
    {
        if (Repository.SuitePath(file) is not { } path)
        {
            return ImmutableSortedDictionary<string, SuiteCase>.Empty;
        }

        var cases = ImmutableSortedDictionary.CreateBuilder<string, SuiteCase>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            using var document = JsonDocument.Parse(line);
            var read = new SuiteCase(document.RootElement.Clone());
            cases.Add(read.Id, read);
        }

        return cases.ToImmutable();
    }

    /// <summary>The acceptable values of one expectation, such as "spf"; empty when the case does not speak of it.</summary>
    public ImmutableArray<string> Expected(string member) =>
        Expect.TryGetProperty(member, out var values) ? [.. values.EnumerateArray().Select(value => value.GetString()!)] : [];

    public override string ToString() => Id;

    private static Zone ReadZone(JsonElement names)
    {
        var zone = new Zone();
        foreach (var name in names.EnumerateObject())
        {
            var owner = DomainName.ParseDnsName(name.Name).Value ?? throw new FormatException($"The zone has a name that is none: {name.Name}");
            foreach (var entry in name.Value.EnumerateArray())
            {
                zone.Add(owner, ReadRecord(entry));
            }
        }

        return zone;
    }

    private static ZoneRecord ReadRecord(JsonElement entry)
    {
        var type = TypeOf(Text(entry, "type")!);
        var data = Text(entry, "data");
        return new ZoneRecord
        {
            Type = type,
            // The suites write the null MX (RFC 7505) as an empty host.
            Data = type == ZoneEntryKind.MX && data?.Length == 0 ? "." : data,
            Strings = entry.TryGetProperty("strings", out var strings) ? [.. strings.EnumerateArray().Select(part => part.GetString()!)] : default,
            Preference = entry.TryGetProperty("preference", out var preference) ? preference.GetUInt16() : (ushort)0,
            For = Text(entry, "for") is { } only ? TypeOf(only) : null,
        };
    }

    private static ZoneEntryKind TypeOf(string type) =>
        Enum.TryParse<ZoneEntryKind>(type, ignoreCase: true, out var known) ? known : throw new FormatException($"Not a record type: {type}");

    private static string? Text(JsonElement owner, string member) =>
        owner.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
