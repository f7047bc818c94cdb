using System.Net;
using EmailAuth.Milter.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EmailAuth.Milter.Service;

/// <summary>Has Kestrel listen at the addresses of a configuration.</summary>
internal static class ListenAddresses
{
    public static void Listen(this KestrelServerOptions kestrel, IEnumerable<ListenAddress> addresses, Action<ListenOptions> configure)
    {
        foreach (var address in addresses)
        {
            if (address.UnixPath is { } path)
            {
                kestrel.ListenUnixSocket(path, configure);
            }
            else
            {
                kestrel.Listen((EndPoint)address.EndPoint!, configure);
            }
        }
    }
}
