using System.Net;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Spf;

namespace EmailAuth;

/// <summary>The checks that need only the client and its HELO: made once, valid for every message of the connection.</summary>
internal sealed class ConnectionChecks
{
    private readonly AuthenticationPipeline _pipeline;
    private List<MessageResolver>? _resolvers;
    private List<MessageEvaluation>? _abandoned;
    private Task? _earlierHelo;

    public ConnectionChecks(AuthenticationPipeline pipeline, IPAddress? client, MessageResolver dns)
    {
        _pipeline = pipeline;
        Client = client;
        if (client is not null && pipeline.Options.Runs(AuthenticationMethods.Iprev))
        {
            Iprev = Pending<IprevResult>.Start(pipeline.Iprev.EvaluateAsync(dns, client, CancellationToken.None));
            Keep(dns, Iprev.Running);
        }
    }

    public IPAddress? Client { get; }

    public string? Helo { get; private set; }

    public Pending<IprevResult> Iprev { get; }

    public Pending<SpfResult> SpfHelo { get; private set; }

    public void StartHelo(string helo, MessageResolver dns)
    {
        _earlierHelo = SpfHelo.Running is { } running ? Task.WhenAll(running, _earlierHelo ?? Task.CompletedTask) : _earlierHelo;
        Helo = helo;
        if (Client is not null && _pipeline.Options.Runs(AuthenticationMethods.Spf))
        {
            SpfHelo = Pending<SpfResult>.Start(_pipeline.Spf.EvaluateHeloAsync(dns, Client, helo, CancellationToken.None));
            Keep(dns, SpfHelo.Running);
        }
    }

    /// <summary>Whether a check of the connection still waits for answers through a message's resolver.</summary>
    public bool Uses(MessageResolver dns) =>
        (Iprev.Running is not null || SpfHelo.Running is not null) && _resolvers is not null && _resolvers.Contains(dns);

    /// <summary>
    /// Takes a message that is over. What it still runs is cancelled, unless a check of the connection waits through the same resolver;
    /// it is waited for when the connection ends.
    /// </summary>
    public void Abandon(MessageEvaluation message)
    {
        if (!Uses(message.Dns))
        {
            message.Dns.Reset();
        }

        if (message.IsRunning)
        {
            _abandoned ??= [];
            _abandoned.RemoveAll(static earlier => !earlier.IsRunning);
            _abandoned.Add(message);
        }
    }

    /// <summary>Cancels everything; when it returns nothing runs any more.</summary>
    public async ValueTask EndAsync()
    {
        for (var index = 0; index < _resolvers?.Count; index++)
        {
            await _resolvers[index].EndAsync().ConfigureAwait(false);
        }

        await QuietAsync(Iprev.Running).ConfigureAwait(false);
        await QuietAsync(SpfHelo.Running).ConfigureAwait(false);
        await QuietAsync(_earlierHelo).ConfigureAwait(false);
        for (var index = 0; index < _abandoned?.Count; index++)
        {
            await _abandoned[index].DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the end of a check whose result nobody wants any more.</summary>
    public static async ValueTask QuietAsync(Task? check)
    {
        if (check is not null)
        {
            await check.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Keep(MessageResolver dns, Task? running)
    {
        if (running is not null)
        {
            _resolvers ??= [];
            if (!_resolvers.Contains(dns))
            {
                _resolvers.Add(dns);
            }
        }
    }
}
