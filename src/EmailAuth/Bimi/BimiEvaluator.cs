using System.Collections.Immutable;
using EmailAuth.Cryptography;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>Decides which brand indicator a receiver may show beside a message (draft-brand-indicators-for-message-identification). Thread-safe.</summary>
/// <remarks>
/// Make one for the life of a process: when the options ask to fetch documents, it keeps a web client and the documents.
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

    /// <summary>Makes an evaluator that shares fetched documents with others.</summary>
    internal BimiEvaluator(IDnsResolver resolver, BimiOptions options, IndicatorClient client)
    {
        _resolver = resolver;
        _options = options;
        _client = client;
    }

    /// <summary>Whether a web client has been made.</summary>
    internal bool HasWebClient => _client.HasClient;

    /// <summary>Disposes the web client, if there is one.</summary>
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

    /// <summary>Begins the lookups for a message: at the author domain, at the organizational domain, and for the selector that a local-part names.</summary>
    internal static DnsAsker Begin(DnsSession session) => session.Begin(DnsPurpose.Bimi, MaxRecords);

    /// <summary>
    /// Asks for the records that will most likely be needed, before DMARC has found the organizational domain. It is not known yet whether a
    /// signature covers a selector field, so the record of the selector that the field names is asked for.
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
            return new BimiResult { Code = BimiResultCode.Skipped, Fault = unmet };
        }

        // Section 5.1.
        var fields = request.SelectorFields;
        if (!fields.IsDefault && fields.Length > 1)
        {
            var several = new BimiFault(BimiReason.SeveralSelectors, $"the message has {fields.Length} BIMI-Selector fields (BIMI draft section 5.1)");
            return new BimiResult { Code = BimiResultCode.Fail, Fault = several };
        }

        var selector = SelectorOf(request);
        if (!selector.IsSuccess)
        {
            return new BimiResult { Code = BimiResultCode.Fail, Fault = new BimiFault(BimiReason.SelectorSyntax, selector.Error.ToString()) };
        }

        var discovery = new BimiDiscovery(dns, request.AuthorLocalPart);
        var found = await discovery
            .FindAsync(request.AuthorDomain!, request.OrganizationalDomain, selector.Value, cancellationToken)
            .ConfigureAwait(false);
        return found.Record is { } record ? await JudgeAsync(found, record, request, cancellationToken).ConfigureAwait(false) : found;
    }

    // Section 5.5.
    private ParseResult<string> SelectorOf(BimiRequest request) =>
        request.SelectorFields is { IsDefaultOrEmpty: false } fields && (request.IsSelectorSigned || !_options.RequireSignedSelector)
            ? BimiSelector.ParseField(fields[0])
            : BimiSelector.Default;

    private ValueTask<BimiResult> JudgeAsync(BimiResult found, BimiRecord record, BimiRequest request, CancellationToken cancellationToken)
    {
        if (record.IsDeclination)
        {
            return new(new BimiResult(found)
            {
                Code = BimiResultCode.Declined,
                Fault = new BimiFault(BimiReason.Declined, "the domain owner declines to publish an indicator (BIMI draft section 4.3.1)"),
            });
        }

        if (record.Location is null)
        {
            return new(new BimiResult(found)
            {
                Code = BimiResultCode.Fail,
                Fault = new BimiFault(BimiReason.NoIndicator, "the record names evidence but no indicator (BIMI draft section 7.3)"),
            });
        }

        if (!_client.IsWanted)
        {
            return new(found);
        }

        return PlatformCryptography.Fault is { } fault
            ? new(new BimiResult(found) { Code = BimiResultCode.TempError, Fault = new BimiFault(BimiReason.PlatformFault, $"cannot verify: {fault}") })
            : _client.Indicators!.JudgeAsync(found, request, cancellationToken);
    }
}
