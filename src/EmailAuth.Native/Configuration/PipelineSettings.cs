using EmailAuth.Dns;
using EmailAuth.Settings;
using EmailAuth.Testing;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Native.Configuration;

/// <summary>A configuration without errors.</summary>
/// <param name="Settings">The settings of the library.</param>
/// <param name="Zone">The zone that answers instead of the DNS; null without one.</param>
internal sealed record PipelineSettings(EmailAuthSettings Settings, Zone? Zone)
{
    public AuthenticationPipeline CreatePipeline(ILogger<AuthenticationPipeline>? log = null) =>
        new(Zone is not null ? new ZoneResolver(Zone) : new StubResolver(Settings.ToResolverOptions()), Settings.ToOptions(), log);
}
