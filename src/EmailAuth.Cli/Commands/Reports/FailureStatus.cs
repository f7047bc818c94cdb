using System.Globalization;
using System.Text.Json;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>How many failure reports and complaints there are, and where.</summary>
internal sealed class FailureStatus
{
    public required FailureCounts Today { get; init; }

    public required FailureMails Queue { get; init; }

    public static async Task<FailureStatus> ReadAsync(IReportStore store, DateTimeOffset now, CancellationToken cancellationToken) => new()
    {
        Today = await store.CountFailuresAsync(now, cancellationToken),
        Queue = await store.CountFailureMailsAsync(cancellationToken),
    };

    public void Write(IPage page)
    {
        if (Queue.Held + Queue.GivenUp + Queue.Reports.Count + Queue.Complaints.Count + Today.Reports + Today.LeftOut == 0)
        {
            return;
        }

        page.Section("Failure reports and complaints");
        page.Line(
            "failures today",
            string.Create(CultureInfo.InvariantCulture, $"{Today.Reports} reports begun, {Today.LeftOut} failures in none"),
            Today.LeftOut > 0 ? Tone.Doubtful : Tone.Plain);
        page.Line("held", string.Create(CultureInfo.InvariantCulture, $"{Queue.Held} failure reports"));
        page.Line("failure reports", Words(Queue.Reports));
        page.Line("complaints", Words(Queue.Complaints));
        if (Queue.GivenUp > 0)
        {
            page.Line("without a mail", string.Create(CultureInfo.InvariantCulture, $"{Queue.GivenUp} given up"), Tone.Doubtful);
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("failures");
        json.WriteNumber("begun_today", Today.Reports);
        json.WriteNumber("left_out_today", Today.LeftOut);
        json.WriteNumber("held", Queue.Held);
        json.WriteNumber("given_up_without_mail", Queue.GivenUp);
        DeliveryJson.Write(json, "reports", Queue.Reports);
        DeliveryJson.Write(json, "complaints", Queue.Complaints);
        json.WriteEndObject();
    }

    private static string Words(IReadOnlyDictionary<DeliveryState, long> counts) => counts.Count == 0
        ? "none"
        : string.Join(", ", counts.OrderBy(static count => count.Key).Select(static count => string.Create(CultureInfo.InvariantCulture, $"{count.Value} {DeliveryStatus.Word(count.Key)}")));
}
