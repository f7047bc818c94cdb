using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Cli.Envelopes;

/// <summary>Which addresses a client from outside can have.</summary>
internal static class ClientNetworks
{
    // RFC 6890 and its registries: networks of one host or one site. Documentation networks are not here: no internal host has such an address,
    // and examples and tests use them for clients from outside.
    private static readonly IPNetwork[] Internal =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network
        IPNetwork.Parse("10.0.0.0/8"), // private
        IPNetwork.Parse("100.64.0.0/10"), // behind carrier NAT
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("169.254.0.0/16"), // link-local
        IPNetwork.Parse("172.16.0.0/12"), // private
        IPNetwork.Parse("192.168.0.0/16"), // private
        IPNetwork.Parse("224.0.0.0/3"), // multicast, reserved
        IPNetwork.Parse("::/127"), // unspecified, loopback
        IPNetwork.Parse("fc00::/7"), // unique local
        IPNetwork.Parse("fe80::/10"), // link-local
        IPNetwork.Parse("fec0::/10"), // site-local
        IPNetwork.Parse("ff00::/8"), // multicast
    ];

    /// <summary>Whether a client with this address can be outside of a site.</summary>
    public static bool IsPublic(IPAddress address) => !Array.Exists(Internal, network => network.Contains(WithoutZone(address)));

    private static IPAddress WithoutZone(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes()) : address;
}
