using System.Net;
using EmailAuth.Syntax;

namespace EmailAuth;

/// <summary>One of the site's own relays, by its network or by its name. Immutable.</summary>
public sealed class Relay
{
    /// <summary>The relays of a network.</summary>
    /// <param name="network">The network of their addresses.</param>
    public Relay(IPNetwork network) => Network = network;

    /// <summary>The relays of a name.</summary>
    /// <param name="host">The name; hosts below it count, too.</param>
    public Relay(DomainName host)
    {
        ArgumentNullException.ThrowIfNull(host);
        Host = host;
    }

    /// <summary>The network; null for a name.</summary>
    public IPNetwork? Network { get; }

    /// <summary>
    /// The name; null for a network. A client has it, or a name below it, if the name of the client's address leads back to that address
    /// (RFC 8601 section 3).
    /// </summary>
    public DomainName? Host { get; }

    /// <summary>Whether an address is in the network; false for a relay that has a name.</summary>
    /// <param name="address">The address; an IPv4-mapped one counts as IPv4.</param>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Network?.Contains(Networks.Plain(address)) is true;
    }

    /// <summary>Reads a relay.</summary>
    /// <param name="text">A network such as <c>192.0.2.0/24</c>, an address, or a host name such as <c>mx2.example.org</c>.</param>
    /// <returns>The relay; null for any other text.</returns>
    public static Relay? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // A mistyped address must not become the name of a host: no top-level domain is a number (RFC 3696 section 2).
        return NetworkText.Parse(text) is { } network ? new Relay(network)
            : DomainName.Parse(text).Value is { Parent: not null } host && !char.IsAsciiDigit(host.ToString()[^1]) ? new Relay(host)
            : null;
    }

    /// <summary>The network or the name.</summary>
    public override string ToString() => Network?.ToString() ?? Host!.ToString();
}
