using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EmailAuth.Milter.Service;

/// <summary>
/// Binds and listens in place of Kestrel's own transport. That one tries again at once when a connection cannot be accepted: without free
/// file descriptors it uses a whole processor, and logs nothing. The files of Unix sockets get their owner and access rights before a
/// client can connect.
/// </summary>
internal sealed class MilterTransport(
    MilterOptions options, ConnectionRoom room, UnixSockets sockets, MilterEvents events, ILoggerFactory loggers, TimeProvider timeProvider)
    : IConnectionListenerFactory, IDisposable
{
    // HTTP connections have their own places, within the reserve, so that monitoring can see that the service is full.
    private const int HttpConnections = 20;

    private readonly ConnectionRoom _httpRoom = new(HttpConnections);

    // Kestrel's own value: the kernel reduces it to its limit.
    private const int Backlog = 512;

    /// <exception cref="IOException">The address is in use or not available.</exception>
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
            return new(endpoint.Equals(options.Http)
                ? new MilterListener(socket, _httpRoom, events, loggers, timeProvider)
                : new MilterListener(socket, room, events, null, timeProvider));
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

    // .NET has names only for errors of sockets. An error of the file system, such as a read-only one, shows when a file is created.
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
