using System.Net;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Spf;

/// <summary>Zones and checks in few words.</summary>
internal static class SpfTestZone
{
    public static readonly IPAddress IPv4 = IPAddress.Parse("192.0.2.3");
    public static readonly IPAddress IPv6 = IPAddress.Parse("2001:db8::cb01");

    /// <summary>A zone of one record at example.com.</summary>
    public static Zone Of(string record) => new Zone().Add("example.com", ZoneEntryKind.Txt, record);

    public static Zone Text(this Zone zone, string name, string text) => zone.Add(name, ZoneEntryKind.Txt, text);

    public static Zone Address(this Zone zone, string name, string address) =>
        zone.Add(name, address.Contains(':', StringComparison.Ordinal) ? ZoneEntryKind.Aaaa : ZoneEntryKind.A, address);

    public static Zone Exchange(this Zone zone, string name, ushort preference, string host) =>
        zone.Add(DomainName.ParseDnsName(name).Value!, new ZoneRecord { Type = ZoneEntryKind.MX, Preference = preference, Data = host });

    public static Zone Pointer(this Zone zone, IPAddress address, string name) =>
        zone.Add(ReverseName.Of(address), new ZoneRecord { Type = ZoneEntryKind.Ptr, Data = name });

    public static ValueTask<SpfResult> CheckAsync(
        this Zone zone, string mailFrom = "alice@example.com", IPAddress? client = null, string? helo = "mail.example.com", SpfOptions? options = null) =>
        new SpfEvaluator(new ZoneResolver(zone), options).EvaluateMailFromAsync(client ?? IPv4, helo, mailFrom);

    /// <summary>The name that the only exists of a record asks for, as macros expand to it.</summary>
    public static async Task<string?> ExpandAsync(
        string domainSpec, string mailFrom, IPAddress? client = null, string? helo = "mail.example.com", string domain = "email.example.com", SpfOptions? options = null, Zone? zone = null)
    {
        var result = await (zone ?? new Zone()).Text(domain, $"v=spf1 exists:{domainSpec} -all").CheckAsync(mailFrom, client, helo, options);
        return result.Evidence!.Terms.FirstOrDefault()?.Lookups.LastOrDefault(lookup => lookup.Type == DnsRecordType.A)?.Name;
    }
}
