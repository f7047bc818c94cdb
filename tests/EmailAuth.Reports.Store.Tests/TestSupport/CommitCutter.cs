using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>Where a connection ends at a commit.</summary>
internal enum CommitCut
{
    None,

    /// <summary>The server never gets the commit.</summary>
    Before,

    /// <summary>The server has committed; its answer is lost.</summary>
    After,

    /// <summary>The client loses the connection, and the commit reaches the server only when the test lets it.</summary>
    Late,
}

/// <summary>A proxy before PostgreSQL that cuts a connection around the commit of a transaction.</summary>
internal sealed class CommitCutter : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string _socket;
    private readonly Task _accepting;
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CommitCutter(string socketFolder)
    {
        _socket = Path.Combine(socketFolder, ".s.PGSQL.5432");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What is done with the next commit.</summary>
    public CommitCut Next { get; set; }

    /// <summary>How many were cut.</summary>
    public int Cuts { get; private set; }

    private static ReadOnlySpan<byte> Commit => "COMMIT\0"u8;

    public string AddressOf(string address) => string.Create(
        CultureInfo.InvariantCulture, $"postgres://postgres@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{address.Split('/', '?')[3]}?sslmode=disable&timeout=60");

    /// <summary>Lets the late commit go to the server.</summary>
    public void Release() => _released.SetResult();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _released.TrySetResult();
        _listener.Stop();
        try
        {
            await _accepting;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The listener was stopped.
        }

        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _listener.AcceptSocketAsync(_end.Token));
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket), _end.Token);
            var connection = new Connection(client, server);
            await Task.WhenAny(AskAsync(connection), AnswerAsync(connection));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone, and the other one goes too.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task AskAsync(Connection connection)
    {
        var buffer = new byte[1 << 16];
        while (await connection.Client.ReceiveAsync(buffer, SocketFlags.None, _end.Token) is var read and > 0)
        {
            if (Next != CommitCut.None && buffer.AsSpan(0, read).IndexOf(Commit) >= 0)
            {
                await CutAsync(connection, buffer.AsMemory(0, read));
                return;
            }

            await connection.Server.SendAsync(buffer.AsMemory(0, read), SocketFlags.None, _end.Token);
        }
    }

    private async Task CutAsync(Connection connection, ReadOnlyMemory<byte> commit)
    {
        var cut = Next;
        Next = CommitCut.None;
        Cuts++;
        connection.IsSilent = true;
        if (cut == CommitCut.After)
        {
            await connection.Server.SendAsync(commit, SocketFlags.None, _end.Token);
            await connection.Answered.Task;
        }
        else if (cut == CommitCut.Late)
        {
            connection.Client.Dispose();
            await _released.Task;
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await connection.Server.SendAsync(commit, SocketFlags.None, _end.Token);
            await connection.Answered.Task;
        }
    }

    private async Task AnswerAsync(Connection connection)
    {
        var buffer = new byte[1 << 16];
        while (await connection.Server.ReceiveAsync(buffer, SocketFlags.None, _end.Token) is var read and > 0)
        {
            if (connection.IsSilent)
            {
                connection.Answered.SetResult();
                await Task.Delay(Timeout.Infinite, _end.Token);
            }

            await connection.Client.SendAsync(buffer.AsMemory(0, read), SocketFlags.None, _end.Token);
        }
    }

    private sealed class Connection(Socket client, Socket server)
    {
        public Socket Client { get; } = client;

        public Socket Server { get; } = server;

        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether the client hears nothing any more.</summary>
        public bool IsSilent { get; set; }
    }
}
