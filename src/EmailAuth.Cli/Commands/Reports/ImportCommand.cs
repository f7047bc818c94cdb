using System.CommandLine;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Incoming;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports import</c>: stores the reports that others sent.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string[]> Files = OutputOptions.Paths(
        "FILE",
        "A message, an mbox file, XML or JSON, also in gzip or zip; - for standard input (the default); or a folder of them, such as a Maildir.",
        isOptional: true);

    public static Command Create()
    {
        var command = new Command("import", "Stores reports that others sent. Each counts once, however often it comes.")
        {
            Files, IncomingFiles.Offline, OutputOptions.Json,
        };
        ReportOptions.AddStoreTo(command);
        ResolverOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports import Maildir/
              emailauth reports import reports.mbox --store postgres://emailauth@db.example.org/emailauth
              emailauth reports import - < message.eml

            A report is stored with all its rows or not at all. A copy is recognized by its submitter, domain, id, period and content. Another
            content under the same id is another version: it is kept, and the first one counts, or the first one that its submitter signed. What
            cannot be used is recorded with its findings, and does not count.

            Exit codes: 0 all is stored, 2 wrong usage, 3 a file cannot be read, 75 the store took not all of it: import it again (Postfix keeps
            a message that it gave to a pipe), 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        try
        {
            await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken, creates: true);
            await using var importer = new ReportImporter(ReportOptions.Incoming(store), IncomingFiles.OptionsOf(arguments), EnvelopeOptions.ClockOf(arguments));
            var counts = new long[Enum.GetValues<IncomingResult>().Length];
            var split = 0L;
            foreach (var file in IncomingFiles.Of(arguments, Files, "import"))
            {
                await using var stream = IncomingFiles.Open(file);
                await foreach (var report in importer.ImportAsync(stream, cancellationToken))
                {
                    counts[(int)report.Result]++;
                    split += report.Document.LastDay > report.Document.FirstDay ? 1 : 0;
                    Say(file, report);
                }
            }

            Write(arguments.GetValue(OutputOptions.Json), counts, split);
            return ExitCode.Success;
        }
        catch (ReportStoreException e)
        {
            throw new CommandException(ExitCode.TryAgain, e.Message, e);
        }
    }

    private static void Say(string file, ImportedReport report)
    {
        var what = report.Result switch
        {
            IncomingResult.OtherVersion => "is another version of a report that counts: it is kept, and does not count",
            IncomingResult.Replaced => "counts instead of another version, which its submitter did not sign",
            IncomingResult.Unusable => "cannot be used: its findings are recorded (see 'emailauth reports read')",
            IncomingResult.Counted or IncomingResult.Duplicate => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (what is not null)
        {
            var document = report.Document;
            Console.Error.WriteLine($"emailauth: {VisibleText.Of($"{(file == "-" ? "standard input" : file)}: {(document.ReportId.Length == 0 ? "it" : $"report {document.ReportId} of {document.Submitter}")} {what}")}");
        }
    }

    private static void Write(bool isJson, long[] counts, long split)
    {
        var (counted, replaced, unusable) = (counts[(int)IncomingResult.Counted], counts[(int)IncomingResult.Replaced], counts[(int)IncomingResult.Unusable]);
        var (duplicates, versions) = (counts[(int)IncomingResult.Duplicate], counts[(int)IncomingResult.OtherVersion]);
        if (isJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("counted", counted);
                json.WriteNumber("replaced", replaced);
                json.WriteNumber("duplicates", duplicates);
                json.WriteNumber("other_versions", versions);
                json.WriteNumber("unusable", unusable);
                json.WriteNumber("split_over_days", split);
                json.WriteEndObject();
            });
            return;
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{counted + replaced} reports stored, {duplicates} duplicates, {versions} other versions, {unusable} unusable, {split} split evenly over their days"));
    }
}
