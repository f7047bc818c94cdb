using EmailAuth.Cli.Serve;
using EmailAuth.Policy;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>The log of <c>emailauth serve</c>.</summary>
public class ServeLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_log_has_the_queue_id_and_nothing_that_a_sender_can_break_a_line_with()
    {
        await using var run = await ServeRun.StartAsync(Token);
        using var answer = await run.Client.SendAsync(ServeRun.Check(ServeRun.Envelope + "&queue_id=1tXyZ%E2%80%A8x"), Token);
        Assert.Contains("emailauth: 1tXyZ?x: 192.0.2.1  football.example.com  spf=pass", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_says_which_exceptions_are_used_and_what_is_wrong_with_their_file()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "exceptions");
        await File.WriteAllTextAsync(path, "football.example.com skip spf # a friend\nold.example accept until 2020-01-01 # gone\n", Token);
        var clock = new Clock();
        var policy = new LocalPolicy { ExceptionsFile = PolicyExceptionsFile.Load(path) };
        await using var run = await ServeRun.StartAsync(
            Token, options => options with { Authentication = options.Authentication with { LocalPolicy = policy, TimeProvider = clock } });
        using var first = await run.Client.SendAsync(ServeRun.Check(), Token);
        await File.WriteAllTextAsync(path, "nonsense\n", Token);
        clock.Ahead = TimeSpan.FromMinutes(1);
        using var second = await run.Client.SendAsync(ServeRun.Check(), Token);

        Assert.Contains("emailauth: warning: The exception in line 2 is not used since it expired (2020-01-01): gone", run.Log, StringComparison.Ordinal);
        Assert.Contains("emailauth: Message of football.example.com: exception in line 1", run.Log, StringComparison.Ordinal);
        Assert.Contains($"emailauth: error: The changed exceptions in {path} have an error, so the previous ones stay: line 1", run.Log, StringComparison.Ordinal);

        // The service has its own line for a message.
        Assert.DoesNotContain(" lookups in ", run.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Critical, true)]
    [InlineData("Microsoft.Extensions.Hosting", LogLevel.Warning, true)]
    [InlineData(LineLoggerProvider.Category, LogLevel.Information, true)]
    public async Task The_log_has_nothing_of_Kestrel_about_a_connection(string category, LogLevel level, bool isLogged)
    {
        await using var log = new StringWriter();
        using var provider = new LineLoggerProvider(log, LogLevel.Information);
        provider.CreateLogger(category).Log(level, default, "said", null, static (state, _) => state);
        Assert.Equal(isLogged, log.ToString().Contains("said", StringComparison.Ordinal));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }
}
