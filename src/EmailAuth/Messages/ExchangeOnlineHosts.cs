using System.Net;

namespace EmailAuth.Messages;

/// <summary>The hosts between which mail travels inside Exchange Online.</summary>
internal static class ExchangeOnlineHosts
{
    // These are public addresses of Microsoft. Other customers' machines may have some of them, so the address alone says nothing.
    private static readonly IPNetwork[] Networks = [IPNetwork.Parse("2603:1000::/24"), IPNetwork.Parse("2a01:111::/32")];

    private static readonly string[] Names = [".prod.outlook.com", ".prod.exchangelabs.com", ".prod.protection.outlook.com", ".outlook.office365.com"];

    /// <summary>Whether a host has the name of such a host. The hosts that receive mail from outside have other names.</summary>
    public static bool HasInternalName(string? host) =>
        host is not null && Array.Exists(Names, name => host.EndsWith(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an address may be that of such a host.</summary>
    public static bool HasAddress(IPAddress address) => Array.Exists(Networks, network => network.Contains(address));
}
