using EmailAuth.Dns;
using EmailAuth.Syntax;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EmailAuth.Hosting;

/// <summary>Makes the pipeline of a host from its options, and updates it when they change.</summary>
internal sealed class PipelineSource(IOptionsMonitor<EmailAuthServiceOptions> monitor)
{
    private readonly Lock _lock = new();
    private IDnsResolver? _made;
    private StubResolverOptions _madeBy = StubResolverOptions.Default;

    public IDnsResolver CreateResolver() => monitor.CurrentValue is { Resolver: { } given } ? BorrowedResolver.Of(given) : Make(monitor.CurrentValue.Dns);

    public AuthenticationPipeline CreatePipeline(IServiceProvider provider)
    {
        var registered = BorrowedResolver.LenderOf(provider.GetRequiredService<IDnsResolver>());
        var logger = provider.GetService<ILogger<AuthenticationPipeline>>();
        var options = monitor.CurrentValue;
        var isOurs = ReferenceEquals(registered, _made);
        var pipeline = new AuthenticationPipeline(
            registered, options.Authentication!, logger, provider.GetServices<IEvaluatedMessageObserver>());

        monitor.OnChange((changed, name) =>
        {
            if (name == Options.DefaultName && changed.Authentication is { } authentication)
            {
                lock (_lock)
                {
                    pipeline.Replace(isOurs ? ResolverFor(changed) : registered, authentication);
                }

                HostCode.Try(static log => Log.SettingsTaken(log), logger ?? (ILogger)NullLogger.Instance);
            }
        });
        return pipeline;
    }

    // A resolver keeps answers, so it is replaced only when its options change. The old one serves the sessions that began with it, and
    // closes its sockets when it is idle.
    private IDnsResolver ResolverFor(EmailAuthServiceOptions options) =>
        options.Resolver ?? (_made is not null && IsSame(options.Dns, _madeBy) ? _made : Make(options.Dns));

    private IDnsResolver Make(StubResolverOptions options)
    {
        _madeBy = options;
        return _made = new StubResolver(options);
    }

    private static bool IsSame(StubResolverOptions one, StubResolverOptions other) =>
        one.Servers.SequenceEqual(other.Servers) && one with { Servers = other.Servers } == other;
}
