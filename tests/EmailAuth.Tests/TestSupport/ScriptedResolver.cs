using System.Collections.Concurrent;
using EmailAuth.Dns;

namespace EmailAuth.Tests.TestSupport;

/// <summary>
/// The one stand-in for a resolver: answers from another one, or as the test says, at once or when the test lets it; notes what is asked.
/// </summary>
/// <remarks>
/// What is held is answered in rounds or one by one. Answers run on the thread that lets them through, so that after it nothing else can go
/// on.
/// </remarks>
internal sealed class ScriptedResolver(IDnsResolver inner) : IDnsResolver
{
    private readonly Lock _lock = new();
    private readonly List<Action> _held = [];
    private readonly List<string> _asked = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DnsResponse>> _gates = new(StringComparer.Ordinal);
    private int _outstanding;

    public ScriptedResolver(Zone zone)
        : this(new ZoneResolver(zone))
    {
    }

    /// <summary>What to do instead of answering, by the number of the question, from 1; null for nothing else.</summary>
    public Func<int, DnsQuestion, CancellationToken, Func<ValueTask<DnsResponse>>?>? Script { get; set; }

    /// <summary>Called with the number of each question before it is answered or held.</summary>
    public Action<int>? OnQuery { get; set; }

    /// <summary>Whether answers wait until the test lets them through.</summary>
    public bool IsHolding { get; set; }

    /// <summary>Whether what is held hears no cancellation.</summary>
    public bool IsDeaf { get; init; }

    /// <summary>Whether answers come later, from any thread.</summary>
    public bool IsYielding { get; init; }

    /// <summary>What was asked, in order, as "TXT example.com".</summary>
    public string[] Asked
    {
        get
        {
            lock (_lock)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>The names that were asked for, in order.</summary>
    public string[] Names => Array.ConvertAll(Asked, static question => question[(question.IndexOf(' ', StringComparison.Ordinal) + 1)..]);

    public int AskedCount => Asked.Length;

    /// <summary>How many rounds of answers were let through.</summary>
    public int Rounds { get; private set; }

    /// <summary>How many questions are held, or meet a fault that lasts, and were not cancelled.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>The most that were outstanding at the same time.</summary>
    public int MostOutstanding { get; private set; }

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _held.Count;
            }
        }
    }

    public static ScriptedResolver Held(IDnsResolver inner, bool isDeaf = false) => new(inner) { IsHolding = true, IsDeaf = isDeaf };

    public static ScriptedResolver Yielding(IDnsResolver inner) => new(inner) { IsYielding = true };

    /// <summary>Every answer waits until <see cref="Answer"/> or <see cref="Fail"/> gives it.</summary>
    public static ScriptedResolver Gated()
    {
        var resolver = new ScriptedResolver(new Zone());
        resolver.Script = (_, question, cancellationToken) => () => resolver.PassGateAsync(Text(question), cancellationToken);
        return resolver;
    }

    /// <summary>A question as "TXT example.com" or "PTR 192.0.2.1".</summary>
    public static string Text(DnsQuestion question) =>
        $"{question.Type.ToString().ToUpperInvariant()} {question.Address?.ToString() ?? question.Name.ToString()}";

    public void Answer(string question, DnsResponse response) => Gate(question).SetResult(response);

    public void Fail(string question, Exception exception) => Gate(question).SetException(exception);

    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        int number;
        lock (_lock)
        {
            _asked.Add(Text(question));
            number = _asked.Count;
        }

        if (Script?.Invoke(number, question, cancellationToken) is { } other)
        {
            OnQuery?.Invoke(number);
            return other();
        }

        if (IsHolding)
        {
            var held = Hold(inner.QueryAsync(question, CancellationToken.None), cancellationToken);
            OnQuery?.Invoke(number);
            return held;
        }

        OnQuery?.Invoke(number);
        return IsYielding ? YieldAsync(question, cancellationToken) : inner.QueryAsync(question, cancellationToken);
    }

    /// <summary>Lets all answers through that wait; what is asked in consequence waits for the next round.</summary>
    public void AnswerRound()
    {
        Action[] answers;
        lock (_lock)
        {
            answers = [.. _held];
            _held.Clear();
            Rounds++;
        }

        foreach (var answer in answers)
        {
            answer();
        }
    }

    /// <summary>Lets one answer through.</summary>
    public void AnswerOne(int index)
    {
        Action answer;
        lock (_lock)
        {
            answer = _held[index];
            _held.RemoveAt(index);
        }

        answer();
    }

    /// <summary>Runs a check: answers in rounds, or one by one in the order of a generator, until it ends.</summary>
    public async Task<T> RunAsync<T>(Func<ValueTask<T>> check, Random? order = null)
    {
        // Without a synchronization context continuations run inside the round that releases them, so that rounds can be counted.
        return await Task.Run(() =>
        {
            var task = check().AsTask();
            while (!task.IsCompleted && Waiting > 0)
            {
                if (order is null)
                {
                    AnswerRound();
                }
                else
                {
                    AnswerOne(order.Next(Waiting));
                    Rounds++;
                }
            }

            return task.IsCompleted ? task : throw new InvalidOperationException("The check waits for something that it did not ask for.");
        });
    }

    /// <summary>An answer that does not come before its cancellation; a deaf one never does.</summary>
    public ValueTask<DnsResponse> Silence(CancellationToken cancellationToken, Func<DnsResponse>? afterCancellation = null)
    {
        var silent = new TaskCompletionSource<DnsResponse>();
        Begin();
        cancellationToken.Register(() =>
        {
            Interlocked.Decrement(ref _outstanding);
            if (afterCancellation is null)
            {
                silent.TrySetCanceled(cancellationToken);
            }
            else
            {
                silent.TrySetResult(afterCancellation());
            }
        });
        return new ValueTask<DnsResponse>(silent.Task);
    }

    private ValueTask<DnsResponse> Hold(ValueTask<DnsResponse> answer, CancellationToken cancellationToken)
    {
        var held = new TaskCompletionSource<DnsResponse>();
        var response = answer.AsTask().GetAwaiter().GetResult();
        Begin();
        lock (_lock)
        {
            _held.Add(() =>
            {
                if (held.TrySetResult(response))
                {
                    Interlocked.Decrement(ref _outstanding);
                }
            });
        }

        (IsDeaf ? CancellationToken.None : cancellationToken).Register(() =>
        {
            if (held.TrySetCanceled(cancellationToken))
            {
                Interlocked.Decrement(ref _outstanding);
            }
        });
        return new ValueTask<DnsResponse>(held.Task);
    }

    private void Begin()
    {
        var now = Interlocked.Increment(ref _outstanding);
        lock (_lock)
        {
            MostOutstanding = Math.Max(MostOutstanding, now);
        }
    }

    private async ValueTask<DnsResponse> YieldAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.QueryAsync(question, cancellationToken);
    }

    private TaskCompletionSource<DnsResponse> Gate(string question) =>
        _gates.GetOrAdd(question, static _ => new TaskCompletionSource<DnsResponse>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async ValueTask<DnsResponse> PassGateAsync(string question, CancellationToken cancellationToken)
    {
        Begin();
        try
        {
            return await Gate(question).Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _outstanding);
        }
    }
}
