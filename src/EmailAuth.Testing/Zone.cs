using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>DNS data in memory: names and their entries. A <see cref="ZoneResolver"/> answers from it.</summary>
public sealed class Zone
{
    // By name: null without entries, a ZoneRecord, or a List<ZoneRecord>. Nearly all names have one entry, and a zone may have a million.
    private readonly Dictionary<DomainName, object?> _names = [];

    /// <summary>The names that have entries, in the order in which they were added.</summary>
    public IEnumerable<DomainName> Names => _names.Keys;

    /// <summary>The entries at a name, in order; empty when the name has no entries.</summary>
    /// <param name="name">The name.</param>
    public ImmutableArray<ZoneRecord> this[DomainName name] =>
        !_names.TryGetValue(name, out var entries) || entries is null ? [] : entries is ZoneRecord entry ? [entry] : [.. (List<ZoneRecord>)entries];

    /// <summary>How many names have entries.</summary>
    internal int Count => _names.Count;

    /// <summary>Reads a zone from JSON: an object of names, each with the array of its entries. Unknown members are ignored.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The zone, or an error with the wrong member and its position.</returns>
    public static ParseResult<Zone> Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return VectorFormat.Read<Zone>(Encoding.UTF8.GetBytes(json));
    }

    /// <inheritdoc cref="Parse(string)"/>
    /// <param name="utf8Json">The text in UTF-8, with or without a byte order mark.</param>
    public static ParseResult<Zone> Parse(ReadOnlySpan<byte> utf8Json) => VectorFormat.Read<Zone>(utf8Json);

    /// <summary>Reads a zone from a file. See <see cref="Parse(string)"/>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The zone, or an error with the wrong member, its line and its column.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ParseResult<Zone> Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var json = File.ReadAllBytes(path);
        var zone = VectorFormat.Read<Zone>(json);
        return zone.IsSuccess ? zone : new SyntaxError(zone.Error.Code, zone.Error.Position, $"{JsonPlace.Describe(json, zone.Error.Position)}: {zone.Error.Reason}");
    }

    /// <summary>The zone as JSON, in the form that <see cref="Parse(string)"/> reads.</summary>
    public string ToJson() => VectorFormat.Write(this, indented: true);

    /// <summary>
    /// Adds a name without entries, if the zone does not have it. The name then exists, and the answer to every question about it is
    /// NODATA.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <returns>This zone.</returns>
    public Zone Add(DomainName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _names.TryAdd(name, null);
        return this;
    }

    /// <summary>Adds an entry after the name's existing entries.</summary>
    /// <param name="name">The name.</param>
    /// <param name="record">The entry.</param>
    /// <returns>This zone.</returns>
    public Zone Add(DomainName name, ZoneRecord record)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(record);
        ref var entries = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, name, out _);
        if (entries is List<ZoneRecord> several)
        {
            several.Add(record);
        }
        else
        {
            entries = entries is ZoneRecord first ? new List<ZoneRecord> { first, record } : record;
        }

        return this;
    }

    /// <summary>Adds an entry whose data is one text: an address, a host name or the text of a TXT record.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The kind of the entry.</param>
    /// <param name="data">The data, or null for a failure.</param>
    /// <returns>This zone.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a name.</exception>
    public Zone Add(string name, ZoneEntryKind type, string? data = null)
    {
        var parsed = DomainName.ParseDnsName(name);
        return parsed.IsSuccess
            ? Add(parsed.Value, new ZoneRecord { Type = type, Data = data })
            : throw new ArgumentException(parsed.Error.ToString(), nameof(name));
    }
}
