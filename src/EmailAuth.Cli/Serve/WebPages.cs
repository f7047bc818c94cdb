using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace EmailAuth.Cli.Serve;

/// <summary>Refuses the requests of web pages, which a browser on this host sends to a loopback port.</summary>
/// <remarks>
/// A page cannot use a Unix socket and has no token, so this is for TCP without a token. A request to another site says in Origin where its page
/// is from (RFC 6454 section 7). A page whose own name the DNS suddenly answers with 127.0.0.1 (DNS rebinding) sends no Origin, but that name in Host.
/// </remarks>
internal static class WebPages
{
    /// <summary>The status and the reason of the refusal; null for a request that may be a host's.</summary>
    public static (int Status, string Detail)? Refusal(HttpContext context)
    {
        // Kestrel has no local address for a Unix socket.
        if (context.Connection.LocalIpAddress is null)
        {
            return null;
        }

        if (!IsThisHost(context.Request.Host.Host))
        {
            return (StatusCodes.Status421MisdirectedRequest, "Host must be an IP address or localhost, so that no web page can use the service");
        }

        return context.Request.Headers.Origin.Count > 0
            ? (StatusCodes.Status403Forbidden, "the request has the field Origin, so a web page sent it: web pages are not served")
            : null;
    }

    // Names that the DNS answers are not this host's, whatever they are answered with. Historic forms of addresses are names, too.
    private static bool IsThisHost(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return IPAddress.TryParse(host, out var address)
            && (address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == host : host is ['[', .., ']']);
    }
}
