namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>One PostgreSQL for all tests that do not kill theirs.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim _one = new(1);
    private PostgresServer? _server;
    private PgBouncer? _bouncer;

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.Programs is not null)
        {
            _server = await PostgresServer.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>The server; the test is skipped when PostgreSQL is not installed.</summary>
    public PostgresServer Server()
    {
        Assert.SkipWhen(_server is null, "PostgreSQL is not installed.");
        return _server!;
    }

    /// <summary>A pgbouncer before the server, with three connections to each database; the test is skipped when it is not installed.</summary>
    public async Task<PgBouncer> BouncerAsync(CancellationToken cancellationToken)
    {
        Assert.SkipWhen(PgBouncer.Program is null, "pgbouncer is not installed.");
        var server = Server();
        await _one.WaitAsync(cancellationToken);
        try
        {
            return _bouncer ??= await PgBouncer.StartAsync(server, 3, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_bouncer is not null)
        {
            await _bouncer.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _one.Dispose();
    }
}
