using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailAuth.Dns;

namespace EmailAuth.Testing;

/// <summary>
/// A resolver that a test plays: it answers from a zone or from another resolver, or does what <see cref="Script"/> says (fails, throws, waits,
/// answers late), or holds its answers until the test lets them through. It keeps what it was asked. Thread-safe.
/// </summary>
/// <remarks>
/// Held answers are let through in rounds or one by one, on the thread that lets them through: when <see cref="AnswerRound"/> returns, whatever
/// could go on without further answers has gone on, as long as no synchronization context and no code of the test sends it elsewhere.
/// </remarks>
/// <example>
/// <code>
/// var resolver = new ScriptedResolver(new Zone().Add("example.com", ZoneEntryKind.Txt, "v=spf1 -all"))
/// {
///     Script = (number, question, cancellationToken) => number == 2 ? () => throw new IOException("the network is down") : null,
/// };
/// </code>
/// </example>
/// <param name="inner">Answers what the script leaves to it.</param>
public sealed class ScriptedResolver(IDnsResolver inner) : IDnsResolver
{
    private readonly IDnsResolver _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly Lock _lock = new();
    private readonly List<Action> _held = [];
    private readonly List<string> _asked = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DnsResponse>> _gates = new(StringComparer.Ordinal);
    private int _outstanding;

    /// <summary>Makes a resolver that answers from a zone what the script leaves to it.</summary>
    /// <param name="zone">The data.</param>
    /// <exception cref="ArgumentException">An entry's data is not what its type holds.</exception>
    public ScriptedResolver(Zone zone)
        : this(new ZoneResolver(zone))
    {
    }

    /// <summary>
    /// Says what to do instead of answering a question: given its number, from 1, the question and the token that ends the wait. What it
    /// returns is called in place of an answer, and may answer, throw, or return a task that ends late, never, or with an exception. Null
    /// leaves the question to the zone or resolver behind.
    /// </summary>
    public Func<int, DnsQuestion, CancellationToken, Func<ValueTask<DnsResponse>>?>? Script { get; set; }

    /// <summary>Whether answers wait until <see cref="AnswerRound"/> or <see cref="AnswerOne"/> lets them through. The script's do not. Default false.</summary>
    public bool IsHolding { get; set; }

    /// <summary>Whether held answers overlook that their wait was cancelled, as a resolver does that breaks its contract. Default false.</summary>
    public bool IsDeaf { get; init; }

    /// <summary>What was asked, in order: <c>TXT example.com</c>, or <c>PTR 192.0.2.1</c> for the names of an address.</summary>
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

    /// <summary>How many answers wait to be let through.</summary>
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

    /// <summary>How many rounds of answers were let through.</summary>
    public int Rounds { get; private set; }

    /// <summary>How many questions are held and were not cancelled.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>The most that were outstanding at the same time.</summary>
    internal int MostOutstanding { get; private set; }

    /// <summary>Called with the number of each question before it is answered, after it is held.</summary>
    internal Action<int>? OnQuery { get; set; }

    /// <summary>A question as <see cref="Asked"/> has it.</summary>
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
    /// <param name="index">Its place among those that wait, in the order in which they were asked, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No answer waits there.</exception>
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

    /// <summary>Runs a check while answers are held, and lets them through in rounds, or one by one in a random order, until it ends.</summary>
    /// <typeparam name="T">What the check results in.</typeparam>
    /// <param name="check">The check, which asks this resolver.</param>
    /// <param name="order">Chooses the next answer; null for rounds. Each answer chosen counts as a round.</param>
    /// <returns>What the check results in.</returns>
    /// <exception cref="InvalidOperationException">The check waits for something that it did not ask for.</exception>
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

            return task.IsCompleted ? task : throw new InvalidOperationException("The check waits for something that it did not ask for.");
        }).ConfigureAwait(false);
    }

    /// <summary>A resolver each of whose answers waits until <see cref="Answer"/> or <see cref="Fail"/> gives it.</summary>
    internal static ScriptedResolver Gated()
    {
        var resolver = new ScriptedResolver(new Zone());
        resolver.Script = (_, question, cancellationToken) => () => resolver.PassGateAsync(Text(question), cancellationToken);
        return resolver;
    }

    internal void Answer(string question, DnsResponse response) => Gate(question).SetResult(response);

    internal void Fail(string question, Exception exception) => Gate(question).SetException(exception);

    /// <summary>An answer that does not come before its cancellation; without one to give then, it ends with the cancellation.</summary>
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
