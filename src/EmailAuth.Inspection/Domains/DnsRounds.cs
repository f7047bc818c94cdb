using EmailAuth.Dns;

namespace EmailAuth.Inspection.Domains;

/// <summary>
/// Asks the DNS in rounds. The checks run over the answers so far; each question without an answer gets a failure at once and is noted. Then all
/// noted questions are asked at the same time, and the checks run again. So the number of rounds is the length of the longest chain of
/// questions that depend on each other, whatever the order in which a check asks.
/// </summary>
/// <param name="resolver">Where to ask. What it throws counts as a failed lookup.</param>
internal sealed class DnsRounds(IDnsResolver resolver)
{
    private readonly InspectionResolver _inner = new(resolver);
    private readonly Dictionary<DnsQuestion, DnsResponse> _answers = [];
    private readonly Dictionary<DnsQuestion, bool> _noted = [];
    private readonly Lock _lock = new();

    /// <summary>How many rounds were asked.</summary>
    public int Count { get; private set; }

    /// <summary>How many questions were asked.</summary>
    public int Questions { get; private set; }

    /// <summary>Whether a question that was asked got no answer.</summary>
    public bool HasFailures
    {
        get
        {
            lock (_lock)
            {
                return _answers.Values.Any(static answer => answer.Status == DnsStatus.Failure);
            }
        }
    }

    /// <summary>The answers so far, as a resolver for checks.</summary>
    /// <param name="isDeep">Whether its questions are asked after <see cref="DomainInspector.MostRounds"/>, too.</param>
    public IDnsResolver Replay(bool isDeep = false) => new ReplayingResolver(this, isDeep);

    /// <summary>The answers of the rounds, and those that are asked now: for what needs the network anyway, such as a web client.</summary>
    public IDnsResolver Asking => _inner;

    /// <summary>The answer to a question; a failure when it is not known yet.</summary>
    public DnsResponse Of(DnsQuestion question, bool isDeep = false)
    {
        lock (_lock)
        {
            if (_answers.TryGetValue(question, out var known))
            {
                return known;
            }

            Note(question, isDeep);

            // Checks ask for one kind of address, and for the other where they do not find it: that would be a further round.
            if (question.Type == DnsRecordType.A)
            {
                Note(new DnsQuestion(question.Name, DnsRecordType.Aaaa), isDeep);
            }
        }

        return DnsResponse.Failed(DnsFailure.LimitReached, "not asked: it would need a further round of questions");
    }

    /// <summary>Asks the noted questions, all at the same time. False when there is nothing to ask.</summary>
    /// <param name="isDeepOnly">Whether only questions of deep checks are asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> AskAsync(bool isDeepOnly, CancellationToken cancellationToken)
    {
        DnsQuestion[] questions;
        lock (_lock)
        {
            questions = [.. _noted.Where(noted => noted.Value || !isDeepOnly).Select(static noted => noted.Key)];
            _noted.Clear();
        }

        if (questions.Length == 0)
        {
            return false;
        }

        Count++;
        Questions += questions.Length;
        var responses = await Task.WhenAll(questions.Select(question => _inner.QueryAsync(question, cancellationToken).AsTask())).ConfigureAwait(false);
        lock (_lock)
        {
            for (var i = 0; i < questions.Length; i++)
            {
                _answers[questions[i]] = responses[i];
            }
        }

        return true;
    }

    private void Note(DnsQuestion question, bool isDeep)
    {
        if (!_answers.ContainsKey(question))
        {
            _noted[question] = isDeep || _noted.GetValueOrDefault(question);
        }
    }

    private sealed class ReplayingResolver(DnsRounds rounds, bool isDeep) : IDnsResolver
    {
        public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new(rounds.Of(question, isDeep));
        }
    }
}
