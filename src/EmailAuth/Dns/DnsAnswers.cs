using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// The questions of a session: for each one its answer, or the query that is in flight. Later sessions reuse the emptied table, because it
/// grows to a kilobyte.
/// </summary>
/// <remarks>It has one owner at a time: the session that gives it back has dropped every reference to it. <see cref="Rent"/> and <see cref="Return"/> are thread-safe.</remarks>
internal sealed class DnsAnswers
{
    private const int UsualCapacity = 12;

    // A table that grew for a message with many questions is not reused.
    private const int MaxCapacity = 128;

    private static readonly IdleObjects<DnsAnswers> Idle = new(Math.Max(64, Environment.ProcessorCount * 4));

    private readonly Dictionary<DnsQuestion, Answer> _table = new(UsualCapacity);

    private DnsQuery? _spare;

    private DnsAnswers()
    {
    }

    public static DnsAnswers Rent() => Idle.Take() ?? new DnsAnswers();

    public static void Return(DnsAnswers answers)
    {
        if (answers._table.Capacity <= MaxCapacity)
        {
            answers._table.Clear();
            Idle.Put(answers);
        }
    }

    /// <summary>What is known about a question. The reference holds until something is added.</summary>
    public bool TryFind(DnsQuestion question, [NotNullWhen(true)] out object? known, out int neededBy)
    {
        ref var answer = ref CollectionsMarshal.GetValueRefOrNullRef(_table, question);
        if (Unsafe.IsNullRef(ref answer))
        {
            (known, neededBy) = (null, 0);
            return false;
        }

        (known, neededBy) = (answer.Known, answer.NeededBy);
        return true;
    }

    /// <summary>Records what is known about a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="known">Its <see cref="DnsResponse"/>, or the <see cref="DnsQuery"/> that brings it.</param>
    /// <param name="neededBy">A bit for each purpose that has needed the answer.</param>
    public void Note(DnsQuestion question, object known, int neededBy) => _table[question] = new Answer(known, neededBy);

    /// <summary>Records which purposes have needed an answer; the answer or query does not change.</summary>
    public void Mark(DnsQuestion question, object known, int neededBy)
    {
        ref var answer = ref CollectionsMarshal.GetValueRefOrAddDefault(_table, question, out var isThere);
        answer = isThere ? answer with { NeededBy = neededBy } : new Answer(known, neededBy);
    }

    /// <summary>Replaces a query by its answer.</summary>
    public void Replace(DnsQuery query, DnsResponse response)
    {
        ref var answer = ref CollectionsMarshal.GetValueRefOrNullRef(_table, query.Question);
        if (!Unsafe.IsNullRef(ref answer) && ReferenceEquals(answer.Known, query))
        {
            answer = answer with { Known = response };
        }
    }

    /// <summary>Removes the answers that at most one purpose has needed; queries in flight stay.</summary>
    /// <param name="bit">The bit of that purpose.</param>
    public void Forget(int bit)
    {
        // A dictionary may lose entries while they are listed.
        foreach (var (question, answer) in _table)
        {
            if ((answer.NeededBy & ~bit) == 0 && answer.Known is not DnsQuery { State: DnsQueryState.Waiting or DnsQueryState.Running })
            {
                _table.Remove(question);
            }
        }
    }

    /// <summary>A query object, reused when possible.</summary>
    public DnsQuery TakeQuery()
    {
        var query = _spare ?? new DnsQuery();
        _spare = null;
        return query;
    }

    /// <summary>Keeps the object of a query that was answered at once, once there is no other reference to it.</summary>
    public void GiveBack(DnsQuery query) => _spare = query.TryReset() ? query : null;

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Answer(object Known, int NeededBy);
}
