using System.Text;
using EmailAuth.Reports.Store.Tests.Delivery;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Npgsql;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>
/// A sender, or the database, that is killed exactly where it matters: before the final dot of a mail, and between the reply of the server and the
/// commit in PostgreSQL.
/// </summary>
public sealed class SenderDeathTests(SenderDeathTests.Fixture fixture) : IClassFixture<SenderDeathTests.Fixture>
{
    // The lease of the sender that was killed is over then.
    private static readonly string[] Later = ["--now", "2026-11-21T00:20:00Z"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_before_the_final_dot_the_report_comes_once()
    {
        var postgres = fixture.Postgres();
        using var sender = await WithReportAsync(postgres);
        await using var server = new SmtpTestServer();
        var started = new TaskCompletionSource<CommandProcess>();
        server.Script = command =>
        {
            if (command == "DATA")
            {
                started.Task.Result.Kill();
            }

            return null;
        };
        using (var process = CommandProcess.Start(sender.Arguments(server.Port)))
        {
            started.SetResult(process);
            Assert.NotEqual(0, (await process.EndAsync()).ExitCode);
        }

        Assert.Empty(server.Mails);
        Assert.Equal("1 Open", await sender.CountsAsync());
        server.Script = static _ => null;

        // Nobody knows that the server did not get all of it, so it is a copy that may be the second one. Until the lease ends, nobody has it.
        Assert.EndsWith("0 sent, 0 deferred, 0 refused, 0 suppressed, 0 given up\n", (await sender.SendAsync(server.Port)).Error, StringComparison.Ordinal);
        var run = await SendLaterAsync(sender, server);
        Assert.Contains("outcome=sent copy=possible", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("--\r\n", Encoding.ASCII.GetString(Assert.Single(server.Mails).Message), StringComparison.Ordinal);
        Assert.Equal("1 Sent", await sender.CountsAsync());
    }

    [Fact]
    public async Task Killed_between_the_reply_and_the_commit_the_report_comes_again_under_the_same_names()
    {
        var postgres = fixture.Postgres();
        using var sender = await WithReportAsync(postgres);
        await using var server = new SmtpTestServer();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = postgres.SocketFolder,
            Username = "postgres",
            Database = sender.Store.Split('/', '?')[3],
            Pooling = false,
        });
        NpgsqlConnection? locking = null;
        NpgsqlTransaction? transaction = null;
        server.BeforeAcceptance = async () =>
        {
            // From now on a commit about a delivery waits.
            locking = await source.OpenConnectionAsync(Cancel);
            transaction = await locking.BeginTransactionAsync(Cancel);
            await using var command = new NpgsqlCommand("lock table emailauth_deliveries in share row exclusive mode", locking, transaction);
            await command.ExecuteNonQueryAsync(Cancel);
        };
        using (var process = CommandProcess.Start(sender.Arguments(server.Port)))
        {
            // The server has replied, and the sender has begun to say so to the database.
            await using (var command = source.CreateCommand("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%emailauth_deliveries%'"))
            {
                while (!process.HasExited && await command.ExecuteScalarAsync(Cancel) is 0L)
                {
                    await Task.Delay(20, Cancel);
                }
            }

            Assert.False(process.HasExited);
            Assert.Single(server.Mails);
            process.Kill();
            await transaction!.RollbackAsync(Cancel);
            await locking!.DisposeAsync();
        }

        server.BeforeAcceptance = null;
        Assert.Equal("1 Open", await sender.CountsAsync());
        Assert.Contains("outcome=sent copy=possible", (await SendLaterAsync(sender, server)).Error, StringComparison.Ordinal);
        Assert.Equal(2, server.Mails.Count);
        foreach (var name in (string[])["Message-ID: ", "Subject: ", " Report-ID: ", " filename="])
        {
            Assert.Single(server.Mails.Select(mail => ReportSender.Field(mail.Message, name)).Distinct(StringComparer.Ordinal));
        }

        Assert.Single(server.Mails.Select(static mail => mail.MailFrom).Distinct(StringComparer.Ordinal));
        Assert.Equal("1 Sent", await sender.CountsAsync());
        await SendLaterAsync(sender, server);
        Assert.Equal(2, server.Mails.Count);
    }

    [Fact]
    public async Task A_database_that_is_killed_there_is_told_when_it_is_back_and_the_report_comes_once()
    {
        var postgres = fixture.Postgres();
        using var sender = await WithReportAsync(postgres);
        await using var server = new SmtpTestServer();
        server.BeforeAcceptance = () =>
        {
            postgres.Kill();
            return Task.CompletedTask;
        };
        using var process = CommandProcess.Start(sender.Arguments(server.Port, "--workers", "1"));
        while (!process.HasExited && server.Mails.IsEmpty)
        {
            await Task.Delay(20, Cancel);
        }

        await postgres.RestartAsync(Cancel);
        var run = await process.EndAsync();
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("outcome=sent reply=", run.Error, StringComparison.Ordinal);
        server.BeforeAcceptance = null;
        await SendLaterAsync(sender, server);
        Assert.Single(server.Mails);
        Assert.Equal("1 Sent", await sender.CountsAsync());
    }

    private static async Task<ReportSender> WithReportAsync(PostgresServer postgres)
    {
        var sender = new ReportSender(await postgres.CreateDatabaseAsync(Cancel));
        await sender.AddAsync("example.com");
        return sender;
    }

    private static async Task<CommandRun> SendLaterAsync(ReportSender sender, SmtpTestServer server)
    {
        var arguments = sender.Arguments(server.Port);
        var run = await CommandRun.OfAsync([.. arguments[..^2], .. Later]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    /// <summary>One PostgreSQL for the tests, which run one after the other.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private PostgresServer? _server;

        public async ValueTask InitializeAsync() => _server = PostgresServer.Programs is null ? null : await PostgresServer.StartAsync(CancellationToken.None);

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

        internal PostgresServer Postgres()
        {
            Assert.SkipWhen(_server is null, "PostgreSQL is not installed.");
            return _server!;
        }
    }
}
