using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EmailAuth.Milter.Service;

/// <summary>
/// Binds and listens in place of Kestrel's own transport, which tries at once again when a connection cannot be accepted: out of
/// descriptors it takes a whole processor, and says nothing. The files of Unix sockets get their owner and access rights before anybody
/// can connect.
/// </summary>
internal sealed class MilterTransport(
    MilterOptions options, ConnectionRoom room, UnixSockets sockets, MilterEvents events, ILoggerFactory loggers, TimeProvider timeProvider)
    : IConnectionListenerFactory, IDisposable
{
    // Those of HTTP have their own places, within the reserve: who watches sees that the service is full.
    private const int HttpConnections = 20;

    private readonly ConnectionRoom _httpRoom = new(HttpConnections);

    // As Kestrel has it: the kernel cuts it to its own limit.
    private const int Backlog = 512;

    /// <exception cref="IOException">The address is taken, or cannot be had.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = endpoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            if (endpoint is UnixDomainSocketEndPoint)
            {
                sockets.Prepare(endpoint.ToString()!);
            }

            socket.Listen(Backlog);
            return new(new MilterListener(socket, endpoint.Equals(options.Http) ? _httpRoom : room, events, loggers, timeProvider));
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException failure)
            {
                throw new IOException($"{endpoint}: {Reason(endpoint, failure)}", exception);
            }

            throw;
        }
    }

    public void Dispose() => _httpRoom.Dispose();

    // .NET has names for errors of sockets only. The file system's own, such as that it is read-only, show when a file is made.
    private static string Reason(EndPoint endpoint, SocketException failure)
    {
        if (endpoint is not UnixDomainSocketEndPoint || failure.SocketErrorCode != SocketError.SocketError)
        {
            return failure.SocketErrorCode == SocketError.AddressAlreadyInUse ? "the address is in use" : failure.Message;
        }

        var path = $"{endpoint}.try";
        try
        {
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, options: FileOptions.DeleteOnClose).Dispose();
            return failure.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message.Replace($" : '{path}'", string.Empty, StringComparison.Ordinal);
        }
    }
}
