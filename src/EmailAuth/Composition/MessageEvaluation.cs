using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Composition;

/// <summary>The checks of one message: each started as soon as what it needs is known, all decided at the end of the message.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose of.")]
internal sealed class MessageEvaluation : IAsyncDisposable
{
    private readonly AuthenticationPipeline _pipeline;
    private readonly AuthenticationOptions _options;
    private readonly long _started;
    private readonly Activity? _activity;
    private HeaderBlock? _header;
    private Author _author = NoAuthor;
    private DomainName? _mailFromDomain;
    private StartedCheck<SpfResult> _spf;
    private CancellationTokenSource? _spfCancel;
    private List<Task>? _earlierSpf;
    private SignedMessage? _signed;
    private DkimVerification? _dkim;
    private ArcVerification? _arc;
    private DmarcDiscovery? _discovery;
    private ImmutableArray<string> _selectorFields = [];
    private DnsAsker? _indicator;
    private DnsAsker? _policies;
    private volatile bool _isCancelled;

    public MessageEvaluation(AuthenticationPipeline pipeline, DnsSession connection)
    {
        _pipeline = pipeline;
        _options = pipeline.Options;
        _started = _options.TimeProvider.GetTimestamp();
        _activity = EmailAuthTelemetry.StartMessage();
        Dns = connection.BeginMessage();
    }

    /// <summary>The message's way to the DNS: each question is asked once, each check has an allowance of its own.</summary>
    public DnsSession Dns { get; }

    /// <summary>Whether a check or a lookup of the message has not ended.</summary>
    public bool IsRunning => Dns.IsRunning || _spf.Running is not null || _earlierSpf?.Exists(static check => !check.IsCompleted) is true;

    private static Author NoAuthor { get; } = new() { Defect = AuthorDefect.NoField, Reason = "the message has no header" };

    public void StartMailFrom(ConnectionChecks connection, string reversePath)
    {
        // Nobody waits for the check of a reverse-path that another replaces, and the new one has turns of its own.
        if (_spf.Running is { } running)
        {
            _spfCancel!.Cancel();
            if (!running.IsCompleted)
            {
                (_earlierSpf ??= []).Add(running);
            }
        }

        _spf = default;
        var path = ReversePath.Parse(reversePath);
        _mailFromDomain = path.Value?.Domain;
        if (_options.Runs(AuthenticationMethods.Spf))
        {
            _spfCancel = new CancellationTokenSource();
            _spf = connection.Client is null
                ? SpfResult.WithoutClient(connection.Helo, reversePath)
                : StartedCheck<SpfResult>.Start(
                    _pipeline.Spf.EvaluateMailFromAsync(Dns, connection.Client, connection.Helo, reversePath, path, _spfCancel.Token));
        }
    }

    public void StartHeader(HeaderBlock header)
    {
        _header = header;
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
        _signed?.Body.Complete();
        var spf = await _spf.GetAsync(cancellationToken).ConfigureAwait(false) ?? SpfWithoutMailFrom(connection);
        var dkim = _dkim is null ? null : await _dkim.CompleteAsync(cancellationToken).ConfigureAwait(false);
        var arc = _arc is null ? null : await _arc.CompleteAsync(cancellationToken).ConfigureAwait(false);
        var sealer = SealerTrust.VouchingSealer(arc, _options.LocalPolicy.Dmarc.TrustedSealers, _author.Domain);
        var identifiers = Identifiers(spf, dkim);
        var dmarc = await DecideDmarcAsync(identifiers, Undecided(spf, dkim), cancellationToken).ConfigureAwait(false);
        dmarc = dmarc is null || dkim is null ? dmarc : UncountedSignatures.Name(dmarc, dkim);
        var decision = DispositionDecision.Decide(_options.LocalPolicy, new DispositionInput
        {
            Dmarc = dmarc,
            Author = _author,
            HeaderLimit = _header!.LimitReason,
            Client = connection.Client,
            IsAuthenticated = isAuthenticatedSubmission,
            Identifiers = identifiers,
            Sealer = sealer,
        });
        if (dmarc is not null && dmarc.Override != decision.Override)
        {
            dmarc = dmarc with { Override = decision.Override };
        }

        var bimi = dmarc is null ? null : await DecideBimiAsync(dmarc, dkim, sealer is not null && !arc!.RestsOnTestingKey, cancellationToken).ConfigureAwait(false);
        var ofClient = await connection.OfClient.GetAsync(cancellationToken).ConfigureAwait(false);
        var spfHelo = await connection.SpfHelo.GetAsync(cancellationToken).ConfigureAwait(false);
        if (_isCancelled)
        {
            // Some check may have taken the end of its lookup for a temporary failure: the outcome would be made up.
            throw new OperationCanceledException();
        }

        var (lookups, atOnce) = connection.TakeLookups();
        var methods = MethodTable.Ordered(spf, spfHelo, dkim, arc?.From(connection.Client), dmarc, bimi, ofClient);
        var elapsed = _options.TimeProvider.GetElapsedTime(_started);
        var outcome = OutcomeComposer.Compose(_options, _header, _author, decision.Disposition, methods, Dns.Lookups + lookups, elapsed);
        EmailAuthTelemetry.Record(outcome, Dns.AnsweredAtOnce + atOnce, _activity);
        Log.Outcome(_pipeline.Logger, outcome);
        return outcome;
    }

    /// <summary>Ends the message while it is being completed: cancels its lookups, and no outcome comes of it.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        Dns.Cancel();
    }

    /// <summary>Ends the message: cancels its lookups; when it returns nothing of it runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await Dns.EndAsync().ConfigureAwait(false);
        await ConnectionChecks.QuietAsync(_spf.Running).ConfigureAwait(false);
        foreach (var earlier in _earlierSpf ?? [])
        {
            await ConnectionChecks.QuietAsync(earlier).ConfigureAwait(false);
        }

        Release();
    }

    /// <summary>Gives back what the message holds. What still runs of it waits for the DNS and reads neither header nor body.</summary>
    public void Release()
    {
        _activity?.Dispose();
        _signed?.Dispose();
        _signed = null;
    }

    private void StartSignatures(HeaderBlock header)
    {
        _signed = new SignedMessage(header, Dns);
        if (_options.Runs(AuthenticationMethods.Dkim))
        {
            _dkim = _pipeline.Dkim.Begin(_signed, _author.Domain is null ? [] : [_author.Domain]);
        }

        if (_options.Runs(AuthenticationMethods.Arc))
        {
            _arc = _pipeline.Arc.Begin(_signed);
        }
    }

    // The walks that will be needed are begun now: of the author domain, and of the domains that may turn out to be authenticated.
    private void StartDmarc(DomainName author)
    {
        _policies = DmarcEvaluator.BeginAuthor(Dns, domains: 1);
        _discovery = _pipeline.Dmarc.BeginDiscovery(author, _policies, _pipeline.Dmarc.BeginIdentifiers(Dns));
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

    private SpfResult? SpfWithoutMailFrom(ConnectionChecks connection) =>
        _options.Runs(AuthenticationMethods.Spf) && connection.Client is null ? SpfResult.WithoutClient(connection.Helo, null) : null;

    private async ValueTask<DmarcResult?> DecideDmarcAsync(
        List<AuthenticatedIdentifier> identifiers, List<AuthenticatedIdentifier>? undecided, CancellationToken cancellationToken)
    {
        if (!_options.Runs(AuthenticationMethods.Dmarc))
        {
            return null;
        }

        if (_discovery is null)
        {
            var unusable = _pipeline.Dmarc.WithoutAuthor(_author);
            return _options.LocalPolicy.ApplyStrictestAuthorPolicy
                ? await WithStrictestPolicyAsync(unusable, identifiers, cancellationToken).ConfigureAwait(false)
                : unusable;
        }

        IReadOnlyList<AuthenticatedIdentifier> open = undecided is null ? [] : undecided;
        return await DmarcEvaluator.EvaluateAsync(_discovery, identifiers, open, cancellationToken).ConfigureAwait(false);
    }

    // RFC 9989 section 5.3.1: each of several author domains is judged, with nine lookups each.
    private async ValueTask<DmarcResult> WithStrictestPolicyAsync(
        DmarcResult unusable, List<AuthenticatedIdentifier> identifiers, CancellationToken cancellationToken)
    {
        var strictest = unusable;
        _policies = DmarcEvaluator.BeginAuthor(Dns, Author.MaxDomains);
        var walks = _pipeline.Dmarc.BeginIdentifiers(Dns);

        // All begin before the first is waited for: they have one time together.
        var discoveries = _author.Domains.Select(domain => _pipeline.Dmarc.BeginDiscovery(domain, _policies, walks)).ToArray();
        foreach (var discovery in discoveries)
        {
            var result = await DmarcEvaluator.EvaluateAsync(discovery, identifiers, [], cancellationToken).ConfigureAwait(false);
            if (result.Disposition > strictest.AppliedDisposition)
            {
                strictest = strictest with
                {
                    PolicyDomain = result.PolicyDomain,
                    Override = new DmarcOverride(
                        DmarcOverrideType.LocalPolicy, result.Disposition, $"the policy of {discovery.AuthorDomain}, the strictest of the domains in From"),
                };
            }

            // A domain that cannot be judged now is not one without a policy.
            if (result is { Code: DmarcResultCode.TempError, EffectivePolicy: DmarcPolicy.Quarantine or DmarcPolicy.Reject })
            {
                strictest = strictest with { PolicyDomain = strictest.PolicyDomain ?? result.PolicyDomain, FailedQuery = result.FailedQuery };
            }
        }

        // A sender could list enough domains to keep us from reaching the one with the strict policy.
        return strictest.AppliedDisposition != DmarcPolicy.Reject && (_author.Domains.Length >= Author.MaxDomains || _policies.IsExhausted)
            ? strictest with
            {
                PolicyDomain = null,
                Override = new DmarcOverride(DmarcOverrideType.LocalPolicy, DmarcPolicy.Reject, "From names more domains than can be looked up"),
            }
            : strictest;
    }

    // RFC 9989 section 4.4: MAIL FROM with an SPF pass (with a null reverse-path that is the HELO domain), and d= of each signature
    // that passes. A HELO pass beside a MAIL FROM is none.
    private static List<AuthenticatedIdentifier> Identifiers(SpfResult? spf, DkimResults? dkim)
    {
        var identifiers = new List<AuthenticatedIdentifier>(2);
        if (spf is { Code: SpfResultCode.Pass, Domain: not null })
        {
            identifiers.Add(new AuthenticatedIdentifier(IdentifierSource.Spf, spf.Domain));
        }

        foreach (var signature in dkim?.Signatures ?? [])
        {
            if (signature is { Code: DkimResultCode.Pass, Domain: not null })
            {
                identifiers.Add(new AuthenticatedIdentifier(IdentifierSource.Dkim, signature.Domain));
            }
        }

        return identifiers;
    }

    // Identifiers that a failed query left open. No other check and no signature of another domain can bring that about: each has its own
    // allowance, clock and turns.
    private static List<AuthenticatedIdentifier>? Undecided(SpfResult? spf, DkimResults? dkim)
    {
        List<AuthenticatedIdentifier>? undecided = null;
        if (spf is { Code: SpfResultCode.TempError, Domain: not null })
        {
            (undecided ??= []).Add(new AuthenticatedIdentifier(IdentifierSource.Spf, spf.Domain));
        }

        foreach (var signature in dkim?.Signatures ?? [])
        {
            if (signature is { Code: DkimResultCode.TempError, Domain: not null })
            {
                (undecided ??= []).Add(new AuthenticatedIdentifier(IdentifierSource.Dkim, signature.Domain));
            }
        }

        return undecided;
    }

    private async ValueTask<BimiResult?> DecideBimiAsync(
        DmarcResult dmarc, DkimResults? dkim, bool trustedArcPassed, CancellationToken cancellationToken)
    {
        if (!_options.Runs(AuthenticationMethods.Bimi))
        {
            return null;
        }

        var request = BimiRequests.From(dmarc, _author, dkim, _selectorFields, trustedArcPassed);
        return await _pipeline.Bimi.EvaluateAsync(request, _indicator ?? BimiEvaluator.Begin(Dns), cancellationToken).ConfigureAwait(false);
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
