using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EmailAuth.Milter.Service;

/// <summary>
/// Accepts connections at one address. When accepting fails, it waits a short time before it tries again. When there is no room for another
/// connection, it waits until one ends. It logs both.
/// </summary>
internal sealed class MilterListener : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // How often it logs that it still waits for room.
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    // Kestrel's category for its lines about the packets of a connection, which are not ours.
    private const string TransportCategory = "Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets";

    private readonly Socket _socket;
    private readonly ConnectionRoom _room;
    private readonly MilterEvents _events;
    private readonly TimeProvider _timeProvider;
    private readonly SocketConnectionContextFactory? _http;
    private readonly CancellationTokenSource _closing = new();

    /// <param name="socket">It listens.</param>
    /// <param name="room">How many connections there may be.</param>
    /// <param name="events">Where failures are reported.</param>
    /// <param name="loggers">For Kestrel's own connections, which HTTP has; null for connections of MTAs.</param>
    /// <param name="timeProvider">The clock.</param>
    public MilterListener(Socket socket, ConnectionRoom room, MilterEvents events, ILoggerFactory? loggers, TimeProvider timeProvider)
    {
        _socket = socket;
        _room = room;
        _events = events;
        _timeProvider = timeProvider;
        EndPoint = socket.LocalEndPoint!;
        _http = loggers is null ? null : new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), loggers.CreateLogger(TransportCategory));
    }

    public EndPoint EndPoint { get; }

    /// <summary>The next connection; null when there are no more.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var accepted = await _socket.AcceptAsync(cancellationToken);
                if (!await EnterAsync(cancellationToken))
                {
                    accepted.Dispose();
                    return null;
                }

                if (Place(accepted) is { } connection)
                {
                    return connection;
                }
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException exception) when (IsOfTheConnection(exception.SocketErrorCode))
            {
                // The client left while it waited to be accepted.
            }
            catch (Exception exception) when (exception is SocketException or OutOfMemoryException)
            {
                // Kestrel accepts nothing more after an exception. Memory is free again when the messages in progress have ended.
                _events.CannotAccept(exception.Message, _timeProvider);
                await PauseAsync(cancellationToken);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _closing.Cancel();
        _socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _closing.Cancel();
        _socket.Dispose();
        _http?.Dispose();
        return default;
    }

    /// <summary>A connection that was accepted and has a place; null when it has already ended, and its place is free again.</summary>
    internal ConnectionContext? Place(Socket accepted)
    {
        try
        {
            if (accepted.LocalEndPoint is IPEndPoint)
            {
                accepted.NoDelay = true;
            }

            return _http is null ? new AcceptedMta(accepted, _room) : new PlacedConnection(_http.Create(accepted), _room);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // Some systems refuse to set options of a connection that was reset while it waited. This is not an error of the listener.
            accepted.Dispose();
            _room.Leave();
            return null;
        }
    }

    private static bool IsOfTheConnection(SocketError error) =>
        error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted;

    // The line is logged only when a client waits, so one connection for each listener is accepted first and then waits. The reserve covers it.
    private async Task<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (await _room.EnterAsync(TimeSpan.Zero, CancellationToken.None))
        {
            return true;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            do
            {
                _events.NoRoom(_room.Capacity ?? 0, isMta: _http is null, _timeProvider);
            }
            while (!await _room.EnterAsync(Reminder, either.Token));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await Task.Delay(Pause, _timeProvider, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
