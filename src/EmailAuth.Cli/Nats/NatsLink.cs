using System.Security.Authentication;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace EmailAuth.Cli.Nats;

/// <summary>A connection to a NATS server with JetStream. When it breaks, it is made again, as often as needed.</summary>
internal sealed class NatsLink : IAsyncDisposable
{
    private readonly NatsConnection _connection;
    private readonly Action<string> _tell;
    private readonly CancellationTokenSource _denied = new();
    private volatile string? _denial;
    private volatile bool _isLost;
    private volatile bool _isConnected;
    private volatile bool _isClosing;

    private NatsLink(NatsConnection connection, Action<string> tell)
    {
        _connection = connection;
        _tell = tell;
        JetStream = new NatsJSContext(connection);
        connection.ConnectionDisconnected += (_, _) => Lost();
        connection.ConnectionOpened += (_, _) => Opened();
        connection.ServerError += (_, e) => Heard(e);
    }

    public INatsJSContext JetStream { get; }

    /// <summary>The servers, as the user gave them.</summary>
    public string Url => _connection.Opts.Url;

    /// <summary>Whether the connection is there now.</summary>
    public bool IsOpen => _connection.ConnectionState == NatsConnectionState.Open;

    /// <summary>The longest message, headers included, that the server takes, in bytes.</summary>
    public int MaxPayload => _connection.ServerInfo?.MaxPayload ?? 1024 * 1024;

    /// <summary>Does what needs rights. The server does not answer a request that it denies, so that the work would wait for ever.</summary>
    /// <param name="work">The work. Its token ends it when the server denies something, or when the other token does.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CommandException">The server denied something.</exception>
    public async Task WithRightsAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _denied.Token);
        try
        {
            await work(ended.Token);
        }
        catch (OperationCanceledException) when (_denial is not null && !cancellationToken.IsCancellationRequested)
        {
            // What it was is said below.
        }

        if (_denial is { } denial)
        {
            throw new CommandException(ExitCode.Input, $"the NATS server denies what is needed: {denial}: give this user the right");
        }
    }

    /// <summary>Connects.</summary>
    /// <param name="options">How.</param>
    /// <param name="tell">Is told when the connection breaks, is there again, and what the server does not allow.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="CommandException">No server can be reached, it does not let us in, or it has no JetStream.</exception>
    public static async Task<NatsLink> OpenAsync(NatsOpts options, Action<string> tell, CancellationToken cancellationToken)
    {
        // It hears the server from the beginning: with the first words it can deny what the client asks for at once.
        var connection = new NatsConnection(options);
        var link = new NatsLink(connection, tell);
        try
        {
            await connection.ConnectAsync().AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Everything that can be wrong on the way: names, sockets, certificates, credentials. The innermost says which.
            await link.DisposeAsync();
            throw new CommandException(ExitCode.Input, $"cannot connect to {options.Url}: {ReasonOf(options, e.GetBaseException())}", e);
        }

        if (connection.ServerInfo is { JetStreamAvailable: false })
        {
            await link.DisposeAsync();
            throw new CommandException(ExitCode.Input, $"the server at {options.Url} has no JetStream: start it with JetStream (nats-server -js)");
        }

        link._isConnected = true;
        return link;
    }

    /// <summary>Waits until the server has heard all that was sent so far, such as acknowledgements.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connection.PingAsync(cancellationToken);
        }
        catch (NatsException e)
        {
            _tell($"the last acknowledgements may be lost, and their messages delivered again: {e.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        await _connection.DisposeAsync();
        _denied.Dispose();
    }

    // Nothing of what we ask for can be done without. The first denial is the cause of others.
    private ValueTask Heard(NatsServerErrorEventArgs error)
    {
        if (error.Kind != NatsServerErrorKind.PermissionsViolation)
        {
            return Tell($"the NATS server says: {error.Error}");
        }

        if (!_isClosing && Interlocked.CompareExchange(ref _denial, error.Error, null) is null)
        {
            // The work that ends must not run in the loop that reads from the server.
            return new ValueTask(_denied.CancelAsync());
        }

        return ValueTask.CompletedTask;
    }

    // The client has no words for some causes.
    private static string ReasonOf(NatsOpts options, Exception cause) => cause switch
    {
        AuthenticationException when options.TlsOpts.CaFile is not null => $"the certificate of the server is not for this name, or not signed by an authority of {options.TlsOpts.CaFile}",
        NatsException when cause.Message.StartsWith("can not connect uris", StringComparison.Ordinal) => "no server answers there: is the name right, does it run, does it listen at this port?",
        _ => cause.Message,
    };

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

    // Why there is no first connection is said by the exception.
    private ValueTask Tell(string line)
    {
        if (_isConnected)
        {
            _tell(line);
        }

        return ValueTask.CompletedTask;
    }
}
