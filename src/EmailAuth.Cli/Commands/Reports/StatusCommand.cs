using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports status</c>: what is imported, and what is counted for which period.</summary>
internal static class StatusCommand
{
    private static readonly Option<bool> Schema = SchemaOption.Create("--json");

    public static Command Create()
    {
        var command = new Command("status", "Shows how far the journals are imported, their last errors, what is counted for each period, and where reports and complaints are.")
        {
            ReportOptions.Journal, OutputOptions.Json, Schema,
        };
        ReportOptions.AddStoreTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports status
              emailauth reports status --json | jq '.journals[] | select(.waiting_bytes > 1000000)'

            Exit codes: 0 shown, 2 wrong usage, 3 the store cannot be used.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.ReportStatus);
        }

        await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
        var states = new List<JournalState>();
        await foreach (var state in store.ListJournalsAsync(cancellationToken))
        {
            states.Add(state);
        }

        var journals = JournalStatus.Of(GivenOrPresent(arguments), states);
        var periods = await PeriodsAsync(store, cancellationToken);
        var (address, now) = (ReportOptions.ShownStore(arguments), EnvelopeOptions.ClockOf(arguments).GetUtcNow());
        var deliveries = await DeliveryStatus.ReadAsync((IReportDeliveries)store, now, cancellationToken);
        var failures = await FailureStatus.ReadAsync(store, now, cancellationToken);
        if (arguments.GetValue(OutputOptions.Json))
        {
            JsonOutput.Write(json => Write(json, address, journals, periods, deliveries, failures, now));
        }
        else
        {
            var page = Page.Open();
            Write(page, address, journals, periods, now);
            deliveries.Write(page);
            failures.Write(page);
        }

        return ExitCode.Success;
    }

    // The default journal is of this machine's milter, and a machine without one is not at fault.
    private static string[] GivenOrPresent(ParseResult arguments) =>
        arguments.GetResult(ReportOptions.Journal) is not null ? ReportOptions.JournalsOf(arguments) : [.. ReportOptions.JournalsOf(arguments).Where(Directory.Exists)];

    private static async Task<List<PeriodState>> PeriodsAsync(IReportStore store, CancellationToken cancellationToken)
    {
        var periods = new List<PeriodState>();
        await foreach (var report in store.ListReportsAsync(new ReportSelection { IncludesUnmade = true }, cancellationToken))
        {
            // They come in the order of their periods.
            if (periods is not [.., var last] || last.Period != report.Period)
            {
                periods.Add(new PeriodState(report.Period));
            }

            periods[^1].Add(report);
        }

        return periods;
    }

    private static void Write(IPage page, string address, List<JournalStatus> journals, List<PeriodState> periods, DateTimeOffset now)
    {
        page.Title($"Store {address}");
        page.Section("Journals");
        if (journals.Count == 0)
        {
            page.Text(1, "none was imported");
        }

        foreach (var journal in journals)
        {
            Write(page, journal, now);
        }

        page.Section("Periods");
        if (periods.Count == 0)
        {
            page.Text(1, "no message was counted");
            return;
        }

        foreach (var period in periods)
        {
            var notMade = period.NotMade > 0 ? string.Create(CultureInfo.InvariantCulture, $", {period.NotMade} not made: all their messages are reports") : string.Empty;
            page.Line(
                period.Period.ToString(),
                string.Create(CultureInfo.InvariantCulture, $"{period.Messages} messages, {period.Reports} reports, {period.Final} final{notMade}{(period.Period.End > now ? ", not ended" : string.Empty)}"));
        }
    }

    private static void Write(IPage page, JournalStatus journal, DateTimeOffset now)
    {
        var name = journal.Folder ?? $"node {journal.Node}";
        if (journal.Fault is { } fault)
        {
            page.Line(name, fault, Tone.Bad);
            return;
        }

        var waiting = journal.WaitingBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", {bytes} bytes wait") : string.Empty;
        if (journal.State is not { } state)
        {
            page.Line(name, journal.Node is null ? "no journal yet" : $"never imported{waiting}", Tone.Doubtful);
            return;
        }

        var age = Math.Max(0, (long)(now - state.ImportedAt).TotalSeconds);
        page.Line(name, string.Create(CultureInfo.InvariantCulture, $"{journal.Messages} messages up to {state.Position}, imported {age} s ago{waiting}"));
        if (state.Error is { } error)
        {
            page.Line("last error", $"{ReportJson.Time(state.ErrorAt)} {error}", Tone.Doubtful);
        }
    }

    private static void Write(
        Utf8JsonWriter json, string address, List<JournalStatus> journals, List<PeriodState> periods, DeliveryStatus deliveries, FailureStatus failures, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteString("store", address);
        json.WriteStartArray("journals");
        foreach (var journal in journals)
        {
            Write(json, journal);
        }

        json.WriteEndArray();
        json.WriteStartArray("periods");
        foreach (var period in periods)
        {
            json.WriteStartObject();
            json.WriteString("begin", ReportJson.Time(period.Period.Begin));
            json.WriteString("end", ReportJson.Time(period.Period.End));
            json.WriteBoolean("ended", period.Period.End <= now);
            json.WriteNumber("messages", period.Messages);
            json.WriteNumber("reports", period.Reports);
            json.WriteNumber("final", period.Final);
            json.WriteNumber("not_made", period.NotMade);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        DeliveryJson.Write(json, deliveries, now);
        failures.Write(json);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, JournalStatus journal)
    {
        json.WriteStartObject();
        json.WriteString("node", journal.Node);
        json.WriteString("folder", journal.Folder);
        json.WriteString("fault", journal.Fault);
        Write(json, "waiting_bytes", journal.WaitingBytes);
        Write(json, "segment", journal.State?.Position.Segment);
        Write(json, "offset", journal.State?.Position.Offset);
        json.WriteNumber("messages", journal.Messages);
        json.WriteString("imported_at", ReportJson.Time(journal.State?.ImportedAt));
        json.WriteString("last_message_at", ReportJson.Time(journal.State?.LastMessageAt));
        json.WriteString("error", journal.State?.Error);
        json.WriteString("error_at", ReportJson.Time(journal.State?.ErrorAt));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
