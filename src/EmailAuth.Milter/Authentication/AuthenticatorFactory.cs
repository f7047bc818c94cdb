using EmailAuth.Dkim;
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
        var resolver = new DnsClientResolver(
            new DnsClientResolverOptions { Servers = options.DnsServers, Timeout = options.DnsTimeout }, timeProvider);
        return Create(options, resolver, timeProvider);
    }

    public static IMessageAuthenticator Create(MilterOptions options, IDnsResolver resolver, TimeProvider timeProvider)
    {
        var judging = new AuthenticationOptions
        {
            AuthservId = options.AuthservId,
            TimeProvider = timeProvider,
            Dkim = new DkimOptions { TestingKeys = options.TestingKeys, AcceptUnsignedCopies = options.AcceptsUnsignedCopies },
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
