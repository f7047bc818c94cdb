using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Composition;

/// <summary>The client of a message, found behind the site's own relays, and the checks of that client.</summary>
internal sealed class RelayedOrigin
{
    private RelayedOrigin(RelayedClient? client, ConnectionChecks? checks)
    {
        Client = client;
        Checks = checks;
    }

    /// <summary>The client; null when the one that connected is not a relay.</summary>
    public RelayedClient? Client { get; }

    /// <summary>An address that is that of the client or of a relay, while its name cannot be looked up; else null.</summary>
    public IPAddress? Unplaced { get; private init; }

    /// <summary>Its checks; null when the one that connected is not a relay.</summary>
    public ConnectionChecks? Checks { get; }

    /// <summary>SPF for MAIL FROM; not started when there is no reverse-path.</summary>
    public StartedCheck<SpfResult> Spf { get; private set; }

    /// <summary>Whether a check of it has not ended.</summary>
    public bool IsRunning => Spf.Running is not null || Checks?.OfClient.Running is not null || Checks?.SpfHelo.Running is not null;

    /// <summary>Finds the client of a message, and starts its checks.</summary>
    /// <param name="evaluators">The relays and the evaluators.</param>
    /// <param name="dns">The message's way to the DNS.</param>
    /// <param name="connected">The client that connected.</param>
    /// <param name="lines">The topmost Received fields.</param>
    /// <param name="reversePath">The reverse-path, which relays keep; null when it is not known.</param>
    public static async ValueTask<RelayedOrigin> FindAsync(
        Evaluators evaluators, DnsSession dns, IPAddress connected, ImmutableArray<RelayLine> lines, string? reversePath)
    {
        var (client, unplaced) = await FindClientAsync(evaluators.Relays, dns, connected, lines).ConfigureAwait(false);
        if (client is null)
        {
            return new RelayedOrigin(null, null);
        }

        var checks = new ConnectionChecks(evaluators, dns, client.Address);
        if (client.Helo is not null)
        {
            checks.StartHelo(client.Helo);
        }

        return new RelayedOrigin(client, checks)
        {
            Unplaced = unplaced,
            Spf = reversePath is null || !evaluators.Options.Runs(AuthenticationMethods.Spf) ? default
                : client.Address is null ? SpfResult.WithoutClient(client.Helo, reversePath)
                : StartedCheck<SpfResult>.Start(evaluators.Spf.EvaluateMailFromAsync(
                    dns, client.Address, client.Helo, reversePath, ReversePath.Parse(reversePath), CancellationToken.None)),
        };
    }

    /// <summary>Waits until nothing of it runs.</summary>
    public async ValueTask WaitAsync()
    {
        await Spf.Running.WaitIgnoringResultAsync().ConfigureAwait(false);
        if (Checks is not null)
        {
            await Checks.OfClient.Running.WaitIgnoringResultAsync().ConfigureAwait(false);
            await Checks.SpfHelo.Running.WaitIgnoringResultAsync().ConfigureAwait(false);
        }
    }

    // From the top: a relay wrote the first field. Where the client that it names is a relay, too, that one wrote the next. Nothing below the
    // field of the last relay is believed: the sender can write it.
    private static async ValueTask<(RelayedClient? Client, IPAddress? Unplaced)> FindClientAsync(
        RelayList relays, DnsSession dns, IPAddress connected, ImmutableArray<RelayLine> lines)
    {
        var standing = await relays.FindAsync(dns, connected).ConfigureAwait(false);
        if (standing == RelayStanding.Other)
        {
            return (null, null);
        }

        var (relay, namesItself) = (connected, false);
        if (standing == RelayStanding.Unknown)
        {
            return (Unread(relay, "the name of the host that connected, which may be a relay, cannot be looked up now"), relay);
        }

        foreach (var line in lines)
        {
            if (line.IsInternal)
            {
                continue;
            }

            if (line.Client is not { } client)
            {
                return (Unread(relay, $"the Received field of the relay {relay} {line.Problem}"), null);
            }

            // A filter on the relay sent the message back to it, so the relay wrote the next field as well. A loopback address is never a client:
            // it is of another host than this one, and what is said about this host's own (OwnNetworks and the like) must not be about it.
            if (IsLoopback(client))
            {
                namesItself = true;
                continue;
            }

            standing = await relays.FindAsync(dns, client).ConfigureAwait(false);
            if (standing == RelayStanding.Other)
            {
                return (new RelayedClient { Relay = NameOf(line, relay), Address = client, Helo = line.Helo }, null);
            }

            (relay, namesItself) = (client, false);
            if (standing == RelayStanding.Unknown)
            {
                return (Unread(relay, $"the name of {relay}, which may be a relay, cannot be looked up now"), relay);
            }
        }

        var problem = lines.Length >= RelayLine.MaxLines ? $"the first {RelayLine.MaxLines} Received fields name only relays"
            : namesItself ? $"the relay {relay} recorded no client but itself"
            : $"the message has no Received field of the relay {relay}";
        return (Unread(relay, problem), null);
    }

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(Networks.Plain(address));

    private static RelayedClient Unread(IPAddress relay, string problem) => new() { Relay = relay.ToString(), Problem = problem };

    // The relay wrote its name; a text that is not a name does not go into our field.
    private static string NameOf(RelayLine line, IPAddress relay) => line.ByHost is { } host && DomainName.Parse(host).Value is { } name ? name.ToString() : relay.ToString();
}
