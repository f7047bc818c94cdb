using System.Buffers.Binary;
using System.Net.Sockets;

namespace EmailAuth.Milter.Tests.TestSupport;

/// <summary>The MTA's end of a connection.</summary>
internal sealed class MtaConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public static async Task<MtaConnection> OpenAsync(string path)
    {
        var connection = new MtaConnection();
        await connection._socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        return connection;
    }

    public async Task SendAsync(params byte[][] packets) =>
        await _socket.SendAsync(packets.SelectMany(p => p).ToArray(), TestContext.Current.CancellationToken);

    /// <summary>Sends bytes as they lie there, without a copy.</summary>
    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await _socket.SendAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Reads one answer; null when the service closed the connection.</summary>
    public async Task<Answer?> ReadAsync()
    {
        var head = await ReadExactlyAsync(5);
        if (head is null)
        {
            return null;
        }

        var payload = await ReadExactlyAsync(BinaryPrimitives.ReadInt32BigEndian(head) - 1);
        return payload is null ? null : new Answer(head[4], payload);
    }

    /// <summary>Offers to negotiate and says whether the service answers; it may have closed the connection before that.</summary>
    public async Task<bool> IsAcceptedAsync()
    {
        try
        {
            await SendAsync(Packets.Offer());
            return await ReadAsync() is not null;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.Shutdown or SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            return false;
        }
    }

    public async Task<string> ReadCodesAsync(int count)
    {
        var codes = string.Empty;
        for (var i = 0; i < count; i++)
        {
            codes += await ReadAsync() is { } answer ? (char)answer.Code : '!';
        }

        return codes;
    }

    /// <summary>Speaks a whole dialogue and says whether it went as it should.</summary>
    public async Task<bool> IsServedAsync()
    {
        await SendAsync(Packets.Dialogue());
        return await ReadCodesAsync(3) == "Oic" && await ReadAsync() is null;
    }

    /// <summary>Says nothing more, and still listens.</summary>
    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> ReadExactlyAsync(int count)
    {
        var bytes = new byte[count];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        for (var at = 0; at < count;)
        {
            int length;
            try
            {
                length = await _socket.ReceiveAsync(bytes.AsMemory(at), patience.Token);
            }
            catch (SocketException)
            {
                return null;
            }

            if (length == 0)
            {
                return null;
            }

            at += length;
        }

        return bytes;
    }
}
