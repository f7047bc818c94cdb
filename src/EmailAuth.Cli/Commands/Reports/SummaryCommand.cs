using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Pages;
using EmailAuth.Cli.Pages.Reports;
using EmailAuth.Reports.Store.Incoming;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports summary</c>: what the reports about a domain say.</summary>
internal static class SummaryCommand
{
    private const int DefaultDays = 30;

    private static readonly Argument<DomainName?> Domain = new("DOMAIN")
    {
        Description = "The domain. Reports about names below it are in the sums.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParseDomain,
    };

    private static readonly Option<DateOnly?> Since = Day("--since", "The first UTC day, such as 2026-11-01. Default: 30 days up to the last day.");
    private static readonly Option<DateOnly?> Until = Day("--until", "The last UTC day. Default: today.");
    private static readonly Option<int> Top = ReportOptions.Number("--top", "The most entries of each list.", "N", 20, 1, 1000);
    private static readonly Option<string?> PagePath = OutputOptions.Page("who sends in the name of the domain, and what changed");
    private static readonly Option<bool> Schema = SchemaOption.Create("--json");

    public static Command Create()
    {
        var command = new Command("summary", "Shows what the imported reports say about a domain: who sends, what changed, who reported, complaints, TLS failures.")
        {
            Domain, Since, Until, Top, OutputOptions.Json, PagePath, Schema,
        };
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Schema) is null && result.GetResult(Domain) is not { Tokens: [_] })
            {
                result.AddError("DOMAIN is missing: give the domain that the reports are about");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports summary example.com
              emailauth reports summary example.com --since 2026-11-01 --until 2026-11-07 --top 5
              emailauth reports summary example.com --html page.html
              emailauth reports summary example.com --json | jq -r '.stopped_sources[].source'

            What changed is against the period before, which is as long. Anyone can send a report about any domain: see who signed them.

            Exit codes: 0 shown, 2 wrong usage, 3 the store cannot be used or the page cannot be written.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.ReportSummary);
        }

        var now = EnvelopeOptions.ClockOf(arguments).GetUtcNow();
        var until = arguments.GetValue(Until) ?? DateOnly.FromDateTime(now.UtcDateTime);
        var since = arguments.GetValue(Since) ?? until.AddDays(1 - Math.Min(DefaultDays, until.DayNumber + 1));
        if (since > until || until.DayNumber - since.DayNumber >= IncomingSummary.MostDays)
        {
            throw new CommandException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"--since must be before --until, by less than {IncomingSummary.MostDays} days"));
        }

        OutputFile.Refuse(arguments.GetValue(PagePath), ReportOptions.StoreOf(arguments), ReportOptions.PasswordFileOf(arguments));
        await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
        var summary = await IncomingSummary.ReadAsync(
            ReportOptions.Incoming(store), arguments.GetRequiredValue(Domain)!.ToString(), since, until, arguments.GetValue(Top), cancellationToken);
        if (arguments.GetValue(PagePath) is { } path)
        {
            await PageFile.WriteAsync(path, ReportSummaryPage.Of(SummaryOfStore.Of(summary, now)), cancellationToken);
        }

        if (arguments.GetValue(OutputOptions.Json))
        {
            JsonOutput.Write(json => SummaryJson.Write(json, summary));
        }
        else
        {
            SummaryText.Write(Output.Page.Open(), summary);
        }

        return ExitCode.Success;
    }

    private static Option<DateOnly?> Day(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DATE",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                if (EnvelopeOptions.IsYear(day.Year))
                {
                    return day;
                }

                result.AddError($"{name} must be from {EnvelopeOptions.Years}, not '{result.Tokens[0].Value}'");
                return null;
            }

            result.AddError($"{name} must be a day such as 2026-11-20, not '{result.Tokens[0].Value}'");
            return null;
        },
    };

    private static DomainName? ParseDomain(ArgumentResult argument)
    {
        var parsed = OutputOptions.ReadDomain(argument.Tokens[0].Value);
        if (!parsed.IsSuccess)
        {
            argument.AddError($"'{argument.Tokens[0].Value}' is not a domain: {parsed.Error.Reason}");
        }

        return parsed.Value;
    }
}
