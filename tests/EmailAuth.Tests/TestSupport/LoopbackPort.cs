using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EmailAuth.Tests.TestSupport;

/// <summary>Ports for programs that a test starts, which bind them later than the test names them.</summary>
internal static class LoopbackPort
{
    // Below those that systems hand out by themselves (Linux from 32768 on): no connection that begins meanwhile gets one as its own end.
    private const int First = 20_000;
    private const int End = 30_000;

    // To the end of the process. The name is one of the machine: the test programs that run side by side share out the ports.
    private static readonly List<Socket> Claims = [];

    /// <summary>A port of 127.0.0.1 that is free, over TCP and UDP, and that no other call gives out, in this process or another.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (Claim(port) && IsFree(port, SocketType.Stream, ProtocolType.Tcp) && IsFree(port, SocketType.Dgram, ProtocolType.Udp))
            {
                return port;
            }
        }
    }

    // An abstract Unix socket: its name has no file, and goes with the process.
    private static bool Claim(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        if (!TryBind(claim, new UnixDomainSocketEndPoint($"\0emailauth-tests-port-{port}")))
        {
            claim.Dispose();
            return false;
        }

        lock (Claims)
        {
            Claims.Add(claim);
        }

        return true;
    }

    private static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        return TryBind(socket, new IPEndPoint(IPAddress.Loopback, port));
    }

    private static bool TryBind(Socket socket, EndPoint endPoint)
    {
        try
        {
            socket.Bind(endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
