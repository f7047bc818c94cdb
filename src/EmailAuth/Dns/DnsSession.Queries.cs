namespace EmailAuth.Dns;

/// <content>How a question is asked.</content>
internal sealed partial class DnsSession
{
    internal ValueTask<DnsResponse> QueryAsync(DnsAsker asker, DnsQuestion question, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse>(cancellationToken);
        }

        DnsResponse? response;
        DnsQuery? query;
        DnsQuery? displaced = null;
        var mayRun = false;
        bool isFirst;
        lock (_turns)
        {
            if (_isEnded)
            {
                return ValueTask.FromCanceled<DnsResponse>(new CancellationToken(canceled: true));
            }

            response = Look(asker, question, out query, out var isNew, out isFirst);
            if (query is not null)
            {
                query.Waiting++;
                query.IsShared |= !isNew;
                mayRun = Need(query, asker, out displaced);
            }
        }

        if (displaced is not null)
        {
            GiveUp(displaced);
        }

        if (mayRun)
        {
            response = Run(query!, out var started);
            if (asker.SumsLookups && response is not null)
            {
                asker.Add(Time.GetElapsedTime(started));
            }
        }

        return response is null ? WaitAsync(asker, query!, isFirst, cancellationToken)
            : new ValueTask<DnsResponse>(Decided(asker, question, response));
    }

    internal DnsQuery? Prefetch(DnsAsker asker, DnsQuestion question, bool isNeeded)
    {
        DnsQuery? query;
        DnsQuery? displaced;
        bool mayRun;
        lock (_turns)
        {
            if (_isEnded)
            {
                return null;
            }

            query = null;
            displaced = null;
            mayRun = false;
            if (Find(question, out var known, out var neededBy, out _))
            {
                query = known as DnsQuery;
                if (query is null)
                {
                    return null;
                }

                query.IsShared = true;
                if (!isNeeded)
                {
                    return query;
                }

                mayRun = Need(query, asker, out displaced);
            }
            else if (isNeeded ? !asker.TryCount(ref neededBy) : !asker.TryCountPrefetch())
            {
                return null;
            }
            else
            {
                query = NewQuery(asker, question, isNeeded, neededBy);
                mayRun = TryRun(query, out displaced);
                query.IsShared = !mayRun;
            }
        }

        if (displaced is not null)
        {
            GiveUp(displaced);
        }

        return mayRun && Run(query) is not null ? null : query;
    }

    // Its session waits at its end for a prefetch that gives up its turn.
    private bool TryRun(DnsQuery query, out DnsQuery? displaced)
    {
        var mayRun = _turns.TryRun(query, out displaced);
        displaced?.Session.NoteEnding([displaced]);
        return mayRun;
    }

    // A check depends on the answer: a prefetched query is needed now, and one that waits may use a turn of this check.
    private bool Need(DnsQuery query, DnsAsker asker, out DnsQuery? displaced)
    {
        displaced = null;
        if (!query.IsNeeded)
        {
            (query.IsNeeded, query.Asker) = (true, asker);
        }

        if (query.State != DnsQueryState.Waiting)
        {
            return false;
        }

        var first = query.Asker;
        query.Asker = asker;
        if (TryRun(query, out displaced))
        {
            return true;
        }

        query.Asker = first;
        return false;
    }

    // The known answer, or the one that the check's limits give; otherwise the query in flight.
    private DnsResponse? Look(DnsAsker asker, DnsQuestion question, out DnsQuery? query, out bool isNew, out bool isFirst)
    {
        query = null;
        isNew = false;
        var isKnown = Find(question, out var known, out var neededBy, out var elapsed);
        var before = neededBy;
        isFirst = (neededBy & asker.Bit) == 0;
        if (!asker.TryCount(ref neededBy))
        {
            return asker.TooMany();
        }

        if (_turns.Transcript?.AnswerFor(question, asker.Purpose.Keyword()) is { } own)
        {
            return own;
        }

        if (isKnown)
        {
            Shared++;
            if (known is DnsQuery inFlight)
            {
                // Before this session notes it, even if the check is too late to wait for it: its connection must not use the object again.
                inFlight.IsShared = true;
            }

            if (neededBy != before)
            {
                (_answers ??= DnsAnswers.Rent()).Mark(question, known!, neededBy);
            }

            if (known is DnsResponse response)
            {
                if (isFirst)
                {
                    asker.Add(asker.SumsLookups ? elapsed : TimeSpan.Zero);
                }

                return response;
            }
        }

        if (asker.Remaining() <= TimeSpan.Zero)
        {
            return asker.TooLate();
        }

        isNew = !isKnown;
        query = isKnown ? (DnsQuery)known! : NewQuery(asker, question, isNeeded: true, neededBy);
        return null;
    }

    private DnsQuery NewQuery(DnsAsker asker, DnsQuestion question, bool isNeeded, int neededBy)
    {
        Lookups++;
        _answers ??= DnsAnswers.Rent();
        var query = _answers.TakeQuery();
        query.Begin(this, asker, question, isNeeded);
        _answers.Note(question, query, neededBy);
        return query;
    }

    private async ValueTask<DnsResponse> WaitAsync(DnsAsker asker, DnsQuery query, bool isFirst, CancellationToken cancellationToken)
    {
        var isOther = !ReferenceEquals(query.Session, this);
        using var either = isOther ? CancellationTokenSource.CreateLinkedTokenSource(EndToken(), cancellationToken) : null;
        var token = either?.Token ?? cancellationToken;
        DnsResponse response;
        try
        {
            TimeSpan rest;
            lock (_turns)
            {
                rest = asker.Remaining();
                if (asker.SumsLookups && query.IsAsked)
                {
                    rest -= Time.GetElapsedTime(query.Started);
                }

                asker.BeginWait();
            }

            // A running query ends by its own timeout.
            response = rest < Limits.LookupTimeout || query.State != DnsQueryState.Running
                ? await query.Task.WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, Time, token).ConfigureAwait(false)
                : token.CanBeCanceled ? await query.Task.WaitAsync(token).ConfigureAwait(false)
                : await query.Task.ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            response = asker.TooLate();
        }
        finally
        {
            Leave(asker, query);
        }

        if (asker.SumsLookups && isFirst)
        {
            asker.Add(query.Elapsed);
        }

        return Decided(asker, query.Question, response);
    }

    // The last one that waits for a query ends it.
    private void Leave(DnsAsker asker, DnsQuery query)
    {
        lock (_turns)
        {
            asker.EndWait();
            if (--query.Waiting > 0 || query.State is not (DnsQueryState.Waiting or DnsQueryState.Running))
            {
                return;
            }

            _turns.Remove(query);
            query.State = DnsQueryState.GivenUp;
            query.Session.NoteEnding([query]);
        }

        GiveUp(query);
        RunWaiting();
    }

    private DnsResponse Decided(DnsAsker asker, DnsQuestion question, DnsResponse response)
    {
        var isTooMany = response.Failure == DnsFailure.LimitReached && !asker.IsTimeUp && asker.IsExhausted;
        if (asker.IsPastSum() || (response.Failure == DnsFailure.LimitReached && !isTooMany))
        {
            // Also a limit in a recording: it is the limit of the check that asks.
            response = asker.TooLate();
        }

        // A question that the count kept from being asked is not asked in a replay either, whatever the zone has.
        if (!isTooMany)
        {
            _turns.Transcript?.OnDecided(question, response, asker.Purpose.Keyword());
        }

        return response;
    }

    private CancellationToken EndToken()
    {
        lock (_turns)
        {
            _end ??= new CancellationTokenSource();
            if (_isEnded)
            {
                _end.Cancel();
            }

            return _end.Token;
        }
    }
}
