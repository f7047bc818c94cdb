using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EmailAuth.Cli.Nats;

/// <summary>A connection to a NATS server with JetStream. When it breaks, it is made again, as often as needed.</summary>
internal sealed class NatsLink : IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly Action<string> _tell;
    private volatile bool _isLost;
    private volatile bool _isClosing;

    private NatsLink(NatsConnection connection, Action<string> tell)
    {
        _connection = connection;
        _tell = tell;
        JetStream = new NatsJSContext(connection);
        connection.ConnectionDisconnected += (_, _) => Lost();
        connection.ConnectionOpened += (_, _) => Opened();
        connection.ServerError += (_, e) => Tell($"the NATS server says: {e.Error}");
    }

    public INatsJSContext JetStream { get; }

    /// <summary>The servers, as the user gave them.</summary>
    public string Url => _connection.Opts.Url;

    /// <summary>Whether the connection is there now.</summary>
    public bool IsOpen => _connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>The longest message, headers included, that the server takes, in bytes.</summary>
    public int MaxPayload => _connection.ServerInfo?.MaxPayload ?? 1024 * 1024;

    /// <summary>Connects.</summary>
    /// <param name="options">How.</param>
    /// <param name="tell">Is told when the connection breaks, is there again, and what the server does not allow.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="CommandException">No server can be reached, it does not let us in, or it has no JetStream.</exception>
    public static async Task<NatsLink> OpenAsync(NatsOpts options, Action<string> tell, CancellationToken cancellationToken)
    {
        var connection = new NatsConnection(options);
        try
        {
            await connection.ConnectAsync().AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Everything that can be wrong on the way: names, sockets, certificates, credentials. The innermost says which.
            await connection.DisposeAsync();
            throw new CommandException(ExitCode.Input, $"cannot connect to {options.Url}: {e.GetBaseException().Message}", e);
        }

        if (connection.ServerInfo is { JetStreamAvailable: false })
        {
            await connection.DisposeAsync();
            throw new CommandException(ExitCode.Input, $"the server at {options.Url} has no JetStream: start it with JetStream (nats-server -js)");
        }

        return new NatsLink(connection, tell);
    }

    public ValueTask DisposeAsync()
    {
        _isClosing = true;
        return _connection.DisposeAsync();
    }

    private ValueTask Lost()
    {
        _isLost = true;
        return _isClosing ? ValueTask.CompletedTask : Tell($"the connection to {Url} is lost; connecting again");
    }

    // The first connection has this event, too.
    private ValueTask Opened()
    {
        var wasLost = _isLost;
        _isLost = false;
        return wasLost ? Tell($"connected to {Url} again") : ValueTask.CompletedTask;
    }

    private ValueTask Tell(string line)
    {
        _tell(line);
        return ValueTask.CompletedTask;
    }
}
