using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>
/// The questions that discovery asks for one message, each asked once. They may be started before DMARC is decided, so that their answers
/// are there by then.
/// </summary>
/// <remarks>Not thread-safe: it belongs to one message.</remarks>
internal sealed class BimiPrefetch
{
    private readonly IDnsResolver _resolver;
    private readonly List<KeyValuePair<DomainName, ValueTask<DnsResponse<string>>>> _queries = new(2);

    public BimiPrefetch(IDnsResolver resolver) => _resolver = resolver;

    /// <summary>Asks for the record that a selector names at a domain, if that is a name at all.</summary>
    public void Start(DomainName domain, string selector, CancellationToken cancellationToken)
    {
        if (NameOf(domain, selector) is not { } name || IndexOf(name) >= 0)
        {
            return;
        }

        if (_resolver is not MessageResolver message)
        {
            Ask(name, cancellationToken);
        }
        else if (message.MayAskAhead)
        {
            Add(name, message.QueryTextAsync(name, isAhead: true, cancellationToken));
        }
    }

    public ValueTask<DnsResponse<string>> QueryAsync(DomainName name, CancellationToken cancellationToken)
    {
        if (_resolver is MessageResolver)
        {
            // It has what was asked ahead, and counts the question now that its answer is needed.
            return _resolver.QueryTextAsync(name, cancellationToken);
        }

        var index = IndexOf(name);
        if (index < 0)
        {
            index = Ask(name, cancellationToken);
        }

        // A question that was started earlier knows nothing of this token.
        var query = _queries[index].Value;
        return query.IsCompleted || !cancellationToken.CanBeCanceled ? query : new(query.AsTask().WaitAsync(cancellationToken));
    }

    /// <summary>Where the record of a (checked) selector stands, or null when the name would be too long to exist.</summary>
    public static DomainName? NameOf(DomainName domain, string selector) => domain.PrependChecked("_bimi")?.PrependChecked(selector);

    private int IndexOf(DomainName name)
    {
        for (var index = 0; index < _queries.Count; index++)
        {
            if (_queries[index].Key == name)
            {
                return index;
            }
        }

        return -1;
    }

    private int Ask(DomainName name, CancellationToken cancellationToken) => Add(name, _resolver.QueryTextAsync(name, cancellationToken));

    private int Add(DomainName name, ValueTask<DnsResponse<string>> query)
    {
        _queries.Add(new(name, query.Preserve()));
        return _queries.Count - 1;
    }
}
