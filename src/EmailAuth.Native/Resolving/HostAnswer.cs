using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Native.Resolving;

/// <summary>Reads the answer of the caller's resolver. A record that cannot be read is a fault of the DNS, not of the caller: the answer is then malformed.</summary>
internal static unsafe class HostAnswer
{
    // A DNS message has at most 65,535 octets (RFC 1035 section 4.2.2), so no answer has more records.
    private const int MaxRecords = 65_535;
    private const uint Authenticated = 1;

    public static DnsResponse Read(DnsQuestion question, int status, HostRecord* records, nuint count, uint timeToLive, uint flags)
    {
        if ((flags & ~Authenticated) != 0)
        {
            throw new InteropException(Status.Argument, $"flags: {flags} has bits that are not known.");
        }

        if ((status != 0 && count != 0) || count > MaxRecords || (records is null && count != 0))
        {
            throw new InteropException(
                Status.Argument, $"records: EMAILAUTH_DNS_ANSWER has at most {MaxRecords} records, other statuses have none, and the pointer is null only without records.");
        }

        var (kept, vouched) = (timeToLive == uint.MaxValue ? default(TimeSpan?) : TimeSpan.FromSeconds(timeToLive), (flags & Authenticated) != 0);
        return status switch
        {
            0 => Records(question.Type, new ReadOnlySpan<HostRecord>(records, (int)count), kept, vouched),
            1 => DnsResponse.NoData(kept, vouched),
            2 => DnsResponse.NameError(kept, vouched),
            3 => DnsResponse.Failed(DnsFailure.ServerFailure),
            4 => DnsResponse.Failed(DnsFailure.Timeout),
            5 => DnsResponse.Failed(DnsFailure.Refused),
            _ => throw new InteropException(Status.Argument, $"status: {status} is not one of EMAILAUTH_DNS_ANSWER to EMAILAUTH_DNS_REFUSED."),
        };
    }

    private static DnsResponse Records(DnsRecordType type, ReadOnlySpan<HostRecord> records, TimeSpan? kept, bool vouched) => type switch
    {
        DnsRecordType.Txt => All(records, Text) is { } texts ? DnsResponse.OfTexts(texts, kept, vouched) : Malformed,
        DnsRecordType.A => All(records, static record => Address(record, AddressFamily.InterNetwork)) is { } addresses
            ? DnsResponse.OfAddresses(addresses, kept, vouched)
            : Malformed,
        DnsRecordType.Aaaa => All(records, static record => Address(record, AddressFamily.InterNetworkV6)) is { } addresses
            ? DnsResponse.OfAddresses(addresses, kept, vouched)
            : Malformed,
        DnsRecordType.Mx => All(records, MailHost) is { } hosts ? DnsResponse.OfMailHosts(hosts, kept, vouched) : Malformed,
        DnsRecordType.Ptr => All(records, Name) is { } names ? DnsResponse.OfNames(names, kept, vouched) : Malformed,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static DnsResponse Malformed => DnsResponse.Failed(DnsFailure.Malformed);

    private static ImmutableArray<T>? All<T>(ReadOnlySpan<HostRecord> records, Func<HostRecord, T?> read)
        where T : class
    {
        var all = ImmutableArray.CreateBuilder<T>(records.Length);
        foreach (var record in records)
        {
            if (read(record) is not { } value)
            {
                return null;
            }

            all.Add(value);
        }

        return all.MoveToImmutable();
    }

    // As the library's own resolver reads a TXT record.
    private static string Text(HostRecord record)
    {
        var bytes = Bytes(record);
        return (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
    }

    private static IPAddress? Address(HostRecord record, AddressFamily family) =>
        Input.AddressOf(Text(record)) is { } address && address.AddressFamily == family ? address : null;

    private static DomainName? Name(HostRecord record)
    {
        var text = Text(record);
        return DomainName.ParseDnsName(text.EndsWith('.') ? text[..^1] : text).Value;
    }

    // RFC 7505 section 3: the root, a single dot, says that the domain accepts no mail.
    private static MailHost? MailHost(HostRecord record) =>
        record.Preference > ushort.MaxValue ? null
        : Text(record) is "." ? new MailHost((ushort)record.Preference, null)
        : Name(record) is { } exchange ? new MailHost((ushort)record.Preference, exchange)
        : null;

    private static ReadOnlySpan<byte> Bytes(HostRecord record) => Input.Bytes(record.Data, record.Length, "records");
}
