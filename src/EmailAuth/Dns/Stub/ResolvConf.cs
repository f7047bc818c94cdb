using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// What resolv.conf says about the servers: <c>nameserver</c> and the options <c>timeout</c>, <c>attempts</c>, <c>rotate</c> and <c>trust-ad</c>.
/// <c>search</c>, <c>domain</c> and <c>ndots</c> are not applied: the names that mail holds are whole.
/// </summary>
internal sealed record ResolvConf
{
    /// <summary>The port of the servers.</summary>
    public const int Port = 53;

    // What the C library takes of each.
    private const int MaxServers = 3;
    private const int MaxTimeoutSeconds = 30;
    private const int MaxAttempts = 5;

    private static readonly char[] White = [' ', '\t'];

    /// <summary>The servers, in the order of the file; empty when it names none.</summary>
    public ImmutableArray<IPEndPoint> Servers { get; init; } = [];

    /// <summary>How long to wait for an answer the first time, or null when the file does not say.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often each server is asked, or null when the file does not say.</summary>
    public int? Attempts { get; init; }

    /// <summary>Whether each question starts at another server.</summary>
    public bool Rotate { get; init; }

    /// <summary>Whether the servers' AD bit can be trusted.</summary>
    public bool TrustAuthenticData { get; init; }

    /// <summary>Reads the file's text. Unknown lines are ignored, as the C library does.</summary>
    public static ResolvConf Parse(string text)
    {
        var conf = new ResolvConf();
        using var lines = new StringReader(text);
        while (lines.ReadLine() is { } line)
        {
            // A keyword and a comment start their line; "nameserver 192.0.2.1 # home" has its value before it.
            var words = line.StartsWith(' ') || line.StartsWith('\t') ? [] : line.Split(White, StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var address, ..])
            {
                conf = conf.Servers.Length < MaxServers && TryReadAddress(address) is { } read ? conf with { Servers = conf.Servers.Add(new IPEndPoint(read, Port)) } : conf;
            }
            else if (words is ["options", ..])
            {
                conf = words.Skip(1).Aggregate(conf, (so, option) => so.With(option));
            }
        }

        return conf;
    }

    private ResolvConf With(string option)
    {
        var colon = option.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? option : option[..colon];
        var isNumber = int.TryParse(option.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return name switch
        {
            "rotate" => this with { Rotate = true },
            "trust-ad" => this with { TrustAuthenticData = true },
            "timeout" when isNumber => this with { Timeout = TimeSpan.FromSeconds(Math.Clamp(number, 1, MaxTimeoutSeconds)) },
            "attempts" when isNumber => this with { Attempts = Math.Clamp(number, 1, MaxAttempts) },
            _ => this,
        };
    }

    // RFC 4007 section 11: "fe80::1%eth0" or "fe80::1%2".
    private static IPAddress? TryReadAddress(string text)
    {
        var percent = text.IndexOf('%', StringComparison.Ordinal);
        if (!IPAddress.TryParse(percent < 0 ? text : text.AsSpan(0, percent), out var address) || !IsWritten(address, text))
        {
            return null;
        }

        // An address of IPv4 has no zone: the C library passes over the line.
        if (percent >= 0 && address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            return null;
        }

        if (percent >= 0)
        {
            var zone = text[(percent + 1)..];
            var scope = long.TryParse(zone, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : IndexOf(zone);
            if (scope is null or > uint.MaxValue)
            {
                return null;
            }

            address.ScopeId = scope.Value;
        }

        return address;
    }

    // .NET reads "1" and "127.1" as addresses too; brackets and ports belong to other files.
    private static bool IsWritten(IPAddress address, string text) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? !text.StartsWith('[')
            : text.AsSpan().Count('.') == 3;

    private static long? IndexOf(string networkInterface)
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(one => one.Name == networkInterface)?.GetIPProperties().GetIPv6Properties()?.Index;
        }
        catch (NetworkInformationException)
        {
            return null;
        }
    }
}
