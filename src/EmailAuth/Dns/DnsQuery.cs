using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Dns;

/// <summary>A question of a session in flight: which check asked, and its state. Its task is the answer.</summary>
/// <remarks>
/// Guarded by its <see cref="DnsTurns"/>. Continuations run at once, on the thread that brings the answer, and never under the lock.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A source without timer and links holds nothing to dispose of, and a cancellation may come after the end.")]
internal sealed class DnsQuery : TaskCompletionSource<DnsResponse>
{
    private readonly CancellationTokenSource _cancel = new();
    private bool _isAsked;

    public DnsSession Session { get; private set; } = null!;

    /// <summary>Which check asked first, or needed it first: the question uses that check's turn.</summary>
    public DnsAsker Asker { get; set; } = null!;

    public DnsQuestion Question { get; private set; }

    /// <summary>Whether a check depends on the answer; otherwise it is a prefetch.</summary>
    public bool IsNeeded { get; set; }

    /// <summary>How many wait for the answer.</summary>
    public int Waiting { get; set; }

    /// <summary>Whether another asker than the first has a reference to it, so that it cannot be reused.</summary>
    public bool IsShared { get; set; }

    public DnsQueryState State { get; set; }

    /// <summary>The answer; null before it is there, and when the query was given up.</summary>
    public DnsResponse? Response { get; set; }

    /// <summary>
    /// Whether its turn has come, so that it ends when the resolver does. Set outside the lock, after <see cref="Started"/>: who sees it sees that.
    /// </summary>
    public bool IsAsked
    {
        get => Volatile.Read(ref _isAsked);
        set => Volatile.Write(ref _isAsked, value);
    }

    /// <summary>When the resolver was asked.</summary>
    public long Started { get; set; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>The neighbours among those that run or wait.</summary>
    public DnsQuery? Previous { get; set; }

    public DnsQuery? Next { get; set; }

    /// <summary>Cancels the resolver's work.</summary>
    public CancellationToken Token => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    public void Begin(DnsSession session, DnsAsker asker, DnsQuestion question, bool isNeeded)
    {
        (Session, Asker, Question, IsNeeded) = (session, asker, question, isNeeded);
        (Waiting, IsShared, State, Response, Elapsed) = (0, false, DnsQueryState.Waiting, null, TimeSpan.Zero);
        IsAsked = false;
    }

    /// <summary>Prepares a query that was answered at once, and that only its first asker knows, for another question.</summary>
    /// <returns>Whether it can be used again.</returns>
    public bool TryReset()
    {
        (Session, Asker, Question) = (null!, null!, default);
        return _cancel.TryReset();
    }
}
