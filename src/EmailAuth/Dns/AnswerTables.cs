namespace EmailAuth.Dns;

/// <summary>Tables of a message's answers that are used again, empty, by a later message: they grow to a kilobyte. Thread-safe.</summary>
/// <remarks>A table has one owner at a time: who returns it must have dropped every reference to it.</remarks>
internal static class AnswerTables
{
    private const int UsualCapacity = 24;

    // What one message with many questions needed is not kept for those that ask few.
    private const int MaxCapacity = 128;

    private static readonly Dictionary<DnsQuestionKey, object>?[] Idle =
        new Dictionary<DnsQuestionKey, object>?[Math.Max(4, Environment.ProcessorCount * 2)];

    /// <summary>An empty table.</summary>
    public static Dictionary<DnsQuestionKey, object> Rent()
    {
        foreach (ref var place in Idle.AsSpan())
        {
            if (place is not null && Interlocked.Exchange(ref place, null) is { } table)
            {
                return table;
            }
        }

        return new Dictionary<DnsQuestionKey, object>(UsualCapacity);
    }

    /// <summary>Empties a table and gives it back.</summary>
    public static void Return(Dictionary<DnsQuestionKey, object> table)
    {
        if (table.Capacity > MaxCapacity)
        {
            return;
        }

        table.Clear();
        foreach (ref var place in Idle.AsSpan())
        {
            if (place is null && Interlocked.CompareExchange(ref place, table, null) is null)
            {
                return;
            }
        }
    }
}
