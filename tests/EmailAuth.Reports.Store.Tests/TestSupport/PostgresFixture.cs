namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>One PostgreSQL for all tests that do not kill theirs.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

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

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
