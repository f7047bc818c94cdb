using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Milter.Dialogue;
using Microsoft.Extensions.DependencyInjection;

namespace EmailAuth.Milter.Authentication;

/// <summary>Makes the pipeline that settings ask for.</summary>
internal static class AuthenticatorFactory
{
    public static IMessageAuthenticator Create(MilterOptions options, IServiceProvider services)
    {
        var timeProvider = services.GetRequiredService<TimeProvider>();
        return Create(options, Resolver(options, timeProvider), timeProvider);
    }

    /// <summary>Why the settings ask for more than this machine can do, or null.</summary>
    public static string? PlatformFault(MilterOptions options) =>
        new AuthenticationPipeline(Resolver(options, TimeProvider.System), Judging(options, TimeProvider.System)).PlatformFault;

    public static IMessageAuthenticator Create(MilterOptions options, IDnsResolver resolver, TimeProvider timeProvider)
    {
        var judging = Judging(options, timeProvider);
        return new PipelineAuthenticator(
            new AuthenticationPipeline(resolver, judging),
            new AuthenticationPipeline(resolver, judging with { Methods = AuthenticationMethods.None }),
            options);
    }

    private static DnsClientResolver Resolver(MilterOptions options, TimeProvider timeProvider) =>
        new(new DnsClientResolverOptions { Servers = options.DnsServers, Timeout = options.DnsTimeout }, timeProvider);

    private static AuthenticationOptions Judging(MilterOptions options, TimeProvider timeProvider) => new()
    {
        AuthservId = options.AuthservId,
        Methods = options.Methods,
        TimeProvider = timeProvider,
        LocalPolicy = new LocalPolicy
        {
            Dmarc = new DmarcLocalPolicy { TrustedSealers = [.. options.TrustedSealers] },
            TempFailOnTemporaryError = options.OnTemporaryError != MessageAction.Annotate,
        },
    };
}
