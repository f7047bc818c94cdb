using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>A lookup that was begun before its term was evaluated.</summary>
internal sealed class SpfAheadLookup
{
    private readonly SpfLookupType _type;
    private readonly object _key;

    public SpfAheadLookup(SpfLookupType type, object key, Task task)
    {
        _type = type;
        _key = key;
        Task = task;
    }

    public Task Task { get; private set; }

    /// <summary>Whether it is the lookup of a term that has not been evaluated yet, and so still counts as one asked ahead.</summary>
    public bool IsTermAhead { get; set; }

    public bool Is(SpfLookupType type, object key) => _type == type && _key.Equals(key);

    /// <summary>The lookup, in the type of its answer.</summary>
    public Task<DnsResponse<T>> As<T>() => (Task<DnsResponse<T>>)Task;

    /// <summary>The answer when it is there, or null.</summary>
    public DnsResponse<T>? AnswerOrNull<T>()
    {
        var answer = new ValueTask<DnsResponse<T>>(As<T>());
        return answer.IsCompletedSuccessfully ? answer.Result : null;
    }

    /// <summary>Puts the lookup that is waited for in the place of the one that was begun ahead: both bring the same answer.</summary>
    public void Replace(Task task)
    {
        if (task != Task)
        {
            Abandon();
            Task = task;
        }
    }

    /// <summary>Leaves the lookup to itself: nobody will ask how it ended.</summary>
    public void Abandon() => _ = Task.ContinueWith(
        static task => _ = task.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
