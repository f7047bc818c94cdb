using System.Diagnostics;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Policy;
using Microsoft.Extensions.DependencyInjection;

namespace EmailAuth.Milter.Authentication;

/// <summary>Makes the pipeline that settings ask for.</summary>
internal static class AuthenticatorFactory
{
    public static IMessageAuthenticator Create(MilterOptions options, IServiceProvider services)
    {
        var timeProvider = services.GetRequiredService<TimeProvider>();
        return Create(
            options,
            Resolver(options, timeProvider),
            timeProvider,
            services.GetRequiredService<ILogger<AuthenticationPipeline>>(),
            services.GetServices<IEvaluatedMessageObserver>());
    }

    /// <summary>Why the settings ask for more than this machine can do, or null.</summary>
    public static string? PlatformFault(MilterOptions options) =>
        new AuthenticationPipeline(Resolver(options, TimeProvider.System), Judging(options, TimeProvider.System)).PlatformFault;

    public static IMessageAuthenticator Create(
        MilterOptions options,
        IDnsResolver resolver,
        TimeProvider timeProvider,
        ILogger<AuthenticationPipeline>? logger = null,
        IEnumerable<IEvaluatedMessageObserver>? observers = null)
    {
        var judging = Judging(options, timeProvider);
        return new PipelineAuthenticator(
            new AuthenticationPipeline(resolver, judging with { RemoveReceivedSpf = options.AddsReceivedSpf }, logger, observers),
            new AuthenticationPipeline(resolver, judging with { Methods = AuthenticationMethods.Arc, RecordsTelemetry = false }),
            options);
    }

    // The library decides what is done, so that the field that it writes says what is done.
    private static LocalPolicy PolicyOf(MilterOptions options) => new()
    {
        Dmarc = new DmarcLocalPolicy { TrustedSealers = [.. options.TrustedSealers] },
        OnReject = ActionOf(options.OnReject),
        OnQuarantine = ActionOf(options.OnQuarantine),
        OnUnusableAuthor = options.OnUnusableAuthor is { } onUnusableAuthor ? ActionOf(onUnusableAuthor) : null,
        OnUndecided = options.OnUndecided is { } onUndecided ? ActionOf(onUndecided) : null,
        OnTemporaryError = ActionOf(options.OnTemporaryError),

        // Where nothing is acted on, nothing need be asked for it.
        ApplyStrictestAuthorPolicy = (options.OnReject, options.OnQuarantine) != (MessageAction.Annotate, MessageAction.Annotate),
    };

    private static DispositionAction ActionOf(MessageAction action) => action switch
    {
        MessageAction.Annotate => DispositionAction.Accept,
        MessageAction.Quarantine => DispositionAction.Quarantine,
        MessageAction.Reject => DispositionAction.Reject,
        MessageAction.TempFail => DispositionAction.TempFail,
        _ => throw new UnreachableException(),
    };

    private static StubResolver Resolver(MilterOptions options, TimeProvider timeProvider) =>
        new StubResolver(
            new StubResolverOptions { Servers = options.DnsServers, Timeout = options.DnsTimeout, MaxCacheBytes = options.DnsCacheBytes }, timeProvider);

    private static AuthenticationOptions Judging(MilterOptions options, TimeProvider timeProvider) => new()
    {
        AuthservId = options.AuthservId,
        Methods = options.Methods,
        TimeProvider = timeProvider,
        Dkim = new DkimOptions { TestingKeys = options.TestingKeys, AcceptUnsignedCopies = options.AcceptsUnsignedCopies },
        ExtendedResults = options.ExtendedResults,
        LocalPolicy = PolicyOf(options),
    };
}
