using System.CommandLine;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Reports;
using EmailAuth.Reports.Store.Writing;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports write</c>: writes the reports of ended periods to files.</summary>
internal static class WriteCommand
{
    private static readonly Argument<string> Folder = new("DIR") { Description = "The folder for the files. It must exist." };

    private static readonly Option<int> Settle = ReportOptions.Number(
        "--settle", "How long after its end a period is written, so that collectors have imported it.", "MINUTES", 15, 0, 1440);

    private static readonly Option<bool> Schema = SchemaOption.Create("a line of --json");

    public static Command Create()
    {
        Folder.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("write", "Writes the reports of ended periods to files, as they are sent: XML, compressed, with the name of RFC 9990.")
        {
            Folder, Settle, OutputOptions.Json, Schema,
        };
        ReportOptions.AddIssuerTo(command);
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Schema) is not null)
            {
                return;
            }

            if (result.GetResult(Folder) is not { Tokens: [_] })
            {
                result.AddError("DIR is missing: give the folder for the files");
            }
            else if (result.GetResult(ReportOptions.Email) is null)
            {
                result.AddError("--email is missing: give the address at which readers of reports can ask you");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports write /var/spool/reports --org-name "Example Mail" --email dmarc@example.org
              emailauth reports write out --email dmarc@example.org --json | jq -r .path

            Each report is checked by the text of RFC 9990 before it gets its name. A written report is final: messages of its period that are imported
            later are in a further report. A file that exists is kept.

            Exit codes: 0 written, 1 a report does not conform and is not written, 2 wrong usage, 3 the store or the folder cannot be used.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.WrittenReport);
        }

        var folder = arguments.GetRequiredValue(Folder);
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.Input, $"the folder '{folder}' does not exist: make it first");
        }

        await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
        var endedBy = EnvelopeOptions.ClockOf(arguments).GetUtcNow().AddMinutes(-arguments.GetValue(Settle));
        var (written, kept, refused) = (0, 0, 0);
        await foreach (var file in new ReportFolder(store, ReportOptions.IssuerOf(arguments)!, folder).WriteAsync(endedBy, cancellationToken))
        {
            written += file is { Path: not null, IsKept: false } ? 1 : 0;
            kept += file.IsKept ? 1 : 0;
            refused += file.Path is null ? 1 : 0;
            if (arguments.GetValue(OutputOptions.Json))
            {
                Console.Out.WriteLine(JsonOutput.Text(json => ReportJson.Write(json, file), JsonOutput.OneLine));
            }
            else if (file is { Path: { } path, IsKept: false })
            {
                Console.Out.WriteLine(VisibleText.Of(path));
            }

            if (file.Path is null)
            {
                Console.Error.WriteLine($"emailauth: the report {file.Report.Id} about {VisibleText.Of(file.Report.Policy.Domain)} is not written: {Why(file)}");
            }
        }

        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"emailauth: {written} reports written, {kept} kept, {refused} not written"));
        return refused > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    private static string Why(ReportFile file)
    {
        var faults = file.Findings.Where(static finding => finding.Severity != ReportFindingSeverity.Note).Select(static finding => VisibleText.Of($"{finding.Place}: {finding.Text}"));
        return string.Join("; ", faults) is { Length: > 0 } text ? text : "its policy domain is not a name";
    }
}
