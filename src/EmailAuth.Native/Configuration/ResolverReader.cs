using System.Net;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Testing;

namespace EmailAuth.Native.Configuration;

/// <summary>Reads the key <c>dns</c>: servers to ask, or a zone in place of them.</summary>
internal static class ResolverReader
{
    public static IDnsResolver Read(ConfigurationObject? section)
    {
        if (section is null)
        {
            return new StubResolver();
        }

        if (section.Has("zone") || section.Has("zone_file"))
        {
            var zone = section.Text("zone_file") is { } path ? Load(section, path) : Inline(section);
            section.ExpectNoMore();
            return new ZoneResolver(zone);
        }

        var defaults = StubResolverOptions.Default;
        var options = new StubResolverOptions
        {
            Servers = section.List("servers", Server, "the address of a DNS server, such as 192.0.2.53 or [2001:db8::53]:53"),
            Timeout = section.Milliseconds("timeout_ms", defaults.Timeout, TimeSpan.FromMinutes(1)),
            Retries = section.Number("retries", defaults.Retries, 0, 10),
            MaxCacheBytes = section.Number("cache_bytes", defaults.MaxCacheBytes, 0, int.MaxValue),
        };
        section.ExpectNoMore();
        return new StubResolver(options);
    }

    private static Zone Load(ConfigurationObject section, string path)
    {
        try
        {
            return Known(section, "zone_file", Zone.Load(path));
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw section.Refuse("zone_file", mistake.Message);
        }
    }

    private static Zone Inline(ConfigurationObject section) =>
        Known(section, "zone", Zone.Parse(Encoding.UTF8.GetBytes(section.Take("zone")!.Value.GetRawText())));

    private static Zone Known(ConfigurationObject section, string key, ParseResult<Zone> zone) =>
        zone.Value ?? throw section.Refuse(key, zone.Error!.ToString());

    private static IPEndPoint? Server(string text) => IPEndPoint.TryParse(text, out var server)
        ? new IPEndPoint(server.Address, server.Port == 0 ? 53 : server.Port)
        : null;
}
