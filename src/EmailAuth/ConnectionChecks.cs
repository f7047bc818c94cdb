using System.Diagnostics.CodeAnalysis;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Spf;

namespace EmailAuth;

/// <summary>The checks that need only the client and its HELO: made once, valid for every message of the connection.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose of.")]
internal sealed class ConnectionChecks
{
    private const int FewAbandoned = 8;

    private readonly AuthenticationPipeline _pipeline;
    private readonly MessageResolver _iprevDns;
    private MessageResolver _heloDns;
    private List<MessageEvaluation>? _abandoned;
    private int _abandonedLimit = FewAbandoned;
    private Task? _earlierHelo;
    private CancellationTokenSource? _heloCancel;

    public ConnectionChecks(AuthenticationPipeline pipeline, IPAddress? client, MessageResolver dns)
    {
        _pipeline = pipeline;
        _iprevDns = _heloDns = dns;
        Client = client;
        if (client is not null && pipeline.Options.Runs(AuthenticationMethods.Iprev))
        {
            Iprev = Pending<IprevResult>.Start(pipeline.Iprev.EvaluateAsync(dns, client, CancellationToken.None));
        }
    }

    public IPAddress? Client { get; }

    public string? Helo { get; private set; }

    public Pending<IprevResult> Iprev { get; }

    public Pending<SpfResult> SpfHelo { get; private set; }

    public void StartHelo(string helo, MessageResolver dns)
    {
        // EHLO comes again after STARTTLS (RFC 3207 section 4.2); the same name needs no other check.
        if (SpfHelo.IsStarted && helo == Helo)
        {
            return;
        }

        // Nobody waits for the check of a name that another replaces.
        _heloCancel?.Cancel();
        _heloCancel = null;
        _earlierHelo = SpfHelo.Running is { } running ? Task.WhenAll(running, _earlierHelo ?? Task.CompletedTask) : _earlierHelo;
        Helo = helo;
        if (Client is not null && _pipeline.Options.Runs(AuthenticationMethods.Spf))
        {
            _heloCancel = new CancellationTokenSource();
            SpfHelo = Pending<SpfResult>.Start(_pipeline.Spf.EvaluateHeloAsync(dns, Client, helo, _heloCancel.Token));
            _heloDns = dns;
            if (SpfHelo.Running is null)
            {
                _heloCancel = null;
            }
        }
    }

    /// <summary>Whether a check of the connection still waits for answers through a message's resolver.</summary>
    public bool Uses(MessageResolver dns) =>
        (ReferenceEquals(dns, _iprevDns) && Iprev.Running is not null) || (ReferenceEquals(dns, _heloDns) && SpfHelo.Running is not null);

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

        message.Release();

        if (message.IsRunning)
        {
            // Those that have ended are looked for when there are twice as many as were left the last time: a client that gives up message
            // after message while its servers are silent makes each be looked at only a few times.
            _abandoned ??= [];
            if (_abandoned.Count >= _abandonedLimit)
            {
                _abandoned.RemoveAll(static earlier => !earlier.IsRunning);
                _abandonedLimit = Math.Max(FewAbandoned, _abandoned.Count * 2);
            }

            _abandoned.Add(message);
        }
    }

    /// <summary>Cancels everything; when it returns nothing runs any more.</summary>
    public async ValueTask EndAsync()
    {
        await _iprevDns.EndAsync().ConfigureAwait(false);
        await _heloDns.EndAsync().ConfigureAwait(false);
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
}
