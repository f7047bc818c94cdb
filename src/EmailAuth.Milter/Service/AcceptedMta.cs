using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EmailAuth.Milter.Service;

/// <summary>
/// An MTA's connection, which occupies a place until its socket is closed. It is read where it is served, without the pipes and the tasks of
/// Kestrel's own: those cost more than a message's verdict.
/// </summary>
internal sealed class AcceptedMta : ConnectionContext
{
    private static long _count;

    private readonly Socket _socket;
    private readonly ConnectionRoom _room;
    private readonly CancellationTokenSource _closed = new();
    private IDictionary<object, object?>? _items;
    private string? _id;
    private int _isDisposed;

    /// <exception cref="IOException">The connection has already ended.</exception>
    public AcceptedMta(Socket socket, ConnectionRoom room)
    {
        _socket = socket;
        _room = room;
        Stream = new MtaStream(socket, SayClosed);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
    }

    /// <summary>What the MTA sends and gets.</summary>
    public MtaStream Stream { get; }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        set => _id = value;
    }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <summary>Not supported: <see cref="Stream"/> has the bytes.</summary>
    public override IDuplexPipe Transport
    {
        get => throw new NotSupportedException("An MTA's connection is a stream.");
        set => throw new NotSupportedException("An MTA's connection is a stream.");
    }

    /// <summary>Cancelled when the MTA has left while a verdict is awaited, and when the connection is aborted.</summary>
    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        try
        {
            // A pending read or write ends; an orderly close would wait for the MTA to read what it does not read.
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }

        SayClosed();
    }

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            try
            {
                _socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The MTA has closed it.
            }

            _socket.Dispose();
            _room.Leave();
        }

        return base.DisposeAsync();
    }

    private void SayClosed() => _closed.Cancel();
}
