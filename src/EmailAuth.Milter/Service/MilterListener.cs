using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EmailAuth.Milter.Service;

/// <summary>Accepts connections at one address. When it cannot, it waits a little before it tries again, and says so.</summary>
internal sealed class MilterListener : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // The server's own name for it: its lines about packets of each connection are not ours.
    private const string TransportCategory = "Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets";

    private readonly Socket _socket;
    private readonly MilterEvents _events;
    private readonly TimeProvider _timeProvider;
    private readonly SocketConnectionContextFactory _contexts;
    private readonly CancellationTokenSource _closing = new();

    public MilterListener(Socket socket, MilterEvents events, ILoggerFactory loggers, TimeProvider timeProvider)
    {
        _socket = socket;
        _events = events;
        _timeProvider = timeProvider;
        EndPoint = socket.LocalEndPoint!;
        _contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), loggers.CreateLogger(TransportCategory));
    }

    public EndPoint EndPoint { get; }

    /// <summary>The next connection; null when there will be none any more.</summary>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var accepted = await _socket.AcceptAsync(cancellationToken);
                if (accepted.LocalEndPoint is IPEndPoint)
                {
                    accepted.NoDelay = true;
                }

                return _contexts.Create(accepted);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException exception) when (IsOfTheConnection(exception.SocketErrorCode))
            {
                // It went away while it waited to be accepted.
            }
            catch (SocketException exception)
            {
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
        _contexts.Dispose();
        return default;
    }

    private static bool IsOfTheConnection(SocketError error) =>
        error is SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted;

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        await Task.Delay(Pause, _timeProvider, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
