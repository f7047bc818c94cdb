using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace EmailAuth.Cli.Serve;

/// <summary>The listening sockets that systemd passes (sd_listen_fds(3)): descriptors from 3 on, as many as LISTEN_FDS says.</summary>
[SupportedOSPlatform("linux")]
internal static class SystemdSockets
{
    private const int First = 3;
    private const int Most = 16;

    /// <summary>The descriptors.</summary>
    /// <exception cref="CommandException">There is no socket for this process.</exception>
    public static IReadOnlyList<int> Descriptors()
    {
        var isOurs = int.TryParse(Environment.GetEnvironmentVariable("LISTEN_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && process == Environment.ProcessId;
        return isOurs && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is >= 1 and <= Most
            ? [.. Enumerable.Range(First, count)]
            : throw new CommandException(ExitCode.Usage, "--listen systemd needs a socket unit: there is no socket of systemd for this process (LISTEN_PID, LISTEN_FDS)");
    }

    /// <summary>The address of a descriptor.</summary>
    public static EndPoint? AddressOf(int descriptor)
    {
        // The handle does not own the descriptor, which Kestrel listens at.
        using var handle = new SafeSocketHandle(descriptor, ownsHandle: false);
        using var socket = new Socket(handle);
        return socket.LocalEndPoint;
    }
}
