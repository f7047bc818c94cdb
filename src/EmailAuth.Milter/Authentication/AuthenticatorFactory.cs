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
            LocalPolicy = PolicyOf(options),
        };
        return new PipelineAuthenticator(
            new AuthenticationPipeline(resolver, judging with { RemoveReceivedSpf = options.AddsReceivedSpf }),
            new AuthenticationPipeline(resolver, judging with { Methods = AuthenticationMethods.Arc }),
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
        _ => DispositionAction.TempFail,
    };
}
