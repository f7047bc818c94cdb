using System.Collections.Immutable;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>DNS data held in memory: names and what stands there. What a <see cref="ZoneResolver"/> answers from.</summary>
public sealed class Zone
{
    private readonly Dictionary<DomainName, ImmutableArray<ZoneRecord>.Builder> _names = [];

    /// <summary>The names that have entries, in the order in which they were added.</summary>
    public IEnumerable<DomainName> Names => _names.Keys;

    /// <summary>The entries at a name, in order; empty when there are none.</summary>
    /// <param name="name">The name.</param>
    public ImmutableArray<ZoneRecord> this[DomainName name] =>
        _names.TryGetValue(name, out var records) ? records.ToImmutable() : [];

    /// <summary>Adds an entry after those that the name has.</summary>
    /// <param name="name">The name.</param>
    /// <param name="record">The entry.</param>
    /// <returns>This zone.</returns>
    public Zone Add(DomainName name, ZoneRecord record)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(record);
        if (!_names.TryGetValue(name, out var records))
        {
            _names.Add(name, records = ImmutableArray.CreateBuilder<ZoneRecord>());
        }

        records.Add(record);
        return this;
    }

    /// <summary>Adds an entry whose data is one text: an address, a host name or the text of a TXT record.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">What the entry says.</param>
    /// <param name="data">The data, or null for a failure.</param>
    /// <returns>This zone.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not a name.</exception>
    public Zone Add(string name, ZoneRecordType type, string? data = null)
    {
        var parsed = DomainName.ParseDnsName(name);
        return parsed.IsSuccess
            ? Add(parsed.Value, new ZoneRecord { Type = type, Data = data })
            : throw new ArgumentException(parsed.Error.ToString(), nameof(name));
    }
}
