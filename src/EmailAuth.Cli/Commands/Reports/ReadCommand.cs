using System.CommandLine;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Reports;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports read</c>: reads reports out of whatever they come in, and says how far each can be used.</summary>
internal static class ReadCommand
{
    private static readonly Argument<string[]> Files = OutputOptions.Paths(
        "FILE",
        "A message, an mbox file, XML or JSON, also in gzip or zip; - for standard input (the default); or a folder of them, such as a Maildir.",
        isOptional: true);

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object a line for each report, for programs." };

    private static readonly Option<bool> Schema = SchemaOption.Create("a line of --json");

    public static Command Create()
    {
        var command = new Command("read", "Reads reports about mail, and says what is in them, what is wrong with them, and who signed the mail.")
        {
            Files, Json, IncomingFiles.Offline, Schema,
        };
        ResolverOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports read report.eml
              emailauth reports read Maildir/ --offline
              emailauth reports read google.com!example.com!1633996800!1634083199.zip
              emailauth reports read complaints.mbox --json | jq -r 'select(.kind=="feedback") | .feedback.tokens[].recipient | values'
              emailauth reports read --json < message.eml
              emailauth reports read --schema > report-line.schema.json

            What a file is, its content decides. Nothing that a report names is fetched, and the message that a report is about is not
            opened. Anyone can send a report about any domain, so the DKIM signatures of the mail are verified: see "signed by".

            Exit codes: 0 each report conforms or could be salvaged, 1 something is unusable or is not a report, 2 wrong usage,
            3 a file cannot be read or a folder is empty, 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.ReportLine);
        }

        var isJson = arguments.GetValue(Json);
        var page = isJson ? null : Page.Open();
        var exitCode = ExitCode.Success;
        var isEmpty = true;
        foreach (var file in IncomingFiles.Of(arguments, Files, "read"))
        {
            isEmpty = false;

            // Rows of a report for people are counted, and only the first ones are kept.
            var options = IncomingFiles.OptionsOf(arguments);
            var reader = new ReportReader(isJson ? options : options with { MaxKeptRows = ReadReportPage.MostRows });
            await foreach (var report in ReadAsync(reader, file, cancellationToken))
            {
                exitCode = report.Verdict == ReportVerdict.Unusable ? ExitCode.Failure : exitCode;
                if (page is null)
                {
                    Console.Out.WriteLine(JsonOutput.Text(json => ReadReportJson.Write(json, file, report), JsonOutput.OneLine));
                }
                else
                {
                    ReadReportPage.Write(page, file, report);
                }
            }
        }

        return isEmpty ? throw new CommandException(ExitCode.Input, $"{FolderFiles.Named(arguments.GetValue(Files) ?? [])} no file") : exitCode;
    }

    private static async IAsyncEnumerable<ReadReport> ReadAsync(
        ReportReader reader, string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = IncomingFiles.Open(file);
        await foreach (var report in reader.ReadAsync(stream, cancellationToken))
        {
            yield return report;
        }
    }
}
