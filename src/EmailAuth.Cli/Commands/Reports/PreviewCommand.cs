using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Writing;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports preview</c>: shows what a domain's reports say so far.</summary>
internal static class PreviewCommand
{
    private static readonly Argument<DomainName?> Domain = new("DOMAIN")
    {
        Description = "The policy domain: the one whose DMARC record was used.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseDomain,
    };

    private static readonly Option<DateTimeOffset?> Day = new("--day")
    {
        Description = $"The UTC day, such as 2026-11-20, from {EnvelopeOptions.Years}. Default: today.",
        HelpName = "DATE",
        CustomParser = ParseDay,
    };

    private static readonly Option<bool> Xml = new("--xml") { Description = "Print the report as XML, as it would be sent. Needs --email." };
    private static readonly Option<string?> Report = new("--report") { Description = "Only the report with this id.", HelpName = "ID" };
    private static readonly Option<bool> Schema = SchemaOption.Create("--json");

    public static Command Create()
    {
        var command = new Command("preview", "Shows the reports about a domain as they are so far, also those of a period that has not ended.")
        {
            Domain, Day, Report, Xml, OutputOptions.Json, Schema,
        };
        ReportOptions.AddIssuerTo(command);
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Domain) is not { Tokens: [_] } && result.GetResult(Schema) is null)
            {
                result.AddError("DOMAIN is missing: give the policy domain");
            }

            if (result.GetResult(Xml) is not null && result.GetResult(OutputOptions.Json) is not null)
            {
                result.AddError("--xml and --json exclude each other: choose one");
            }

            if (result.GetResult(Xml) is not null && result.GetResult(ReportOptions.Email) is null)
            {
                result.AddError("--xml needs --email, the address in the report");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports preview example.com
              emailauth reports preview example.com --day 2026-11-20 --json
              emailauth reports preview example.com --xml --email dmarc@example.org | xmllint --schema rfc9990.xsd -

            A domain has several reports for a period when its policy changed in it. Nothing becomes final by looking at it.

            Exit codes: 0 shown, 1 there is no report about the domain and day, 2 wrong usage, 3 the store cannot be used.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.ReportPreview);
        }

        await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
        var day = ReportPeriod.DayOf(arguments.GetValue(Day) ?? EnvelopeOptions.ClockOf(arguments).GetUtcNow());
        var selection = new ReportSelection { Day = day, Domain = arguments.GetValue(Domain)!.ToString(), IncludesUnmade = true };
        var reports = new List<StoredReport>();
        await foreach (var report in store.ListReportsAsync(selection, cancellationToken))
        {
            if (arguments.GetValue(Report) is not { } id || report.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
            {
                reports.Add(report);
            }
        }

        if (arguments.GetValue(Xml))
        {
            await WriteXmlAsync(arguments, store, reports, selection, cancellationToken);
        }
        else if (arguments.GetValue(OutputOptions.Json))
        {
            await WriteJsonAsync(store, selection.Domain, day, reports, cancellationToken);
        }
        else
        {
            await WritePageAsync(store, selection.Domain, day, reports, cancellationToken);
        }

        return reports.Count > 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static async Task WriteXmlAsync(
        ParseResult arguments, IReportStore store, List<StoredReport> reports, ReportSelection selection, CancellationToken cancellationToken)
    {
        if (reports is not [var report])
        {
            throw new CommandException(
                reports.Count == 0 ? ExitCode.Failure : ExitCode.Usage,
                reports.Count == 0
                    ? $"there is no report about {selection.Domain} on {selection.Day:yyyy-MM-dd}"
                    : $"there are {reports.Count} reports: choose one with --report: {string.Join(", ", reports.Select(static report => report.Id))}");
        }

        var document = new ReportDocument(store, report, ReportOptions.IssuerOf(arguments)!);
        await using var output = new BufferedStream(StandardOutput.Open(), 64 * 1024);
        try
        {
            await document.WriteAsync(output, compresses: false, cancellationToken);
        }
        catch (ArgumentException e) when (!document.IsConforming)
        {
            throw new CommandException(ExitCode.Input, $"the report cannot be written: {CommandException.Sentence(e)}", e);
        }
    }

    private static async Task WritePageAsync(
        IReportStore store, string domain, DateTimeOffset day, List<StoredReport> reports, CancellationToken cancellationToken)
    {
        var page = Page.Open();
        page.Title(string.Create(CultureInfo.InvariantCulture, $"Reports about {domain}, {day:yyyy-MM-dd}"));
        if (reports.Count == 0)
        {
            page.Text(1, "none");
        }

        foreach (var report in reports)
        {
            page.Section($"{report.Period}, p={report.Policy.Policy?.Keyword() ?? "not known"}");
            page.Line("id", report.Id);
            page.Line("to", string.Join(", ", report.ReportUris));
            page.Line("state", StateOf(report), report.SealedAt is null ? Tone.Plain : Tone.Good);
            page.Line("messages", report.Messages.ToString(CultureInfo.InvariantCulture));
            List<string[]> rows = [["messages", "source", "disposition", "dkim", "spf", "from", "envelope from", "reasons"]];
            await foreach (var row in store.ReadRowsAsync(report, cancellationToken))
            {
                rows.Add(Cells(row));
            }

            page.Table(Aligned(rows));
        }
    }

    private static string StateOf(StoredReport report) =>
        report.Messages == report.MessagesAboutReports ? "not made: all messages are reports"
        : report.SealedAt is { } time ? string.Create(CultureInfo.InvariantCulture, $"final since {time:yyyy-MM-dd HH:mm:ss} UTC")
        : "open";

    private static string[] Cells(AggregateRecord row) =>
    [
        row.Count.ToString(CultureInfo.InvariantCulture),
        row.SourceAddress,
        row.Disposition.Keyword(),
        row.Dkim.Keyword(),
        row.Spf.Keyword(),
        row.HeaderFrom,
        row.EnvelopeFrom switch { null => "-", "" => "<>", var name => name },
        string.Join(", ", row.Reasons.Select(static reason => reason.Type.Keyword())),
    ];

    private static List<string[]> Aligned(List<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => VisibleText.Of(row[column]).Length)).ToArray();
        return [.. rows.Select(row => row.Select((cell, column) => VisibleText.Of(cell).PadRight(widths[column])).ToArray())];
    }

    private static async Task WriteJsonAsync(
        IReportStore store, string domain, DateTimeOffset day, List<StoredReport> reports, CancellationToken cancellationToken)
    {
        var rows = new List<List<AggregateRecord>>();
        foreach (var report in reports)
        {
            var ofReport = new List<AggregateRecord>();
            await foreach (var row in store.ReadRowsAsync(report, cancellationToken))
            {
                ofReport.Add(row);
            }

            rows.Add(ofReport);
        }

        JsonOutput.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("domain", domain);
            json.WriteString("day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteStartArray("reports");
            foreach (var (report, ofReport) in reports.Zip(rows))
            {
                ReportJson.Write(json, report, ofReport);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static DomainName? ParseDomain(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        var parsed = DomainName.Parse(text.TrimEnd('.').ToLowerInvariant());
        if (!parsed.IsSuccess)
        {
            argument.AddError($"'{text}' is not a domain: {parsed.Error.Reason}");
        }

        return parsed.Value;
    }

    private static DateTimeOffset? ParseDay(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day))
        {
            if (EnvelopeOptions.IsYear(day.UtcDateTime.Year))
            {
                return day;
            }

            argument.AddError($"--day must be from {EnvelopeOptions.Years}, not '{text}'");
            return null;
        }

        argument.AddError($"--day must be a date such as 2026-11-20, not '{text}'");
        return null;
    }
}
