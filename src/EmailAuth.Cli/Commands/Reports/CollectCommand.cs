using System.CommandLine;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Collecting;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports collect</c>: imports the journals of milters into the store.</summary>
internal static class CollectCommand
{
    private static readonly Option<int> Period = Hours();
    private static readonly Option<int> Keep = ReportOptions.Number("--keep", "How long reports stay in the store after their period; 0 for ever.", "DAYS", 30, 0, 3650);
    private static readonly Option<int> Wait = ReportOptions.Number("--wait", "How long to wait for a store that is away, unless --follow is given.", "SECONDS", 30, 0, 86_400);
    private static readonly Option<int> Batch = ReportOptions.Number("--batch", "The most messages of a transaction.", "N", 10_000, 1, 1_000_000);
    private static readonly Option<int> FailureWindow = ReportOptions.Number("--failure-window", "For how long like failures are counted in one failure report before it is sent.", "MINUTES", 60, 0, 1440);
    private static readonly Option<int> FailureDomainLimit = ReportOptions.Number("--failure-domain-limit", "The most failure reports about an organizational domain that begin on a day.", "N", 50, 1, 100_000);
    private static readonly Option<int> FailureLimit = ReportOptions.Number("--failure-limit", "The most failure reports in all that begin on a day.", "N", 1000, 1, 1_000_000);
    private static readonly Option<bool> Follow = new("--follow") { Description = "Go on, and import what comes, as a service. A store that is away is waited for." };

    public static Command Create()
    {
        var command = new Command("collect", "Imports the journals of milters into the store. Each message counts once, whatever is killed when.")
        {
            ReportOptions.Journal, Period, Keep, Follow, Wait, Batch, FailureWindow, FailureDomainLimit, FailureLimit, OutputOptions.Json,
        };
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Follow) is not null && result.GetResult(OutputOptions.Json) is not null)
            {
                result.AddError("--follow and --json exclude each other: a service has no result");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports collect
              emailauth reports collect --follow --journal /var/lib/emailauth/journal --store postgres://emailauth@db.example.org/emailauth

            Files of a journal are deleted when all of their messages are in the store: a journal belongs to one store.

            Exit codes: 0 imported, or a service that was ended, 2 wrong usage, 3 a journal cannot be read or the store cannot be used, 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var options = new CollectorOptions
        {
            BatchMessages = arguments.GetValue(Batch),
            Retention = TimeSpan.FromDays(arguments.GetValue(Keep)),
            Patience = TimeSpan.FromSeconds(arguments.GetValue(Wait)),
            TimeProvider = EnvelopeOptions.ClockOf(arguments),
        };
        var storing = new StoreOptions
        {
            PeriodHours = arguments.GetValue(Period),
            Failures = new FailureLimits
            {
                Window = TimeSpan.FromMinutes(arguments.GetValue(FailureWindow)),
                MaxPerDomain = arguments.GetValue(FailureDomainLimit),
                MaxInAll = arguments.GetValue(FailureLimit),
            },
        };
        await using var collector = new JournalCollector(
            token => ReportOptions.OpenAsync(arguments, token, creates: true, storing),
            ReportOptions.JournalsOf(arguments),
            options,
            static line => Console.Error.WriteLine($"emailauth: {VisibleText.Of(line)}"));
        if (arguments.GetValue(Follow))
        {
            return await FollowAsync(collector, cancellationToken);
        }

        using var progress = new Progress("batches");
        collector.Imported = progress.Advance;
        var isComplete = await collector.RunOnceAsync(cancellationToken);
        if (arguments.GetValue(OutputOptions.Json))
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("messages", collector.Messages);
                json.WriteNumber("removed_reports", collector.RemovedReports);
                json.WriteEndObject();
            });
        }
        else
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{collector.Messages} messages imported{(collector.RemovedReports > 0 ? $", {collector.RemovedReports} old reports removed" : string.Empty)}"));
        }

        return isComplete ? ExitCode.Success : ExitCode.Input;
    }

    // The end of a service by a signal is not a failure.
    private static async Task<int> FollowAsync(JournalCollector collector, CancellationToken cancellationToken)
    {
        try
        {
            await collector.FollowAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"emailauth: ended after {collector.Messages} messages"));
        }

        return ExitCode.Success;
    }

    private static Option<int> Hours()
    {
        var option = new Option<int>("--period")
        {
            Description = "The length of a report's period: hours that divide a day. A day keeps the length that its first message had.",
            HelpName = "HOURS",
            DefaultValueFactory = _ => ReportPeriod.DayHours,
        };
        option.Validators.Add(static result =>
        {
            if (result.Tokens is [.., var token]
                && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || !ReportPeriod.IsLength(hours)))
            {
                result.AddError($"--period must be 1, 2, 3, 4, 6, 8, 12 or 24, not '{token.Value}'");
            }
        });
        return option;
    }
}
