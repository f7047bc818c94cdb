using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>The lookups of one check: asks, notes what was needed, and counts what was prefetched.</summary>
/// <remarks>Used by one flow of execution at a time.</remarks>
internal sealed class SpfLookups(DnsAsker dns, SpfIdentity identity, CancellationToken caller) : IDisposable
{
    // What was prefetched for a term or for a host that a term found, and whether it still counts as a term's.
    private Dictionary<DnsQuestion, bool>? _prefetched;

    // What had not ended when it was looked at last.
    private List<Task>? _running;

    public SpfTrace Trace { get; } = new(identity);

    /// <summary>The check that prefetches whenever an answer has to be waited for, or null.</summary>
    public SpfCheck? Lookahead { get; init; }

    /// <summary>Whether the check has used up its time: no answer counts any more.</summary>
    public bool IsTimeUp => dns.IsTimeUp;

    /// <summary>How many lookups of terms were prefetched and have not been needed yet.</summary>
    public int TermsPrefetched { get; private set; }

    /// <summary>How many lookups of hosts' addresses were prefetched.</summary>
    public int HostsPrefetched { get; private set; }

    /// <summary>The answer to a question that a term, a record or an explanation needs.</summary>
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, short record, short term)
    {
        if (_prefetched is not null && _prefetched.TryGetValue(question, out var isTerm) && isTerm)
        {
            _prefetched[question] = false;
            TermsPrefetched--;
        }

        var answer = dns.QueryAsync(question, caller);
        if (!answer.IsCompletedSuccessfully)
        {
            return AwaitAsync(answer, question, record, term);
        }

        var response = answer.Result;
        Trace.Add(record, term, question, response);
        return new ValueTask<DnsResponse>(response);
    }

    /// <summary>Asks for what a later term, or a host that a term found, will need, unless it was asked for; the answer when it is there.</summary>
    public DnsResponse? Prefetch(DnsQuestion question, bool isTerm, bool mayAsk)
    {
        if (dns.Known(question) is { } known)
        {
            return known;
        }

        if (!mayAsk || IsTimeUp || (_prefetched is not null && _prefetched.ContainsKey(question)))
        {
            return null;
        }

        if (dns.Prefetch(question) is { } query)
        {
            (_running ??= []).Add(query.Task);
        }

        (_prefetched ??= []).Add(question, isTerm);
        TermsPrefetched += isTerm ? 1 : 0;
        HostsPrefetched += isTerm ? 0 : 1;
        return dns.Known(question);
    }

    /// <summary>Ends the check: what was prefetched and nobody needs is cancelled.</summary>
    public void Dispose() => dns.End();

    private async ValueTask<DnsResponse> AwaitAsync(ValueTask<DnsResponse> answer, DnsQuestion question, short record, short term)
    {
        if (Lookahead is not null && term != SpfTrace.ExplanationTerm)
        {
            var task = answer.AsTask();
            await PrefetchUntilAsync(task, record).ConfigureAwait(false);
            answer = new ValueTask<DnsResponse>(task);
        }

        var response = await answer.ConfigureAwait(false);
        Trace.Add(record, term, question, response);
        return response;
    }

    // What was prefetched may name more to ask for, so each answer is looked at when it comes.
    private async Task PrefetchUntilAsync(Task answer, short record)
    {
        _running ??= [];
        while (!answer.IsCompleted)
        {
            Lookahead!.LookAhead(record);
            _running.RemoveAll(static task => task.IsCompleted);
            if (_running.Count == 0)
            {
                return;
            }

            await Task.WhenAny([answer, .. _running]).ConfigureAwait(false);
        }
    }
}
