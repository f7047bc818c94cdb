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
    private readonly IDnsResolver _resolver;
    private readonly BimiOptions _options;
    private readonly BimiWeb _web;
    private readonly bool _ownsWeb;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="resolver">Where records are asked for.</param>
    /// <param name="options">What the operator chooses, or null for the defaults: the record alone, no web server is asked.</param>
    /// <param name="timeProvider">The clock that certificates, deadlines and what is kept are judged by, or null for the system's.</param>
    /// <exception cref="ArgumentException">The options ask for evidence to be verified and name no root.</exception>
    public BimiEvaluator(IDnsResolver resolver, BimiOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = GuardedResolver.Of(resolver);
        _options = options ?? BimiOptions.Default;
        _web = new BimiWeb(_resolver, _options, timeProvider);
        _ownsWeb = true;
    }

    /// <summary>An evaluator that shares with others what was fetched.</summary>
    internal BimiEvaluator(IDnsResolver resolver, BimiOptions options, BimiWeb web)
    {
        _resolver = resolver;
        _options = options;
        _web = web;
    }

    /// <summary>Whether a web client has been made.</summary>
    internal bool HasWebClient => _web.HasClient;

    /// <summary>Lets go of the web client, if there is one.</summary>
    public void Dispose()
    {
        if (_ownsWeb)
        {
            _web.Close();
        }
    }

    /// <summary>Evaluates BIMI for a message.</summary>
    /// <param name="request">What is known of the message.</param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    public ValueTask<BimiResult> EvaluateAsync(BimiRequest request, CancellationToken cancellationToken = default) =>
        EvaluateAsync(request, null, cancellationToken);

    /// <summary>
    /// Asks for the records that <see cref="EvaluateAsync(BimiRequest, BimiPrefetch?, CancellationToken)"/> will most likely need, as soon
    /// as the organizational domain is known. A message may have its own view of the DNS.
    /// </summary>
    internal BimiPrefetch BeginDiscovery(
        DomainName authorDomain,
        DomainName? organizationalDomain,
        ImmutableArray<string> selectorFields,
        CancellationToken cancellationToken,
        IDnsResolver? resolver = null)
    {
        var prefetch = WithoutPrefetch(resolver);
        Start(BimiSelector.Default);
        if (selectorFields.Length == 1 && BimiSelector.ParseField(selectorFields[0]).Value is { } selector)
        {
            // Whether a signature covers the field is not known yet: either may be needed.
            Start(selector);
        }

        return prefetch;

        void Start(string selector)
        {
            prefetch.Start(authorDomain, selector, cancellationToken);
            if (organizationalDomain is not null)
            {
                prefetch.Start(organizationalDomain, selector, cancellationToken);
            }
        }
    }

    /// <summary>The same when no record is likely to be needed: nothing is asked yet.</summary>
    internal BimiPrefetch WithoutPrefetch(IDnsResolver? resolver = null) => new(resolver ?? _resolver);

    internal async ValueTask<BimiResult> EvaluateAsync(BimiRequest request, BimiPrefetch? prefetch, CancellationToken cancellationToken)
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

        var discovery = new BimiDiscovery(prefetch ?? new BimiPrefetch(_resolver), request.AuthorLocalPart);
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
            return new(found with { Code = BimiResultCode.Declined, Reason = "the domain owner declines to publish an indicator (BIMI draft section 4.3.1)" });
        }

        if (record.Location is null)
        {
            return new(found with { Code = BimiResultCode.Fail, Reason = "the record names evidence but no indicator (BIMI draft section 7.3)" });
        }

        if (!_web.IsWanted)
        {
            return new(found);
        }

        return PlatformCryptography.Fault is { } fault
            ? new(found with { Code = BimiResultCode.TempError, Reason = $"cannot verify: {fault}" })
            : _web.Indicators!.JudgeAsync(found, request, cancellationToken);
    }
}
