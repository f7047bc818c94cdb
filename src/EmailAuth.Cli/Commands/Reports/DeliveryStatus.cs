using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>How the sending of reports goes.</summary>
internal sealed class DeliveryStatus
{
    private const int MostShown = 20;

    private static readonly TimeSpan ShownFor = TimeSpan.FromDays(7);

    public required IReadOnlyDictionary<DeliveryState, long> Counts { get; init; }

    /// <summary>The last ones that were refused, given up or bounced.</summary>
    public required IReadOnlyList<ReportDelivery> Refused { get; init; }

    public required IReadOnlyList<Suppression> Suppressed { get; init; }

    public static async Task<DeliveryStatus> ReadAsync(IReportDeliveries queue, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var refused = new List<ReportDelivery>();
        foreach (var state in (DeliveryState[])[DeliveryState.Refused, DeliveryState.Bounced, DeliveryState.GivenUp])
        {
            var taken = 0;
            await foreach (var delivery in queue.ListAsync(state, now - ShownFor, cancellationToken))
            {
                refused.Add(delivery);
                if (++taken == MostShown)
                {
                    break;
                }
            }
        }

        var suppressed = new List<Suppression>();
        await foreach (var suppression in queue.ListSuppressionsAsync(cancellationToken))
        {
            if (suppression.Until > now)
            {
                suppressed.Add(suppression);
            }
        }

        return new DeliveryStatus { Counts = await queue.CountAsync(cancellationToken), Refused = refused, Suppressed = suppressed };
    }

    /// <summary>A state in the words of people.</summary>
    public static string Word(DeliveryState state) => state == DeliveryState.Open ? "waiting" : SendLines.Word(state);

    public void Write(IPage page)
    {
        page.Section("Mail");
        if (Counts.Count == 0)
        {
            page.Text(1, "no report was sent");
        }

        foreach (var state in Enum.GetValues<DeliveryState>().Where(Counts.ContainsKey))
        {
            page.Line(Word(state), Counts[state].ToString(CultureInfo.InvariantCulture));
        }

        foreach (var delivery in Refused)
        {
            page.Line(delivery.Address, $"{SendLines.Word(delivery.State)}, {ReportJson.Time(delivery.ChangedAt)}: {delivery.Reply}", Tone.Doubtful);
        }

        foreach (var suppression in Suppressed.Take(MostShown))
        {
            page.Line(suppression.Address, $"gets none until {ReportJson.Time(suppression.Until)}: {suppression.Reason}", Tone.Doubtful);
        }

        if (Suppressed.Count > MostShown)
        {
            page.Text(1, string.Create(CultureInfo.InvariantCulture, $"{Suppressed.Count} addresses are suppressed: \"emailauth reports suppress\" lists them"));
        }
    }
}
