using System.Collections.Immutable;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>Decides which brand indicator a receiver may show beside a message (draft-brand-indicators-for-message-identification). Thread-safe.</summary>
/// <remarks>
/// Meant to be one for the life of a process: with options that fetch, it keeps a web client and what was fetched. Without them it makes
/// neither.
/// </remarks>
public sealed class BimiEvaluator : IDisposable
{
    // BIMI draft sections 4.5 and 7.2: the record of the author domain, that of the organizational domain, and the one that replaces it.
    private const int MaxRecords = 3;

    private readonly IDnsResolver _resolver;
    private readonly BimiOptions _options;
    private readonly IndicatorClient _client;
    private readonly bool _ownsWeb;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="resolver">Where records are asked for.</param>
    /// <param name="options">What the operator chooses, or null for the defaults: the record alone, no web server is asked.</param>
    /// <param name="timeProvider">The clock that certificates, deadlines and what is kept are judged by, or null for the system's.</param>
    /// <exception cref="ArgumentException">The options ask for evidence to be verified and name no root.</exception>
    public BimiEvaluator(IDnsResolver resolver, BimiOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = resolver;
        _options = options ?? BimiOptions.Default;
        _client = new IndicatorClient(_resolver, _options, timeProvider);
        _ownsWeb = true;
    }

    /// <summary>An evaluator that shares with others what was fetched.</summary>
    internal BimiEvaluator(IDnsResolver resolver, BimiOptions options, IndicatorClient client)
    {
        _resolver = resolver;
        _options = options;
        _client = client;
    }

    /// <summary>Whether a web client has been made.</summary>
    internal bool HasWebClient => _client.HasClient;

    /// <summary>Lets go of the web client, if there is one.</summary>
    public void Dispose()
    {
        if (_ownsWeb)
        {
            _client.Close();
        }
    }

    /// <summary>Evaluates BIMI for a message.</summary>
    /// <param name="request">What is known of the message.</param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    internal async ValueTask<BimiResult> EvaluateAsync(BimiRequest request, CancellationToken cancellationToken = default)
    {
        var session = new DnsSession(_resolver);
        try
        {
            return await EvaluateAsync(request, Begin(session), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            session.Cancel();
        }
    }

    /// <summary>Begins to ask for a message's records: at the author domain and the organizational domain, and what a local-part names at one.</summary>
    internal static DnsAsker Begin(DnsSession session) => session.Begin(DnsPurpose.Bimi, MaxRecords);

    /// <summary>
    /// Asks for the records that will most likely be needed, before DMARC has told the organizational domain. Whether a signature covers a
    /// selector field is not known yet either: the record of the selector that it names is asked for.
    /// </summary>
    internal static void Prefetch(DnsAsker dns, DomainName authorDomain, ImmutableArray<string> selectorFields)
    {
        var selector = selectorFields is [var field] && BimiSelector.ParseField(field).Value is { } named ? named : BimiSelector.Default;
        Ask(authorDomain);
        if (authorDomain.LabelCount > 2)
        {
            // Most organizational domains have two labels.
            Ask(authorDomain.TakeLast(2));
        }

        void Ask(DomainName domain)
        {
            if (BimiDiscovery.QuestionOf(domain, selector) is { } question)
            {
                dns.Prefetch(question);
            }
        }
    }

    internal async ValueTask<BimiResult> EvaluateAsync(BimiRequest request, DnsAsker dns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (BimiRequirements.Check(request, _options) is { } unmet)
        {
            return new BimiResult { Code = BimiResultCode.Skipped, Reason = unmet };
        }

        var selector = SelectorOf(request);
        if (!selector.IsSuccess)
        {
            return new BimiResult { Code = BimiResultCode.Fail, Reason = selector.Error.ToString() };
        }

        var discovery = new BimiDiscovery(dns, request.AuthorLocalPart);
        var found = await discovery
            .FindAsync(request.AuthorDomain!, request.OrganizationalDomain, selector.Value, cancellationToken)
            .ConfigureAwait(false);
        return found.Record is { } record ? await JudgeAsync(found, record, request, cancellationToken).ConfigureAwait(false) : found;
    }

    // Sections 5.1 and 5.5.
    private ParseResult<string> SelectorOf(BimiRequest request)
    {
        var fields = request.SelectorFields;
        if (fields.IsDefaultOrEmpty)
        {
            return BimiSelector.Default;
        }

        if (fields.Length > 1)
        {
            return ParseResult<string>.Fail(0, $"the message has {fields.Length} BIMI-Selector fields (BIMI draft section 5.1)");
        }

        return request.IsSelectorSigned || !_options.RequireSignedSelector ? BimiSelector.ParseField(fields[0]) : BimiSelector.Default;
    }

    private ValueTask<BimiResult> JudgeAsync(BimiResult found, BimiRecord record, BimiRequest request, CancellationToken cancellationToken)
    {
        if (record.IsDeclination)
        {
            return new(new BimiResult(found) { Code = BimiResultCode.Declined, Reason = "the domain owner declines to publish an indicator (BIMI draft section 4.3.1)" });
        }

        if (record.Location is null)
        {
            return new(new BimiResult(found) { Code = BimiResultCode.Fail, Reason = "the record names evidence but no indicator (BIMI draft section 7.3)" });
        }

        if (!_client.IsWanted)
        {
            return new(found);
        }

        return PlatformCryptography.Fault is { } fault
            ? new(new BimiResult(found) { Code = BimiResultCode.TempError, Reason = $"cannot verify: {fault}" })
            : _client.Indicators!.JudgeAsync(found, request, cancellationToken);
    }
}
