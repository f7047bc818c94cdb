using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Messages;

namespace EmailAuth.Composition;

/// <summary>A message while the site has relays: its client may be known only when its header is.</summary>
internal sealed class RelayedMessage
{
    // Set when the search has ended: its checks have started then.
    private volatile RelayedOrigin? _found;

    /// <summary>What was said in MAIL FROM; null without it.</summary>
    public string? ReversePath { get; init; }

    /// <summary>The client behind the relays.</summary>
    public StartedCheck<RelayedOrigin> Origin { get; private set; }

    /// <summary>Whether the search for the client, or a check of it, has not ended.</summary>
    public bool IsRunning => Origin.Running is not null || _found?.IsRunning is true;

    /// <summary>The header has arrived: looks for the client. The bytes of the header are read before this returns.</summary>
    public void Start(Evaluators evaluators, DnsSession dns, IPAddress connected, HeaderBlock header) =>
        Origin = StartedCheck<RelayedOrigin>.Start(FindAsync(evaluators, dns, connected, RelayLine.ReadTop(header)));

    /// <summary>Waits until nothing of it runs.</summary>
    public async ValueTask WaitAsync()
    {
        await Origin.Running.WaitIgnoringResultAsync().ConfigureAwait(false);
        if (_found is { } found)
        {
            await found.WaitAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<RelayedOrigin> FindAsync(Evaluators evaluators, DnsSession dns, IPAddress connected, ImmutableArray<RelayLine> lines) =>
        _found = await RelayedOrigin.FindAsync(evaluators, dns, connected, lines, ReversePath).ConfigureAwait(false);
}
