using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>The answers at one name of a zone, made once so that asking costs nothing.</summary>
internal sealed class ZoneNode
{
    public static readonly ZoneNode Empty = new();

    private ZoneNode()
    {
        Text = DnsResponse<string>.NoData();
        MailHosts = DnsResponse<MailHost>.NoData();
        IPv4 = IPv6 = DnsResponse<IPAddress>.NoData();
        Pointers = DnsResponse<DomainName>.NoData();
    }

    public ZoneNode(DomainName name, ImmutableArray<ZoneRecord> records)
    {
        Text = Answer(name, records, ZoneRecordType.Txt, TextOf);
        MailHosts = Answer(name, records, ZoneRecordType.MX, MailHostOf);
        IPv4 = Answer(name, records, ZoneRecordType.A, r => AddressOf(name, r, AddressFamily.InterNetwork));
        IPv6 = Answer(name, records, ZoneRecordType.Aaaa, r => AddressOf(name, r, AddressFamily.InterNetworkV6));
        Pointers = Answer(name, records, ZoneRecordType.Ptr, r => NameOf(name, r));
        Alias = records.FirstOrDefault(r => r.Type == ZoneRecordType.CName) is { } alias ? NameOf(name, alias) : null;

        MailHost MailHostOf(ZoneRecord record) => new(record.Preference, record.Data == "." ? null : NameOf(name, record));
    }

    public DnsResponse<string> Text { get; }

    public DnsResponse<MailHost> MailHosts { get; }

    public DnsResponse<IPAddress> IPv4 { get; }

    public DnsResponse<IPAddress> IPv6 { get; }

    public DnsResponse<DomainName> Pointers { get; }

    /// <summary>Where the name points to by CNAME, or null.</summary>
    public DomainName? Alias { get; }

    private static DnsResponse<T> Answer<T>(
        DomainName name, ImmutableArray<ZoneRecord> records, ZoneRecordType type, Func<ZoneRecord, T> read)
    {
        var failure = records.FirstOrDefault(r => r.For == type && IsFailure(r)) ?? General(records, type);
        return failure is null
            ? DnsResponse<T>.Success([.. records.Where(r => r.Type == type).Select(read)])
            : DnsResponse<T>.TemporaryFailure(ReasonOf(name, failure));
    }

    // A recorded failure keeps what was said of it.
    private static string ReasonOf(DomainName name, ZoneRecord failure) =>
        string.IsNullOrWhiteSpace(failure.Data)
            ? $"{(failure.Type == ZoneRecordType.Timeout ? DnsReasons.NoAnswer : "SERVFAIL")} for {name}"
            : failure.Data;

    // A failure without a type counts for every type that is not listed before it.
    private static ZoneRecord? General(ImmutableArray<ZoneRecord> records, ZoneRecordType type)
    {
        foreach (var record in records)
        {
            if (record.Type == type || record.Type == ZoneRecordType.CName)
            {
                return null;
            }

            if (IsFailure(record) && record.For is null)
            {
                return record;
            }
        }

        return null;
    }

    private static bool IsFailure(ZoneRecord record) => record.Type is ZoneRecordType.Timeout or ZoneRecordType.ServFail;

    private static string TextOf(ZoneRecord record) =>
        record.Strings.IsDefault ? record.Data ?? string.Empty : string.Concat(record.Strings);

    private static IPAddress AddressOf(DomainName name, ZoneRecord record, AddressFamily family) =>
        IPAddress.TryParse(record.Data, out var address) && address.AddressFamily == family
            ? address
            : throw new ArgumentException($"The {record.Type} record at {name} holds no such address: {record.Data}", nameof(record));

    private static DomainName NameOf(DomainName name, ZoneRecord record)
    {
        var target = DomainName.ParseDnsName(record.Data);
        return target.IsSuccess
            ? target.Value
            : throw new ArgumentException($"The {record.Type} record at {name} holds no domain name: {target.Error}", nameof(record));
    }
}
