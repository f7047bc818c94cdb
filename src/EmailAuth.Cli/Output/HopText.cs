using System.Globalization;
using EmailAuth.Inspection.Outcomes;

namespace EmailAuth.Cli.Output;

/// <summary>The way of a message, from the oldest hop to the newest, with times and delays.</summary>
internal static class HopText
{
    /// <summary>A row for each hop: its number, the time, the delay, who passed the message to whom, and whose word it is.</summary>
    public static IEnumerable<Piece[]> Rows(MessageAccount account)
    {
        var isKnown = account.Hops.Any(static hop => hop.IsBorder);
        foreach (var hop in account.Hops.Reverse())
        {
            var (whose, tone) = !isKnown ? ("not verifiable", Tone.Doubtful) : hop.IsOwn ? (hop.IsBorder ? "border" : "own", Tone.Good) : ("the sender's word", Tone.Doubtful);
            yield return
            [
                new Piece(hop.Number.ToString(CultureInfo.InvariantCulture)),
                new Piece(hop.Received.Date is { } date ? date.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "no date"),
                new Piece(hop.Delay is { } delay ? Delay(delay) : string.Empty, hop.Delay is { Ticks: < 0 } ? Tone.Doubtful : Tone.Plain),
                new Piece(whose, tone),
                new Piece(Way(hop)),
            ];
        }
    }

    /// <summary>A delay, such as "+2 s", "+3 min", "+1.5 h" or "-4 s".</summary>
    public static string Delay(TimeSpan delay)
    {
        var (sign, size) = (delay < TimeSpan.Zero ? "-" : "+", delay.Duration());
        return size switch
        {
            { TotalSeconds: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{sign}{size.TotalSeconds:0} s"),
            { TotalMinutes: < 120 } => string.Create(CultureInfo.InvariantCulture, $"{sign}{size.TotalMinutes:0} min"),
            { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{sign}{size.TotalHours:0.#} h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{sign}{size.TotalDays:0.#} days"),
        };
    }

    private static string Way(MessageHop hop)
    {
        var received = hop.Received;
        var from = received.FromHost ?? received.ReverseName;
        var address = received.ClientAddress is { } client && client.ToString() != from ? $" [{client}]" : string.Empty;
        var sender = from is null && address.Length == 0 ? "somebody" : $"{from}{address}".TrimStart();
        var with = received.With is { } protocol ? $" with {protocol}" : string.Empty;
        return $"{sender} to {received.ByHost ?? "a host without a name"}{with}";
    }
}
