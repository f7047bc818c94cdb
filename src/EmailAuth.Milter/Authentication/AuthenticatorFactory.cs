using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Reports;
using EmailAuth.Policy;
using Microsoft.Extensions.DependencyInjection;

namespace EmailAuth.Milter.Authentication;

/// <summary>Makes the pipeline for the given settings.</summary>
internal static class AuthenticatorFactory
{
    public static IMessageAuthenticator Create(MilterOptions options, IServiceProvider services)
    {
        var timeProvider = services.GetRequiredService<TimeProvider>();
        var reports = services.GetService<ReportCollection>();
        var authenticator = Create(
            options,
            Resolver(options, timeProvider),
            timeProvider,
            services.GetRequiredService<ILogger<AuthenticationPipeline>>(),
            [.. services.GetServices<IEvaluatedMessageObserver>(), .. reports?.Observers(options) ?? []]);

        // Last, because settings with which no pipeline can be made leave the earlier ones in use, and with them their journal.
        reports?.Use(options);
        return authenticator;
    }

    /// <summary>Why this machine cannot do what the settings ask for, or null.</summary>
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
            new AuthenticationPipeline(resolver, judging with { RemoveReceivedSpf = options.AddsReceivedSpf || judging.RemoveReceivedSpf }, logger, observers),
            new AuthenticationPipeline(resolver, judging with
            {
                Methods = AuthenticationMethods.Arc,
                RecordsTelemetry = false,
                LocalPolicy = judging.LocalPolicy with { Exceptions = PolicyExceptions.None, ExceptionsFile = null },
            }),
            options,
            timeProvider);
    }

    private static StubResolver Resolver(MilterOptions options, TimeProvider timeProvider) => new(options.Dns, timeProvider);

    // A lookup that only an action needs is left out when there is no action.
    private static AuthenticationOptions Judging(MilterOptions options, TimeProvider timeProvider)
    {
        var policy = options.Authentication.LocalPolicy;
        var isActing = (policy.OnReject, policy.OnQuarantine) != (DispositionAction.Accept, DispositionAction.Accept);
        return options.Authentication with
        {
            TimeProvider = timeProvider,
            KeepHeader = options.Authentication.KeepHeader || options.Reports.ToFailureOptions() is not null,
            RemoveFields = options.QuarantineBy == QuarantineBy.Header
                ? [.. options.Authentication.RemoveFields, QuarantineField.Name] : options.Authentication.RemoveFields,
            LocalPolicy = policy with { ApplyStrictestAuthorPolicy = policy.ApplyStrictestAuthorPolicy && isActing },
        };
    }
}
