using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Milter.Configuration;

/// <summary>The address at which MTAs connect: either a TCP address or a Unix socket.</summary>
/// <param name="EndPoint">The TCP address.</param>
/// <param name="UnixPath">The socket's path.</param>
internal sealed record ListenAddress(IPEndPoint? EndPoint, string? UnixPath)
{
    public const string Forms = "unix:/path, inet:PORT@ADDRESS or ADDRESS:PORT";

    // sun_path holds 108 bytes, including a NUL.
    private const int MaxUnixPath = 107;

    public static ListenAddress Default { get; } = new(new IPEndPoint(IPAddress.Loopback, 8891), null);

    /// <summary>Reads an address as Postfix or Sendmail write it; null when the text is not an address.</summary>
    public static ListenAddress? Parse(string text)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["unix:", "local:"])
        {
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                var path = text[prefix.Length..];
                return path.StartsWith('/') && System.Text.Encoding.UTF8.GetByteCount(path) <= MaxUnixPath
                    ? new ListenAddress(null, path)
                    : null;
            }
        }

        if (text.StartsWith("inet", StringComparison.OrdinalIgnoreCase) && text.IndexOf(':', StringComparison.Ordinal) is 4 or 5)
        {
            var rest = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
            var at = rest.IndexOf('@', StringComparison.Ordinal);
            text = at < 0 ? rest : $"{Bracketed(rest[(at + 1)..])}:{rest[..at]}";
        }

        // Without a port the runtime's parser returns port 0. It also reads old forms of IPv4: 010.0.0.1 as 8.0.0.1, 8.8.8 as 8.8.0.8.
        return IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0
            && (endPoint.AddressFamily != AddressFamily.InterNetwork || text.AsSpan(0, text.IndexOf(':', StringComparison.Ordinal)).SequenceEqual(endPoint.Address.ToString()))
            ? new ListenAddress(endPoint, null)
            : null;
    }

    public override string ToString() =>
        UnixPath is not null ? $"unix:{UnixPath}" : string.Create(CultureInfo.InvariantCulture, $"inet:{EndPoint!.Port}@{EndPoint.Address}");

    private static string Bracketed(string host) => host switch
    {
        "localhost" => "127.0.0.1",
        _ when host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') => $"[{host}]",
        _ => host,
    };
}
