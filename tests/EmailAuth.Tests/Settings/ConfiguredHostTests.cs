using System.Net;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary><c>AddEmailAuth</c> with a configuration: what a host starts with, and what happens when the configuration changes.</summary>
public class ConfiguredHostTests
{
    private readonly List<string> _lines = [];

    [Fact]
    public async Task The_file_with_every_setting_reaches_the_pipeline_of_a_host()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $"{{ \"EmailAuth\": {FlatOptions.EverySetting()} }}", TestContext.Current.CancellationToken);
            using var host = Host(new ConfigurationBuilder().AddJsonFile(file).Build());
            await host.StartAsync(TestContext.Current.CancellationToken);

            var options = host.Services.GetRequiredService<IOptionsMonitor<EmailAuthServiceOptions>>().CurrentValue;
            Assert.Equal(FlatOptions.Expected(), FlatOptions.Of(options.Authentication!, options.Dns));
            Assert.Same(options.Authentication, host.Services.GetRequiredService<AuthenticationPipeline>().Options);
            Assert.IsType<StubResolver>(host.Services.GetRequiredService<IDnsResolver>());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_host_with_wrong_settings_does_not_start_and_names_all_of_them()
    {
        using var host = Host(Configuration(("Spf:MaxLookups", "0"), ("Spf:MaxVoidLookup", "1")));

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            [
                "EmailAuth:AuthservId: missing: the name under which this host gives its results (RFC 8601 section 2.5), unique to the organization, such as `mx.example.org`",
                "EmailAuth:Spf:MaxLookups: '0' is not a whole number from 1 to 100",
                "EmailAuth:Spf:MaxVoidLookup: there is no such key; did you mean Spf:MaxVoidLookups?",
            ],
            refused.Failures);
    }

    [Fact]
    public async Task Later_sessions_have_the_changed_settings_and_those_under_way_keep_theirs()
    {
        var configuration = Configuration(("AuthservId", "first.example"));
        using var host = Host(configuration, new ZoneResolver(TypicalMessage.Zone()));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();
        await using var before = pipeline.BeginSession(IPAddress.Parse("192.0.2.1"), "a.example");

        Change(configuration, "AuthservId", "second.example");

        await using var after = pipeline.BeginSession(IPAddress.Parse("192.0.2.1"), "a.example");
        Assert.Equal("first.example", (await CompleteAsync(before)).AuthservId);
        Assert.Equal("second.example", (await CompleteAsync(after)).AuthservId);
        Assert.Equal("second.example", pipeline.Options.AuthservId);
        Assert.Contains("The changed settings apply to new sessions", _lines);
    }

    [Fact]
    public async Task A_change_to_more_servers_than_are_asked_is_logged_and_refused()
    {
        var configuration = Configuration(("AuthservId", "first.example"));
        using var host = Host(configuration);
        await host.StartAsync(TestContext.Current.CancellationToken);

        Change(configuration, "Dns:Servers", string.Join(',', Enumerable.Range(1, 17).Select(static number => $"192.0.2.{number}")));

        Assert.Contains("The changed settings have errors, so the previous ones stay: EmailAuth:Dns:Servers: it has 17 values, and may have 16", _lines);
    }

    [Fact]
    public async Task A_change_with_an_error_is_logged_and_the_former_settings_stay_until_it_is_mended()
    {
        var configuration = Configuration(("AuthservId", "first.example"));
        using var host = Host(configuration);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();
        var monitor = host.Services.GetRequiredService<IOptionsMonitor<EmailAuthServiceOptions>>();

        Change(configuration, "Spf:MaxLookups", "many");

        Assert.Equal(10, pipeline.Options.Spf.MaxLookups);
        Assert.Equal(10, monitor.CurrentValue.Authentication!.Spf.MaxLookups);
        Assert.Contains(
            "The changed settings have errors, so the previous ones stay: EmailAuth:Spf:MaxLookups: 'many' is not a whole number from 1 to 100", _lines);

        Change(configuration, "Spf:MaxLookups", "5");

        Assert.Equal(5, pipeline.Options.Spf.MaxLookups);
        Assert.Equal(5, monitor.CurrentValue.Authentication!.Spf.MaxLookups);
    }

    [Fact]
    public async Task A_resolver_is_replaced_only_when_it_would_ask_in_another_way()
    {
        var configuration = Configuration(("AuthservId", "a.example"), ("Dns:Servers", "192.0.2.53"));
        using var host = Host(configuration);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();
        var first = pipeline.Evaluators.Resolver;
        Assert.Same(first, host.Services.GetRequiredService<IDnsResolver>());

        Change(configuration, "Spf:MaxLookups", "5");
        Assert.Same(first, pipeline.Evaluators.Resolver);

        Change(configuration, "Dns:Servers", "192.0.2.54");
        var second = Assert.IsType<StubResolver>(pipeline.Evaluators.Resolver);
        Assert.NotSame(first, second);
        Assert.Equal("192.0.2.54:53", Assert.Single(second.Servers.Servers).EndPoint.ToString());

        Change(configuration, "Dns:Timeout", "1s");
        Assert.NotSame(second, pipeline.Evaluators.Resolver);
    }

    [Fact]
    public async Task A_resolver_that_is_registered_stays()
    {
        var own = new ZoneResolver(new Zone());
        var configuration = Configuration(("AuthservId", "a.example"));
        using var host = Host(configuration, own);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();
        Assert.Same(own, pipeline.Evaluators.Resolver);

        Change(configuration, "Dns:Servers", "192.0.2.54");

        Assert.Same(own, pipeline.Evaluators.Resolver);
    }

    [Fact]
    public async Task A_resolver_that_the_options_have_after_a_change_is_asked_until_they_have_it_no_more()
    {
        IDnsResolver? given = null;
        var configuration = Configuration(("AuthservId", "a.example"), ("Dns:Servers", "192.0.2.53"));
        using var host = Host(configuration, configure: services => services.PostConfigure<EmailAuthServiceOptions>(options => options.Resolver = given));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();
        var made = Assert.IsType<StubResolver>(pipeline.Evaluators.Resolver);

        given = new ZoneResolver(new Zone());
        Change(configuration, "AuthservId", "b.example");
        Assert.Same(given, pipeline.Evaluators.Resolver);

        given = null;
        Change(configuration, "AuthservId", "c.example");
        Assert.Same(made, pipeline.Evaluators.Resolver);
    }

    [Fact]
    public async Task What_a_host_configures_beside_the_settings_stays_after_a_change()
    {
        var configuration = Configuration(("AuthservId", "a.example"));
        using var host = Host(configuration, configure: services => services.PostConfigure<EmailAuthServiceOptions>(
            options => options.Authentication = options.Authentication! with { KeepHeader = true }));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();

        Change(configuration, "AuthservId", "b.example");

        Assert.Equal((true, "b.example"), (pipeline.Options.KeepHeader, pipeline.Options.AuthservId));
    }

    [Fact]
    public async Task Telemetry_that_is_switched_off_is_off_for_later_sessions_and_observers_stay()
    {
        var configuration = Configuration(("AuthservId", "a.example"));
        var observer = new ChannelObserver(10);
        using var host = Host(configuration, new ZoneResolver(TypicalMessage.Zone()), services => services.AddSingleton<IEvaluatedMessageObserver>(observer));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();

        Change(configuration, "RecordsTelemetry", "false");
        await pipeline.AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken);

        Assert.False(pipeline.Options.RecordsTelemetry);
        Assert.True(observer.Reader.TryRead(out _));
    }

    private static async Task<AuthenticationOutcome> CompleteAsync(AuthenticationSession session)
    {
        session.SetMailFrom("joe@a.example");
        session.AddHeaderField("From"u8, " joe@a.example"u8);
        session.EndOfHeaders();
        return await session.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => new KeyValuePair<string, string?>("EmailAuth:" + pair.Key, pair.Value))).Build();

    private static void Change(IConfigurationRoot configuration, string key, string value)
    {
        Assert.IsType<MemoryConfigurationProvider>(Assert.Single(configuration.Providers)).Set("EmailAuth:" + key, value);
        configuration.Reload();
    }

    private IHost Host(IConfiguration configuration, IDnsResolver? resolver = null, Action<IServiceCollection>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(new Lines(_lines));
        if (resolver is not null)
        {
            builder.Services.AddSingleton(resolver);
        }

        builder.Services.AddEmailAuth(configuration.GetSection("EmailAuth"));
        configure?.Invoke(builder.Services);
        return builder.Build();
    }

    private sealed class Lines(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
