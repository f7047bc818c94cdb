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
        var resolver = DefaultResolver.Create(
            new DnsClientResolverOptions { Servers = options.DnsServers, Timeout = options.DnsTimeout }, timeProvider);
        return Create(options, resolver, timeProvider);
    }

    public static IMessageAuthenticator Create(MilterOptions options, IDnsResolver resolver, TimeProvider timeProvider)
    {
        var judging = new AuthenticationOptions
        {
            AuthservId = options.AuthservId,

            // An indicator costs a lookup for every message, and few hosts hand one on to mail programs.
            Methods = AuthenticationMethods.All & ~AuthenticationMethods.Bimi,
            TimeProvider = timeProvider,
            LocalPolicy = new LocalPolicy
            {
                Dmarc = new DmarcLocalPolicy { TrustedSealers = [.. options.TrustedSealers] },
                TempFailOnTemporaryError = options.OnTemporaryError != MessageAction.Annotate,
            },
        };
        return new PipelineAuthenticator(
            new AuthenticationPipeline(resolver, judging),
            new AuthenticationPipeline(resolver, judging with { Methods = AuthenticationMethods.None }),
            options);
    }
}
