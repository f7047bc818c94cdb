using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Composition;

/// <summary>The checks of one message: each started as soon as what it needs is known, all decided at the end of the message.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose of.")]
internal sealed class MessageEvaluation : IAsyncDisposable
{
    private readonly Evaluators _evaluators;
    private readonly AuthenticationOptions _options;
    private long _started;
    private Activity? _activity;
    private bool _hasBegun;
    private HeaderBlock? _header;
    private Author _author = NoAuthor;
    private DomainName? _mailFromDomain;
    private StartedCheck<SpfResult> _spf;
    private CancellationTokenSource? _spfCancel;
    private RelayedMessage? _relayed;
    private List<Task>? _earlierSpf;
    private SignedMessage? _signed;
    private DkimVerification? _dkim;
    private ArcVerification? _arc;
    private DmarcDiscovery? _discovery;
    private ImmutableArray<string> _selectorFields = [];
    private DnsAsker? _indicator;
    private DnsAsker? _policies;
    private volatile bool _isCancelled;

    public MessageEvaluation(Evaluators evaluators, DnsSession connection)
    {
        _evaluators = evaluators;
        _options = evaluators.Options;
        Dns = connection.BeginMessage();
    }

    /// <summary>The message's way to the DNS: each question is asked once, each check has an allowance of its own.</summary>
    public DnsSession Dns { get; }

    /// <summary>Whether a check or a lookup of the message has not ended.</summary>
    public bool IsRunning => Dns.IsRunning || _spf.Running is not null || _relayed?.IsRunning is true || _earlierSpf?.Exists(static check => !check.IsCompleted) is true;

    /// <summary>Whether the envelope is a guess (<see cref="SmtpEnvelope.IsReconstructed"/>).</summary>
    public bool HasReconstructedEnvelope { get; set; }

    /// <summary>How many of the outcome's lookups were answered at once.</summary>
    public int LookupsAnsweredAtOnce { get; private set; }

    private static Author NoAuthor { get; } = new() { Defect = AuthorDefect.NoField, Reason = "the message has no header" };

    /// <summary>
    /// The first part of the message has arrived: its time starts here. A session is ready for the next message long before the client sends one,
    /// and most connections end without one.
    /// </summary>
    public void Begin()
    {
        if (_hasBegun)
        {
            return;
        }

        _hasBegun = true;
        _started = _options.TimeProvider.GetTimestamp();
        _activity = _options.RecordsTelemetry ? EmailAuthTelemetry.StartMessage() : null;
    }

    public void StartMailFrom(ConnectionChecks connection, string reversePath)
    {
        Begin();
        using var scope = new MessageActivityScope(_activity);

        // The check of a replaced reverse-path has no caller left, and the new one has turns of its own.
        if (_spf.Running is { } running)
        {
            _spfCancel!.Cancel();
            if (!running.IsCompleted)
            {
                (_earlierSpf ??= []).Add(running);
            }
        }

        if (_spf.IsStarted)
        {
            Dns.Forget(DnsPurpose.SpfMailFrom);
        }

        _spf = default;
        var path = ReversePath.Parse(reversePath);
        _mailFromDomain = path.Value?.Domain;
        _relayed = _evaluators.Relays.IsEmpty ? null : new RelayedMessage { ReversePath = reversePath };
        if (_options.Runs(AuthenticationMethods.Spf) && !connection.IsOfRelay)
        {
            _spfCancel = new CancellationTokenSource();
            _spf = connection.Client is null
                ? SpfResult.WithoutClient(connection.Helo, reversePath)
                : StartedCheck<SpfResult>.Start(
                    _evaluators.Spf.EvaluateMailFromAsync(Dns, connection.Client, connection.Helo, reversePath, path, _spfCancel.Token));
        }
    }

    public void StartHeader(ConnectionChecks connection, HeaderBlock header)
    {
        Begin();
        using var scope = new MessageActivityScope(_activity);
        _header = header;
        if (!_evaluators.Relays.IsEmpty && connection.Client is not null)
        {
            (_relayed ??= new RelayedMessage()).Start(_evaluators, Dns, connection.Client, header);
        }

        _author = Author.Find(header);
        if (_options.Runs(AuthenticationMethods.Dkim | AuthenticationMethods.Arc))
        {
            StartSignatures(header);
        }

        if (_options.Runs(AuthenticationMethods.Dmarc) && _author.Domain is not null)
        {
            StartDmarc(_author.Domain);
        }
    }

    public void AppendBody(ReadOnlySpan<byte> chunk)
    {
        if (_header!.LimitReason is null)
        {
            _signed?.Body.Append(chunk);
        }
    }

    public async ValueTask<AuthenticationOutcome> CompleteAsync(
        ConnectionChecks connection, bool isAuthenticatedSubmission, CancellationToken cancellationToken)
    {
        if (_activity is not null)
        {
            // For this method and what it calls: the caller's is current again when it returns.
            Activity.Current = _activity;
        }

        _signed?.Body.Complete();
        var origin = _relayed is null ? null : await _relayed.Origin.GetAsync(cancellationToken).ConfigureAwait(false);
        var relayed = origin?.Client;
        var client = origin?.Checks ?? connection;
        var exceptions = FindExceptions(client.Client, origin);
        var spf = exceptions.LeavesOut("spf") ? null : await (relayed is null ? _spf : origin!.Spf).GetAsync(cancellationToken).ConfigureAwait(false) ?? SpfWithoutMailFrom(client);
        var dkim = _dkim is null || exceptions.LeavesOut("dkim") ? null : await _dkim.CompleteAsync(cancellationToken).ConfigureAwait(false);
        var arc = _arc is null || exceptions.LeavesOut("arc") ? null : await _arc.CompleteAsync(cancellationToken).ConfigureAwait(false);
        var identifiers = CheckedIdentifiers.Authenticated(spf, dkim);
        var dmarc = exceptions.LeavesOut("dmarc") ? null : await DecideDmarcAsync(identifiers, CheckedIdentifiers.Others(spf, dkim), cancellationToken).ConfigureAwait(false);
        var authors = dmarc is null || !JudgesEachAuthor ? default : await JudgeAuthorsAsync(identifiers, cancellationToken).ConfigureAwait(false);
        dmarc = dmarc is null || dkim is null ? dmarc : UncountedSignatures.Name(dmarc, dkim);
        var leavesUndecided = (HasReconstructedEnvelope || relayed is not null) && _options.Runs(AuthenticationMethods.Spf) && !exceptions.LeavesOut("spf") && UncheckedSpf.Is(spf);
        var decision = PolicyDecision.Decide(_options.LocalPolicy, new PolicyInput
        {
            Dmarc = leavesUndecided ? UncheckedSpf.Undecided(dmarc, relayed) : dmarc,
            AuthorResults = leavesUndecided ? UncheckedSpf.Undecided(authors, relayed) : authors,
            AreAuthorResultsCut = _policies is { IsExhausted: true },
            Author = _author,
            HeaderLimit = _header!.LimitReason,
            Client = client.Client,
            HasUnreadRelay = relayed is { Address: null },
            IsAuthenticated = isAuthenticatedSubmission && relayed is null,
            Identifiers = identifiers,
            Exceptions = exceptions,
            Arc = arc,
        });
        dmarc = decision.Dmarc;
        var isVouchedFor = decision.TrustedSealer is not null && !arc!.RestsOnTestingKey;
        var bimi = dmarc is null || exceptions.LeavesOut("bimi") ? null : await DecideBimiAsync(dmarc, dkim, isVouchedFor, cancellationToken).ConfigureAwait(false);
        var ofClient = exceptions.LeavesOut("iprev") ? null : await client.OfClient.GetAsync(cancellationToken).ConfigureAwait(false);
        var spfHelo = exceptions.LeavesOut("spf") ? null : await client.SpfHelo.GetAsync(cancellationToken).ConfigureAwait(false);
        if (_isCancelled)
        {
            // A check may have treated the end of its lookup as a temporary failure: such an outcome would be wrong.
            throw new OperationCanceledException();
        }

        var (lookups, atOnce) = connection.TakeLookups();
        var methods = MethodTable.Ordered(spf, spfHelo, dkim, arc?.From(client.Client), dmarc, bimi, ofClient);
        var elapsed = _options.TimeProvider.GetElapsedTime(_started);
        var outcome = OutcomeComposer.Compose(
            _options, _header, _author, decision.Disposition, methods, Dns.Lookups + lookups, elapsed, HasReconstructedEnvelope, relayed,
            decision.Exception is null ? exceptions.Skips : [.. exceptions.Skips, decision.Exception]);
        LookupsAnsweredAtOnce = Dns.AnsweredAtOnce + atOnce;
        if (_activity is not null)
        {
            EmailAuthTelemetry.Tag(_activity, outcome);
        }

        return outcome;
    }

    /// <summary>A copy of the header as it is judged; call it before the message is disposed of.</summary>
    public ReadOnlyMemory<byte> CopyHeader() => _header!.Bytes.ToArray();

    /// <summary>Whether the message is a report about mail, by its header.</summary>
    public bool IsReport => ReportMail.Is(_header!);

    /// <summary>Ends the message while it is being completed: cancels its lookups; there is no outcome.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        Dns.Cancel();
    }

    /// <summary>Ends the message: cancels its lookups; nothing of it runs after this returns.</summary>
    public ValueTask DisposeAsync()
    {
        var end = Dns.EndAsync();
        if (!end.IsCompletedSuccessfully || _spf.Running is not null || _relayed?.IsRunning is true || _earlierSpf is not null)
        {
            return WaitAndReleaseAsync(end);
        }

        Release();
        return default;
    }

    private async ValueTask WaitAndReleaseAsync(ValueTask end)
    {
        await end.ConfigureAwait(false);
        await _spf.Running.WaitIgnoringResultAsync().ConfigureAwait(false);
        if (_relayed is not null)
        {
            await _relayed.WaitAsync().ConfigureAwait(false);
        }

        for (var index = 0; index < _earlierSpf?.Count; index++)
        {
            await _earlierSpf[index].WaitIgnoringResultAsync().ConfigureAwait(false);
        }

        Release();
    }

    /// <summary>Gives back buffers. Checks that still run wait for the DNS and read neither header nor body.</summary>
    public void Release()
    {
        EmailAuthTelemetry.EndMessage(_activity);
        _activity = null;
        _signed?.Dispose();
        _signed = null;
    }

    private void StartSignatures(HeaderBlock header)
    {
        _signed = new SignedMessage(header, Dns);
        if (_options.Runs(AuthenticationMethods.Dkim))
        {
            _dkim = _evaluators.Dkim.Begin(_signed);
        }

        if (_options.Runs(AuthenticationMethods.Arc))
        {
            _arc = _evaluators.Arc.Begin(_signed);
        }
    }

    // The walks that will be needed are begun now: of the author domain, and of the domains that may turn out to be authenticated.
    private void StartDmarc(DomainName author)
    {
        _policies = DmarcEvaluator.BeginAuthor(Dns, domains: 1);
        _discovery = _evaluators.Dmarc.BeginDiscovery(author, _policies, _evaluators.Dmarc.BeginIdentifiers(Dns));
        if (_mailFromDomain is not null)
        {
            _discovery.Prefetch(_mailFromDomain);
        }

        for (var index = 0; index < _dkim?.SignatureCount; index++)
        {
            if (_dkim.SigningDomain(index) is { } signer)
            {
                _discovery.Prefetch(signer);
            }
        }

        if (_options.Runs(AuthenticationMethods.Bimi))
        {
            _selectorFields = FieldValues(_header!, "BIMI-Selector"u8);
            _indicator = BimiEvaluator.Begin(Dns);
            BimiEvaluator.Prefetch(_indicator, author, _selectorFields);
        }
    }

    private ExceptionMatch FindExceptions(IPAddress? client, RelayedOrigin? origin)
    {
        var watch = _evaluators.Exceptions;
        return !watch.IsUsed ? ExceptionMatch.None
            : origin?.Client is { Address: null } ? watch.Current().FindBehindRelay(_author, origin.Unplaced, watch.Today)
            : watch.Current().Find(_author, client, watch.Today);
    }

    private SpfResult? SpfWithoutMailFrom(ConnectionChecks connection) =>
        _options.Runs(AuthenticationMethods.Spf) && connection.Client is null ? SpfResult.WithoutClient(connection.Helo, null) : null;

    private ValueTask<DmarcResult?> DecideDmarcAsync(
        List<AuthenticatedIdentifier> identifiers, IReadOnlyList<UnauthenticatedIdentifier> others, CancellationToken cancellationToken)
    {
        if (!_options.Runs(AuthenticationMethods.Dmarc))
        {
            return default;
        }

        if (_discovery is null)
        {
            return new ValueTask<DmarcResult?>(_evaluators.Dmarc.WithoutAuthor(_author));
        }

        return DmarcEvaluator.EvaluateAsync(_discovery, identifiers, others, cancellationToken)!;
    }

    private bool JudgesEachAuthor => _discovery is null && _options.LocalPolicy.ApplyStrictestAuthorPolicy;

    // RFC 9989 section 5.3.1: each of several author domains is judged, with nine lookups each.
    private async ValueTask<ImmutableArray<DmarcResult>> JudgeAuthorsAsync(
        List<AuthenticatedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        _policies = DmarcEvaluator.BeginAuthor(Dns, Author.MaxDomains);
        var walks = _evaluators.Dmarc.BeginIdentifiers(Dns);

        // All begin before the first is awaited: they share one time limit.
        var discoveries = _author.Domains.Select(domain => _evaluators.Dmarc.BeginDiscovery(domain, _policies, walks)).ToArray();
        var results = ImmutableArray.CreateBuilder<DmarcResult>(discoveries.Length);
        foreach (var discovery in discoveries)
        {
            results.Add(await DmarcEvaluator.EvaluateAsync(discovery, identifiers, [], cancellationToken).ConfigureAwait(false));
        }

        return results.MoveToImmutable();
    }

    private ValueTask<BimiResult?> DecideBimiAsync(
        DmarcResult dmarc, DkimResults? dkim, bool trustedArcPassed, CancellationToken cancellationToken)
    {
        if (!_options.Runs(AuthenticationMethods.Bimi))
        {
            return default;
        }

        var request = BimiRequests.From(dmarc, _author, dkim, _selectorFields, trustedArcPassed);
        return _evaluators.Bimi.EvaluateAsync(request, _indicator ?? BimiEvaluator.Begin(Dns), cancellationToken)!;
    }

    private static ImmutableArray<string> FieldValues(HeaderBlock header, ReadOnlySpan<byte> name)
    {
        ImmutableArray<string>.Builder? values = null;
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].IsNamed(name))
            {
                (values ??= ImmutableArray.CreateBuilder<string>()).Add(Encoding.UTF8.GetString(header[i].Value));
            }
        }

        return values?.ToImmutable() ?? [];
    }
}
