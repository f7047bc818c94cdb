using System.Diagnostics.CodeAnalysis;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Results;
using EmailAuth.Spf;

namespace EmailAuth.Composition;

/// <summary>The checks that need only the client and its HELO: made once, valid for every message of the connection.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose of.")]
internal sealed class ConnectionChecks
{
    private const int FewAbandoned = 8;

    private readonly Evaluators _evaluators;
    private List<MessageEvaluation>? _abandoned;
    private int _abandonedLimit = FewAbandoned;
    private Task? _earlierHelo;
    private int _countedLookups;
    private int _countedAtOnce;
    private CancellationTokenSource? _heloCancel;

    public ConnectionChecks(Evaluators evaluators, IPAddress? client)
    {
        _evaluators = evaluators;
        Dns = new DnsSession(evaluators.Resolver, evaluators.Options.LookupLimits, evaluators.Options.TimeProvider, evaluators.Logger);
        Client = client;
        IsOfRelay = client is not null && evaluators.Relays.Contains(client);
        StartClient();
    }

    /// <summary>The checks of a client that a relay recorded, for one message.</summary>
    public ConnectionChecks(Evaluators evaluators, DnsSession message, IPAddress? client)
    {
        _evaluators = evaluators;
        Dns = message;
        Client = client;
        StartClient();
    }

    /// <summary>The connection's way to the DNS; each message has a child of it.</summary>
    public DnsSession Dns { get; }

    public IPAddress? Client { get; }

    /// <summary>Whether the client is in the network of one of the site's relays: each message has a client of its own, found in its header.</summary>
    public bool IsOfRelay { get; }

    public string? Helo { get; private set; }

    /// <summary>The result of the method that judges the client's address alone.</summary>
    public StartedCheck<IMethodOutcome> OfClient { get; private set; }

    public StartedCheck<SpfResult> SpfHelo { get; private set; }

    /// <summary>How many questions the connection's checks asked that no message has counted yet, and how many of them were answered at once.</summary>
    public (int Lookups, int AtOnce) TakeLookups()
    {
        var (lookups, atOnce) = (Dns.Lookups - _countedLookups, Dns.AnsweredAtOnce - _countedAtOnce);
        _countedLookups += lookups;
        _countedAtOnce += atOnce;
        return (lookups, atOnce);
    }

    public void StartHelo(string helo)
    {
        // EHLO comes again after STARTTLS (RFC 3207 section 4.2); the same name needs no other check.
        if (SpfHelo.IsStarted && helo == Helo)
        {
            return;
        }

        // The check of a replaced name has no caller left.
        _heloCancel?.Cancel();
        _heloCancel = null;
        _earlierHelo = SpfHelo.Running is { } running ? Task.WhenAll(running, _earlierHelo ?? Task.CompletedTask) : _earlierHelo;
        if (SpfHelo.IsStarted)
        {
            Dns.Forget(DnsPurpose.SpfHelo);
        }

        Helo = helo;
        if (Client is not null && !IsOfRelay && _evaluators.Options.Runs(AuthenticationMethods.Spf))
        {
            _heloCancel = new CancellationTokenSource();
            SpfHelo = StartedCheck<SpfResult>.Start(_evaluators.Spf.EvaluateHeloAsync(Dns, Client, helo, _heloCancel.Token));
            if (SpfHelo.Running is null)
            {
                _heloCancel = null;
            }
        }
    }

    /// <summary>Takes an abandoned message. Its running checks are cancelled, and awaited when the connection ends.</summary>
    public void Abandon(MessageEvaluation message)
    {
        message.Dns.Cancel();
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

    /// <summary>Cancels everything; nothing runs after this returns.</summary>
    public ValueTask EndAsync()
    {
        var end = Dns.EndAsync();
        return end.IsCompletedSuccessfully && OfClient.Running is null && SpfHelo.Running is null && _earlierHelo is null && _abandoned is null
            ? default
            : WaitAsync(end);
    }

    private void StartClient()
    {
        if (Client is not null && !IsOfRelay && _evaluators.ClientCheck is { } check)
        {
            OfClient = StartedCheck<IMethodOutcome>.Start(check(Dns, Client));
        }
    }

    private async ValueTask WaitAsync(ValueTask end)
    {
        await end.ConfigureAwait(false);
        await OfClient.Running.WaitIgnoringResultAsync().ConfigureAwait(false);
        await SpfHelo.Running.WaitIgnoringResultAsync().ConfigureAwait(false);
        await _earlierHelo.WaitIgnoringResultAsync().ConfigureAwait(false);
        for (var index = 0; index < _abandoned?.Count; index++)
        {
            await _abandoned[index].DisposeAsync().ConfigureAwait(false);
        }
    }
}
