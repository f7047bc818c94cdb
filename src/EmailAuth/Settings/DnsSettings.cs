using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;

namespace EmailAuth.Settings;

/// <summary>The settings of the DNS resolver and of its cache.</summary>
internal static class DnsSettings
{
    private const int Port = 53;

    public static ImmutableArray<Setting> Rows { get; } =
    [
        Row(
            "Servers", new SettingListForm<IPEndPoint>(SettingForm.Server(Port), ServerSet.MaxServers), static d => d.Servers, static (d, v) => d with { Servers = v },
            "the recursive servers to ask, `ADDRESS` or `ADDRESS:PORT`, at most 16; empty for those of the system. Use a resolver on this host or near it"),
        Row(
            "Timeout",
            SettingForm.Time(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
            static d => d.Timeout,
            static (d, v) => d with { Timeout = v },
            "the longest that one lookup may take, all tries at all servers together"),
        Row(
            "Retries", SettingForm.Number(0, 10), static d => d.Retries, static (d, v) => d with { Retries = v },
            "how often a server that is silent is asked again"),
        Row(
            "UdpPayloadSize", SettingForm.Number(512, 4096), static d => d.UdpPayloadSize, static (d, v) => d with { UdpPayloadSize = v },
            "the largest answer over UDP, in bytes (RFC 6891 section 6.2.3); a larger one is fetched over TCP"),
        Row(
            "MaxCacheBytes", SettingForm.Number(0, int.MaxValue), static d => d.MaxCacheBytes, static (d, v) => d with { MaxCacheBytes = v },
            "about how much memory answers may be kept in; `0` keeps none; never more than an eighth of the memory there is"),
        Row(
            "MaxTimeToLive",
            SettingForm.Time(TimeSpan.Zero, TimeSpan.FromDays(7)),
            static d => d.MaxTimeToLive,
            static (d, v) => d with { MaxTimeToLive = v },
            "the longest that an answer is kept, whatever its TTL says (RFC 8767 section 4)"),
        Row(
            "Rotate", SettingForm.Flag, static d => d.Rotate, static (d, v) => d with { Rotate = v },
            "start each lookup at another server, instead of at the first"),
        Row(
            "RequestDnssec", SettingForm.Flag, static d => d.RequestDnssec, static (d, v) => d with { RequestDnssec = v },
            "trust the servers to say which answers DNSSEC proves (RFC 6840 section 5.7); only where the way to them can be trusted"),
        Row(
            "UseMixedCase", SettingForm.Flag, static d => d.UseMixedCase, static (d, v) => d with { UseMixedCase = v },
            "give the letters of the name asked for a random case that the answer must repeat, which makes forging harder. Some servers do not repeat it"),
    ];

    private static Setting<EmailAuthSettings, T> Row<T>(
        string name, SettingForm<T> form, Func<StubResolverOptions, T> get, Func<StubResolverOptions, T, StubResolverOptions> with, string text) =>
        new("Dns:" + name, form, s => get(s.Resolver), (s, v) => s.Resolver = with(s.Resolver, v), text);
}
