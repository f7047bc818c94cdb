using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>Decides which brand indicator a receiver may show beside a message (draft-brand-indicators-for-message-identification). Thread-safe.</summary>
public sealed class BimiEvaluator
{
    private readonly IDnsResolver _resolver;
    private readonly BimiOptions _options;

    /// <summary>Makes an evaluator.</summary>
    /// <param name="resolver">Where records are asked for.</param>
    /// <param name="options">What the operator chooses, or null for the defaults: the record alone, no web server is asked.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    public BimiEvaluator(IDnsResolver resolver, BimiOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        _resolver = resolver;
        _options = options ?? new BimiOptions();
        _ = timeProvider;
    }

    /// <summary>Evaluates BIMI for a message.</summary>
    /// <param name="request">What is known of the message.</param>
    /// <param name="cancellationToken">Ends the evaluation.</param>
    public ValueTask<BimiResult> EvaluateAsync(BimiRequest request, CancellationToken cancellationToken = default) =>
        EvaluateAsync(request, null, cancellationToken);

    /// <summary>
    /// Asks for the records that <see cref="EvaluateAsync(BimiRequest, BimiPrefetch?, CancellationToken)"/> will most likely need, as soon
    /// as the header is known.
    /// </summary>
    internal BimiPrefetch BeginDiscovery(DomainName authorDomain, IReadOnlyList<string> selectorFields, CancellationToken cancellationToken)
    {
        var prefetch = new BimiPrefetch(_resolver);
        prefetch.Start(authorDomain, BimiSelector.Default, cancellationToken);
        if (selectorFields.Count == 1 && BimiSelector.ParseField(selectorFields[0]).Value is { } selector)
        {
            // Whether a signature covers the field is not known yet: either may be needed.
            prefetch.Start(authorDomain, selector, cancellationToken);
        }

        return prefetch;
    }

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
        return found.Record is { } record ? Judge(found, record) : found;
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

    private static BimiResult Judge(BimiResult found, BimiRecord record)
    {
        if (record.IsDeclination)
        {
            return found with { Code = BimiResultCode.Declined, Reason = "the domain owner declines to publish an indicator (BIMI draft section 4.3.1)" };
        }

        return record.Location is null
            ? found with { Code = BimiResultCode.Fail, Reason = "the record names evidence but no indicator (BIMI draft section 7.3)" }
            : found;
    }
}
