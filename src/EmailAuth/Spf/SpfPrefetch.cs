using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>
/// Prefetches for an evaluation that awaits an answer: the same check runs over what is known by then. A question whose answer is not known
/// is asked, and its term counts as not matching, so the check continues to terms that the evaluation may reach. Nothing is decided here: the
/// evaluation finds the answers when it reaches their terms. When every answer is known at once, no prefetch is made.
/// </summary>
internal sealed class SpfPrefetch : SpfAnswers
{
    /// <summary>
    /// How many terms past the one that is evaluated are walked: as many as RFC 7208 section 4.6.4 lets a check ask, so that each walk costs no
    /// more than that, whatever MaxLookups is raised to.
    /// </summary>
    public const int MaxTerms = 10;

    // An mx or a ptr may need ten more lookups each; this many of them are prefetched in one check.
    private const int MaxHosts = 20;

    private readonly DnsAsker _dns;
    private readonly SpfCheck _evaluation;
    private readonly SpfCheck _walk;

    // What was prefetched for a term or for a host that a term found, and whether it still counts as a term's.
    private readonly Dictionary<DnsQuestion, bool> _prefetched = [];

    // The queries that were still running at the last look.
    private readonly List<Task> _running = [];
    private DnsQuestion _awaited;
    private int _terms;
    private int _hosts;

    public SpfPrefetch(DnsAsker dns, SpfCheck evaluation)
    {
        _dns = dns;
        _evaluation = evaluation;
        _walk = new SpfCheck(evaluation, this);
    }

    /// <inheritdoc/>
    public override bool IsTimeUp => _dns.IsTimeUp;

    /// <summary>Prefetches until an answer is there: prefetched answers may name more to ask for, so each is used when it arrives.</summary>
    /// <param name="answer">The answer that the evaluation awaits.</param>
    /// <param name="awaited">What it has asked.</param>
    public async Task UntilAsync(Task answer, DnsQuestion awaited)
    {
        _awaited = awaited;
        while (!answer.IsCompleted)
        {
            await _walk.WalkAsync().ConfigureAwait(false);
            _running.RemoveAll(static task => task.IsCompleted);
            if (_running.Count == 0)
            {
                return;
            }

            await Task.WhenAny([answer, .. _running]).ConfigureAwait(false);
        }
    }

    /// <summary>Notes that the evaluation needs an answer, which then no longer counts as prefetched.</summary>
    public void NoteNeeded(DnsQuestion question)
    {
        if (_prefetched.TryGetValue(question, out var isTerm) && isTerm)
        {
            _prefetched[question] = false;
            _terms--;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<DnsResponse?> AskAsync(DnsQuestion question, SpfPosition position, bool isHost = false)
    {
        if (_dns.Known(question) is { } known)
        {
            return new ValueTask<DnsResponse?>(known);
        }

        // RFC 7208 section 4.6.4: what was asked and what was prefetched stay within the limit together.
        var mayAsk = isHost ? _hosts < MaxHosts : _evaluation.TermLookups + _terms < _evaluation.Options.MaxLookups;
        if (!mayAsk || IsTimeUp || question == _awaited || !_prefetched.TryAdd(question, !isHost))
        {
            return default;
        }

        if (_dns.Prefetch(question) is { } query)
        {
            _running.Add(query.Task);
        }

        _terms += isHost ? 0 : 1;
        _hosts += isHost ? 1 : 0;
        return new ValueTask<DnsResponse?>(_dns.Known(question));
    }
}
