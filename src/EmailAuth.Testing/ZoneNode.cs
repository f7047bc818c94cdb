using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>The answers at one name of a zone, created once, so that a question only looks them up.</summary>
internal sealed class ZoneNode
{
    private static readonly DnsResponse NoData = DnsResponse.NoData();

    public static readonly ZoneNode Empty = new();

    private readonly DnsResponse _text;
    private readonly DnsResponse _mailHosts;
    private readonly DnsResponse _ipv4;
    private readonly DnsResponse _ipv6;
    private readonly DnsResponse _pointers;
    private readonly Dictionary<(string Check, ZoneEntryKind? For), ZoneNode>? _own;

    private ZoneNode() => _text = _mailHosts = _ipv4 = _ipv6 = _pointers = NoData;

    public ZoneNode(DomainName name, ImmutableArray<ZoneRecord> entries)
    {
        var records = entries;
        if (HasCheck(entries))
        {
            records = [.. entries.Where(static entry => entry.Check is null)];
            _own = entries.Where(static entry => entry.Check is not null)
                .GroupBy(static entry => (entry.Check!, entry.For), static entry => entry with { Check = null })
                .ToDictionary(static group => group.Key, group => new ZoneNode(name, [.. group]));
        }

        _text = Other(records, ZoneEntryKind.Txt) ?? Of(records, ZoneEntryKind.Txt, TextOf, static texts => DnsResponse.OfTexts(texts));
        _mailHosts = Other(records, ZoneEntryKind.MX) ?? Of(records, ZoneEntryKind.MX, MailHostOf, static hosts => DnsResponse.OfMailHosts(hosts));
        _ipv4 = Other(records, ZoneEntryKind.A)
            ?? Of(records, ZoneEntryKind.A, r => AddressOf(name, r, AddressFamily.InterNetwork), static addresses => DnsResponse.OfAddresses(addresses));
        _ipv6 = Other(records, ZoneEntryKind.Aaaa)
            ?? Of(records, ZoneEntryKind.Aaaa, r => AddressOf(name, r, AddressFamily.InterNetworkV6), static addresses => DnsResponse.OfAddresses(addresses));
        _pointers = Other(records, ZoneEntryKind.Ptr) ?? Of(records, ZoneEntryKind.Ptr, r => NameOf(name, r), static names => DnsResponse.OfNames(names));
        Alias = records.FirstOrDefault(r => r.Type == ZoneEntryKind.CName) is { } alias ? NameOf(name, alias) : null;

        MailHost MailHostOf(ZoneRecord record) => new(record.Preference, record.Data == "." ? null : NameOf(name, record));
    }

    /// <summary>The target of the name's CNAME, or null.</summary>
    public DomainName? Alias { get; }

    /// <summary>Whether one of the checks gets other answers than the rest.</summary>
    public bool HasOwn => _own is not null;

    /// <summary>The answer for one check instead of the answer for the others; null when it is the same.</summary>
    public ZoneNode? OwnOf(string check, DnsRecordType type) => _own?.GetValueOrDefault((check, type.ToEntryKind()));

    public DnsResponse Answer(DnsRecordType type) => type switch
    {
        DnsRecordType.Txt => _text,
        DnsRecordType.Mx => _mailHosts,
        DnsRecordType.A => _ipv4,
        DnsRecordType.Aaaa => _ipv6,
        DnsRecordType.Ptr => _pointers,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type that is asked for."),
    };

    private static bool HasCheck(ImmutableArray<ZoneRecord> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Check is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static DnsResponse Of<T>(
        ImmutableArray<ZoneRecord> records, ZoneEntryKind type, Func<ZoneRecord, T> read, Func<ImmutableArray<T>, DnsResponse> answer)
    {
        ImmutableArray<T>.Builder? values = null;
        foreach (var record in records)
        {
            if (record.Type == type)
            {
                (values ??= ImmutableArray.CreateBuilder<T>(1)).Add(read(record));
            }
        }

        return values is null ? NoData : answer(values.DrainToImmutable());
    }

    // The answer of the name instead of records: a failure, or that the name does not exist.
    private static DnsResponse? Other(ImmutableArray<ZoneRecord> records, ZoneEntryKind type) =>
        (records.FirstOrDefault(r => r.For == type && IsOther(r)) ?? General(records, type)) is not { } other ? null
        : other.Type == ZoneEntryKind.NxDomain ? DnsResponse.NameError()
        : DnsResponse.Failed(other.Type.ToFailure(), other.Data);

    // An entry without a type is for every type that is not listed before it.
    private static ZoneRecord? General(ImmutableArray<ZoneRecord> records, ZoneEntryKind type)
    {
        foreach (var record in records)
        {
            if (record.Type == type || record.Type == ZoneEntryKind.CName)
            {
                return null;
            }

            if (IsOther(record) && record.For is null)
            {
                return record;
            }
        }

        return null;
    }

    private static bool IsOther(ZoneRecord record) => record.Type == ZoneEntryKind.NxDomain || record.Type.ToFailure() != DnsFailure.None;

    private static string TextOf(ZoneRecord record) =>
        record.Strings.IsDefault ? record.Data ?? string.Empty : string.Concat(record.Strings);

    private static IPAddress AddressOf(DomainName name, ZoneRecord record, AddressFamily family) =>
        IPAddress.TryParse(record.Data, out var address) && address.AddressFamily == family
            ? address
            : throw new ArgumentException($"The {record.Type.Keyword()} record at {name} does not have such an address: {record.Data}", nameof(record));

    private static DomainName NameOf(DomainName name, ZoneRecord record)
    {
        var target = DomainName.ParseDnsName(record.Data);
        return target.IsSuccess
            ? target.Value
            : throw new ArgumentException($"The {record.Type.Keyword()} record at {name} does not have a domain name: {target.Error}", nameof(record));
    }
}
