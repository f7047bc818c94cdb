using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailAuth.Dns;

namespace EmailAuth.Testing;

/// <summary>
/// A resolver that a test controls. It answers from a zone or from another resolver, does what <see cref="Script"/> says (fails, throws,
/// waits, answers late), or holds its answers until the test releases them. It records the questions. Thread-safe.
/// </summary>
/// <remarks>
/// Held answers are released in rounds or one by one, on the thread that releases them. When <see cref="AnswerRound"/> returns, all code
/// that needs no further answers has run, unless a synchronization context or code of the test moves it to another thread.
/// </remarks>
/// <example>
/// <code>
/// var resolver = new ScriptedResolver(new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 -all"))
/// {
///     Script = (number, question, cancellationToken) => number == 2 ? () => throw new IOException("the network is down") : null,
/// };
/// </code>
/// </example>
/// <param name="inner">Answers the questions that the script does not handle.</param>
public sealed class ScriptedResolver(IDnsResolver inner) : IDnsResolver
{
    private readonly IDnsResolver _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly Lock _lock = new();
    private readonly List<Action> _held = [];
    private readonly List<string> _asked = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DnsResponse>> _gates = new(StringComparer.Ordinal);
    private int _outstanding;

    /// <summary>Makes a resolver that answers from a zone the questions that the script does not handle.</summary>
    /// <param name="zone">The data.</param>
    /// <exception cref="ArgumentException">An entry's data is not valid for its type.</exception>
    public ScriptedResolver(Zone zone)
        : this(new ZoneResolver(zone))
    {
    }

    /// <summary>
    /// Decides what to do instead of answering a question. It gets the number of the question, from 1, the question, and the token that
    /// ends the wait. The function that it returns is called instead of the inner resolver, and may answer, throw, or return a task that
    /// ends late, never, or with an exception. If it returns null, the zone or the inner resolver answers.
    /// </summary>
    public Func<int, DnsQuestion, CancellationToken, Func<ValueTask<DnsResponse>>?>? Script { get; set; }

    /// <summary>
    /// Whether answers wait until <see cref="AnswerRound"/> or <see cref="AnswerOne"/> releases them. Answers of the script do not wait.
    /// Default false.
    /// </summary>
    public bool IsHolding { get; set; }

    /// <summary>Whether held answers ignore cancellation, like a resolver that breaks its contract. Default false.</summary>
    public bool IsDeaf { get; init; }

    /// <summary>The questions, in order: <c>TXT example.com</c>, or <c>PTR 192.0.2.1</c> for the names of an address.</summary>
    public ImmutableArray<string> Asked
    {
        get
        {
            lock (_lock)
            {
                return [.. _asked];
            }
        }
    }

    /// <summary>The number of answers that wait to be released.</summary>
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

    /// <summary>The number of rounds of answers that were released.</summary>
    public int Rounds { get; private set; }

    /// <summary>The number of held questions that were not cancelled.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>The largest number of questions that were outstanding at the same time.</summary>
    internal int MostOutstanding { get; private set; }

    /// <summary>Called with the number of each question before it is answered, after it is held.</summary>
    internal Action<int>? OnQuery { get; set; }

    /// <summary>A question in the form of <see cref="Asked"/>.</summary>
    internal static string Text(DnsQuestion question) =>
        $"{question.Type.ToString().ToUpperInvariant()} {question.Address?.ToString() ?? question.Name.ToString()}";

    /// <inheritdoc/>
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        int number;
        lock (_lock)
        {
            _asked.Add(Text(question));
            number = _asked.Count;
        }

        if (Script?.Invoke(number, question, cancellationToken) is { } scripted)
        {
            OnQuery?.Invoke(number);
            return scripted();
        }

        if (IsHolding)
        {
            var held = Hold(_inner.QueryAsync(question, CancellationToken.None), cancellationToken);
            OnQuery?.Invoke(number);
            return held;
        }

        OnQuery?.Invoke(number);
        return _inner.QueryAsync(question, cancellationToken);
    }

    /// <summary>Releases all waiting answers; questions that follow from them wait for the next round.</summary>
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

    /// <summary>Releases one answer.</summary>
    /// <param name="index">Its index among the waiting answers, in the order of the questions, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no waiting answer with this index.</exception>
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

    /// <summary>
    /// Runs a check while answers are held, and releases them in rounds, or one by one in a random order, until the check ends.
    /// </summary>
    /// <typeparam name="T">The type of the check's result.</typeparam>
    /// <param name="check">The check, which asks this resolver.</param>
    /// <param name="order">Chooses the next answer; null for rounds. Each answer chosen counts as a round.</param>
    /// <returns>The check's result.</returns>
    /// <exception cref="InvalidOperationException">The check waits for something other than an answer of this resolver.</exception>
    public async Task<T> RunAsync<T>(Func<ValueTask<T>> check, Random? order = null)
    {
        ArgumentNullException.ThrowIfNull(check);

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

            return task.IsCompleted ? task : throw new InvalidOperationException("The check waits for something other than an answer of this resolver.");
        }).ConfigureAwait(false);
    }

    /// <summary>A resolver whose answers each wait until <see cref="Answer"/> or <see cref="Fail"/> gives them.</summary>
    internal static ScriptedResolver Gated()
    {
        var resolver = new ScriptedResolver(new Zone());
        resolver.Script = (_, question, cancellationToken) => () => resolver.PassGateAsync(Text(question), cancellationToken);
        return resolver;
    }

    internal void Answer(string question, DnsResponse response) => Gate(question).SetResult(response);

    internal void Fail(string question, Exception exception) => Gate(question).SetException(exception);

    /// <summary>
    /// An answer that does not come before its cancellation. If there is no answer to give then, the wait ends with the cancellation.
    /// </summary>
    internal ValueTask<DnsResponse> Silence(CancellationToken cancellationToken, Func<DnsResponse>? afterCancellation = null)
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

    private TaskCompletionSource<DnsResponse> Gate(string question) =>
        _gates.GetOrAdd(question, static _ => new TaskCompletionSource<DnsResponse>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async ValueTask<DnsResponse> PassGateAsync(string question, CancellationToken cancellationToken)
    {
        Begin();
        try
        {
            return await Gate(question).Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _outstanding);
        }
    }
}
