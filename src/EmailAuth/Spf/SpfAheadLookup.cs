using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>A lookup that was begun before its term was evaluated.</summary>
internal sealed class SpfAheadLookup(Task task)
{
    public Task Task { get; private set; } = task;

    /// <summary>Whether it is the lookup of a term that has not been evaluated yet, and so still counts as one asked ahead.</summary>
    public bool IsTermAhead { get; set; }

    /// <summary>The lookup, in the type of its answer.</summary>
    public Task<DnsResponse<T>> As<T>() => (Task<DnsResponse<T>>)Task;

    /// <summary>The answer when it is there, or null.</summary>
    public DnsResponse<T>? AnswerOrNull<T>()
    {
        var answer = new ValueTask<DnsResponse<T>>(As<T>());
        return answer.IsCompletedSuccessfully ? answer.Result : null;
    }

    /// <summary>Puts the lookup that is waited for in the place of the one that was begun ahead: both bring the same answer.</summary>
    public void Replace(Task awaited)
    {
        if (awaited != Task)
        {
            Abandon();
            Task = awaited;
        }
    }

    /// <summary>Leaves the lookup to itself: nobody will ask how it ended.</summary>
    public void Abandon() => _ = Task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
