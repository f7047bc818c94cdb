using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>The lookups of an evaluation: asks, notes which questions were needed, and prefetches while it waits.</summary>
/// <remarks>Used by one flow of execution at a time.</remarks>
internal sealed class SpfLookups(DnsAsker dns, CancellationToken caller) : SpfAnswers, IDisposable
{
    private SpfPrefetch? _prefetch;

    /// <summary>The evaluation for which something is prefetched whenever an answer has to be waited for, or null.</summary>
    public SpfCheck? PrefetchesFor { get; set; }

    /// <inheritdoc/>
    public override bool IsTimeUp => dns.IsTimeUp;

    /// <inheritdoc/>
    public override ValueTask<DnsResponse?> AskAsync(DnsQuestion question, SpfPosition position, bool isHost = false)
    {
        _prefetch?.NoteNeeded(question);
        var answer = dns.QueryAsync(question, caller);
        return answer.IsCompletedSuccessfully
            ? new ValueTask<DnsResponse?>(Noted(question, position, answer.Result))
            : AwaitAsync(answer, question, position);
    }

    /// <summary>Ends the check: cancels prefetched queries that are not needed.</summary>
    public void Dispose() => dns.End();

    private async ValueTask<DnsResponse?> AwaitAsync(ValueTask<DnsResponse> answer, DnsQuestion question, SpfPosition position)
    {
        // Before the first record nothing can be prefetched, and the explanation is the last thing that a check asks for.
        if (PrefetchesFor is not null && !position.IsStart && position.Term != SpfTrace.ExplanationTerm)
        {
            var task = answer.AsTask();
            _prefetch ??= new SpfPrefetch(dns, PrefetchesFor) { Trace = new SpfTrace(records: 4, lookups: 0) };
            await _prefetch.UntilAsync(task, question).ConfigureAwait(false);
            answer = new ValueTask<DnsResponse>(task);
        }

        return Noted(question, position, await answer.ConfigureAwait(false));
    }

    private DnsResponse Noted(DnsQuestion question, SpfPosition position, DnsResponse response)
    {
        Trace.Add(position, question, response);
        return response;
    }
}
