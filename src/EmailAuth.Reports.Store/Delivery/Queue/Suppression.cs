namespace EmailAuth.Reports.Store.Delivery.Queue;

/// <summary>An address that gets no reports for a time. Immutable.</summary>
public sealed record Suppression
{
    // 1, 4, 16, 64 and 90 days.
    private const int MaxRefusals = 5;
    private const double LongestDays = 90;

    /// <summary>The address, in lower case.</summary>
    public required string Address { get; init; }

    /// <summary>When it was suppressed last.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Until when. From then on reports go there again, which shows whether it has changed.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How many refusals count: each makes the time four times as long, up to 90 days, and each report that is taken counts one less.</summary>
    public required int Refusals { get; init; }

    /// <summary>The refusal, or what an operator said.</summary>
    public required string Reason { get; init; }

    /// <summary>The form of an address by which suppressions are found: hosts treat local parts without regard to case.</summary>
    /// <param name="address">The address.</param>
    public static string KeyOf(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.ToLowerInvariant();
    }

    /// <summary>The suppression after a refusal.</summary>
    /// <param name="address">The address.</param>
    /// <param name="earlier">What there is of it; null for nothing.</param>
    /// <param name="reason">The refusal.</param>
    /// <param name="now">The time.</param>
    public static Suppression After(string address, Suppression? earlier, string reason, DateTimeOffset now)
    {
        var refusals = Math.Min((earlier?.Refusals ?? 0) + 1, MaxRefusals);
        var until = now + TimeSpan.FromDays(Math.Min(Math.Pow(4, refusals - 1), LongestDays));
        return new Suppression
        {
            Address = KeyOf(address),
            Since = now,

            // An operator may have suppressed it for longer.
            Until = earlier?.Until > until ? earlier.Until : until,
            Refusals = refusals,
            Reason = reason,
        };
    }

    /// <summary>The suppression after a report was taken; null when nothing is left of it.</summary>
    /// <param name="now">The time.</param>
    public Suppression? AfterSuccess(DateTimeOffset now) => Refusals > 1 ? this with { Refusals = Refusals - 1, Until = now } : null;

    /// <summary>The address and the time.</summary>
    public override string ToString() => $"{Address} until {Until:u}: {Reason}";
}
