using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmailAuth.Tests.Hosting;

/// <summary>What a host registers, logs and checks, to the last word.</summary>
public class HostingRuleTests
{
    [Fact]
    public async Task A_check_asks_for_a_text_at_a_new_label_of_ten_digits()
    {
        var asked = new List<DnsQuestion>();
        foreach (var authservId in (string[])["mx.example.org", "localhost", "a/b.example.org", "mx..example", "192.0.2.1"])
        {
            Assert.Equal((HealthStatus.Healthy, "the DNS answers"), await CheckAsync(authservId, question =>
            {
                asked.Add(question);
                return DnsResponse.NoData();
            }));
        }

        Assert.All(asked, static question => Assert.Equal(DnsRecordType.Txt, question.Type));
        Assert.All(asked, static question => Assert.Matches("^[0-9a-f]{10}\\.", question.Name.ToString()));
        Assert.Equal(["mx.example.org", "example.com", "example.com", "example.com", "192.0.2.1"], asked.Select(static question => question.Name.Parent!.ToString()));
        Assert.Equal(asked.Count, asked.Select(static question => question.Name).Distinct().Count());
    }

    [Fact]
    public async Task A_resolver_of_the_caller_is_not_disposed_of_with_the_container()
    {
        var given = new Owned();
        var services = new ServiceCollection();
        services.AddEmailAuth(options =>
        {
            options.Authentication = TypicalMessage.Options;
            options.Resolver = given;
        });
        await using (var provider = services.BuildServiceProvider())
        {
            Assert.Same(given, provider.GetRequiredService<AuthenticationPipeline>().Evaluators.Resolver);
            var question = new DnsQuestion(DomainName.Parse("example.com").Value!, DnsRecordType.Txt);
            Assert.Equal(DnsStatus.NameError, (await provider.GetRequiredService<IDnsResolver>().QueryAsync(question, TestContext.Current.CancellationToken)).Status);
        }

        Assert.False(given.IsDisposed);
    }

    [Fact]
    public async Task A_failure_of_the_DNS_is_said_with_its_reason()
    {
        Assert.Equal((HealthStatus.Unhealthy, "the DNS does not answer: the resolver gave nothing"), await CheckAsync("a", static _ => null!));
        Assert.Equal((HealthStatus.Unhealthy, "the DNS does not answer: on purpose"), await CheckAsync("a", static _ => DnsResponse.Failed(DnsFailure.Timeout, "on purpose")));
        Assert.Equal((HealthStatus.Unhealthy, "the resolver failed: thrown"), await CheckAsync("a", static _ => throw new IOException("thrown")));
        Assert.Equal((HealthStatus.Unhealthy, "the resolver failed: by itself"), await CheckAsync("a", static _ => throw new OperationCanceledException("by itself")));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => CheckAsync("a", static _ => throw new OperationCanceledException("asked for"), cancelled.Token));
        Assert.Equal((HealthStatus.Unhealthy, "the resolver failed: thrown"), await CheckAsync("a", static _ => throw new IOException("thrown"), cancelled.Token));
    }

    [Theory]
    [InlineData(LogLevel.Information, "Information: Message of example.com: spf=fail arc=none dmarc=temperror, accept, 7 lookups in 1.5 ms|Information: Message of example.com: exception in line 1: skip spf # why")]
    [InlineData(LogLevel.Debug, "Debug: dmarc of a message of example.com ended in temperror: it timed out|Debug: arc of a message of example.com ended in permerror: too many")]
    [InlineData(LogLevel.None, "")]
    public void A_log_gets_what_its_level_asks_for(LogLevel level, string expected)
    {
        var log = new Lines(level);
        var outcome = new AuthenticationOutcome
        {
            AuthservId = "mx",
            Author = Author.Find(HeaderBlock.Parse("From: a@example.com\r\n\r\n"u8.ToArray())),
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "made by hand" },
            Header = "Authentication-Results: mx; none",
            LookupCount = 7,
            Elapsed = TimeSpan.FromMilliseconds(1.5),
            Results =
            [
                new MethodResult { Method = "spf", Result = "fail", Reason = "no" },
                new MethodResult { Method = "spf", Result = "pass" },
                new MethodResult { Method = "arc", Result = "none" },
                new MethodResult { Method = "dmarc", Result = "temperror", Reason = "it timed out" },
                new MethodResult { Method = "dmarc", Result = "temperror" },
            ],
            Exceptions = [.. PolicyExceptions.Parse("example.com skip spf # why\n").Value!.All],
        };
        if (level == LogLevel.Debug)
        {
            outcome = outcome.Changed(static o => o.Results, outcome.Results.Add(new MethodResult { Method = "arc", Result = "permerror", Reason = "too many" }));
        }

        new LogObserver(log).OnEvaluated(new EvaluatedMessage(TypicalMessage.Envelope, outcome));
        Assert.Equal(expected, string.Join('|', log.Entries));
        Assert.Equal(level != LogLevel.None, LogObserver.IsListening(log));
    }

    [Fact]
    public void A_message_without_an_author_is_one_of_a_domain_that_is_unknown()
    {
        var log = new Lines(LogLevel.Information);
        new LogObserver(log).OnEvaluated(new EvaluatedMessage(TypicalMessage.Envelope, new AuthenticationOutcome
        {
            AuthservId = "mx",
            Author = new Author(),
            Header = string.Empty,
            Disposition = new Disposition { Action = DispositionAction.Reject, Reason = "made by hand" },
        }));
        Assert.Equal(["Information: Message of unknown: , reject, 0 lookups in 0.0 ms"], log.Entries);
    }

    [Fact]
    public void A_channel_has_room_for_1024_messages_by_default()
    {
        var channel = new ChannelObserver();
        var message = new EvaluatedMessage(TypicalMessage.Envelope, null!);
        for (var count = 1; count <= 1030; count++)
        {
            channel.OnEvaluated(message);
            Assert.Equal(Math.Max(0, count - 1024), channel.DroppedCount);
        }

        Assert.Equal(1024, channel.Reader.Count);
        Assert.Equal("capacity", Assert.Throws<ArgumentOutOfRangeException>(() => new ChannelObserver(0)).ParamName);
        new ChannelObserver(1).OnEvaluated(message);
    }

    [Fact]
    public void A_host_has_one_of_each_service()
    {
        var services = new ServiceCollection();
        Assert.Same(services, services.AddEmailAuth(static options => options.Authentication = TypicalMessage.Options));
        services.AddEmailAuth(static _ => { });
        using var provider = services.BuildServiceProvider();
        Assert.Single(provider.GetServices<AuthenticationPipeline>());
        Assert.Same(Assert.Single(provider.GetServices<IDnsResolver>()), provider.GetRequiredService<AuthenticationPipeline>().Evaluators.Resolver);
        Assert.Same(services, services.AddEmailAuthObserver<ChannelObserver>());
        Assert.Same(services, services.AddEmailAuth(new ConfigurationBuilder().Build()));
    }

    [Fact]
    public void A_host_without_a_name_is_refused_with_what_is_missing()
    {
        var services = new ServiceCollection();
        services.AddEmailAuth(static _ => { });
        using var provider = services.BuildServiceProvider();
        Assert.Equal("EmailAuth: Authentication must be set; it holds the required AuthservId.", Assert.Throws<OptionsValidationException>(provider.GetRequiredService<AuthenticationPipeline>).Message);
    }

    [Fact]
    public void The_settings_of_a_source_are_those_that_had_no_errors_last()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AuthservId", "a.example"), new("Dns:Timeout", "7s")]).Build();
        var log = new Lines(LogLevel.Error);
        var source = new SettingsSource(configuration, log);
        var options = new EmailAuthServiceOptions();
        source.Configure(options);
        Assert.Equal(("a.example", TimeSpan.FromSeconds(7), string.Empty, true), (options.Authentication!.AuthservId, options.Dns.Timeout, source.Name, source.Validate(null, options).Succeeded));

        var token = source.GetChangeToken();
        configuration["Spf:MaxLookups"] = "0";
        Set(configuration, "AuthservId", "b c");
        configuration["Spf:MaxLookups"] = null;
        Assert.False(token.HasChanged);
        Assert.Equal(["Error: The changed settings have errors, so the previous ones stay: AuthservId: 'b c' is not a name without spaces, quotes, parentheses, backslashes, semicolons, commas and equals signs, of at most 255 bytes; Spf:MaxLookups: '0' is not a whole number from 1 to 100"], log.Entries);
        Set(configuration, "AuthservId", "b.example");
        Assert.True(token.HasChanged);
        Assert.False(source.GetChangeToken().HasChanged);
        source.Configure(options);
        Assert.Equal("b.example", options.Authentication!.AuthservId);

        // Nothing is read once it is over.
        source.Dispose();
        Set(configuration, "AuthservId", "x y");
        Assert.Single(log.Entries);
        source.Configure(options);
        Assert.Equal("b.example", options.Authentication!.AuthservId);
    }

    [Fact]
    public void Settings_that_are_wrong_from_the_start_configure_nothing()
    {
        using var source = new SettingsSource(new ConfigurationBuilder().AddInMemoryCollection([new("AuthservId", "a b")]).Build(), null);
        var options = new EmailAuthServiceOptions();
        source.Configure(options);
        Assert.Null(options.Authentication);
        var result = source.Validate(null, options);
        Assert.True(result.Failed);
        Assert.Equal(["AuthservId: 'a b' is not a name without spaces, quotes, parentheses, backslashes, semicolons, commas and equals signs, of at most 255 bytes"], result.Failures);
    }

    [Fact]
    public void Observers_are_called_in_order_with_telemetry_or_without()
    {
        var log = new Lines(LogLevel.Information);
        var given = new ChannelObserver();
        var message = new EvaluatedMessage(TypicalMessage.Envelope, new AuthenticationOutcome
        {
            AuthservId = "mx",
            Author = new Author(),
            Header = string.Empty,
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "made by hand" },
        });
        var observers = new MessageObservers(log, recordsTelemetry: false, [given]);
        Assert.Equal((true, true), (observers.AreGiven, observers.AreListening));
        observers.Tell(message);
        Assert.Equal((1, 1), (log.Entries.Count, given.Reader.Count));
        observers.With(true).Tell(message);
        Assert.Equal((2, 2), (log.Entries.Count, given.Reader.Count));
        var silent = new MessageObservers(new Lines(LogLevel.None), recordsTelemetry: false, []);
        Assert.Equal((false, false), (silent.AreGiven, silent.AreListening));
        Assert.True(new MessageObservers(new Lines(LogLevel.Debug), recordsTelemetry: false, []).AreListening);
        Assert.True(new MessageObservers(log, recordsTelemetry: false, []).AreListening);
    }

    private static void Set(IConfigurationRoot configuration, string key, string value)
    {
        ((MemoryConfigurationProvider)configuration.Providers.Single()).Set(key, value);
        configuration.Reload();
    }

    private static async Task<(HealthStatus Status, string? Description)> CheckAsync(string authservId, Func<DnsQuestion, DnsResponse> answer, CancellationToken? cancellationToken = null)
    {
        var pipeline = new AuthenticationPipeline(new Answering(answer), new AuthenticationOptions { AuthservId = authservId });
        var result = await new EmailAuthHealthCheck(pipeline).CheckHealthAsync(new HealthCheckContext(), cancellationToken ?? TestContext.Current.CancellationToken);
        return (result.Status, result.Description);
    }

    private sealed class Answering(Func<DnsQuestion, DnsResponse> answer) : IDnsResolver
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => new(answer(question));
    }

    // Listens at one level alone.
    private sealed class Lines(LogLevel level) : ILogger
    {
        public List<string> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add($"{logLevel}: {formatter(state, exception)}");
    }

    private sealed class Owned : IDnsResolver, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken) => new(DnsResponse.NameError());

        public void Dispose() => IsDisposed = true;
    }
}
