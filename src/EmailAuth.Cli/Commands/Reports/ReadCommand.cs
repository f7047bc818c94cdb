using System.CommandLine;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Dkim;
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

    private static readonly Option<bool> Offline = new("--offline") { Description = "Do not verify who signed the mail that carries a report. Nothing is asked of the DNS." };

    public static Command Create()
    {
        var command = new Command("read", "Reads reports about mail, and says what is in them, what is wrong with them, and who signed the mail.")
        {
            Files, Json, Offline, Schema,
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
            3 a file cannot be read, 130 interrupted.

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
        foreach (var file in FilesOf(arguments))
        {
            // Rows of a report for people are counted, and only the first ones are kept.
            var rows = new ShownRows();
            var reader = new ReportReader(OptionsOf(arguments) with { OnRow = isJson ? null : rows.AddAsync });
            await foreach (var report in ReadAsync(reader, file, cancellationToken))
            {
                exitCode = report.Verdict == ReportVerdict.Unusable ? ExitCode.Failure : exitCode;
                if (page is null)
                {
                    Console.Out.WriteLine(JsonOutput.Text(json => ReadReportJson.Write(json, file, report), JsonOutput.OneLine));
                }
                else
                {
                    ReadReportPage.Write(page, file, report, rows);
                    rows.Clear();
                }
            }
        }

        return exitCode;
    }

    private static ReportReaderOptions OptionsOf(ParseResult arguments)
    {
        if (arguments.GetValue(Offline))
        {
            return ReportReaderOptions.Default;
        }

        // RFC 8460 section 3: the keys of TLS reports may be for these alone.
        var options = new AuthenticationOptions
        {
            AuthservId = "localhost",
            Methods = AuthenticationMethods.Dkim,
            Dkim = DkimOptions.Default with { AcceptTlsReportKeys = true },
        };
        var pipeline = new AuthenticationPipeline(ResolverOptions.CreateResolver(arguments), options);
        var envelope = new SmtpEnvelope(null, null, null) { IsReconstructed = true };
        return ReportReaderOptions.Default with { Authenticate = (mail, cancellationToken) => pipeline.AuthenticateAsync(envelope, mail, cancellationToken) };
    }

    private static IEnumerable<string> FilesOf(ParseResult arguments)
    {
        string[] paths = arguments.GetValue(Files) switch
        {
            [_, ..] given => given,
            _ when Console.IsInputRedirected => ["-"],
            _ => throw new CommandException(ExitCode.Usage, "FILE is missing: give a file or a folder; or send a report to standard input (see 'emailauth reports read --help')"),
        };
        foreach (var path in paths)
        {
            if (!Directory.Exists(path))
            {
                yield return path;
                continue;
            }

            // As for "verify": the folders of a Maildir are also read, and those whose names start with a dot.
            var files = Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });
            foreach (var file in files.Order(StringComparer.Ordinal))
            {
                yield return file;
            }
        }
    }

    private static async IAsyncEnumerable<ReadReport> ReadAsync(
        ReportReader reader, string file, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = Open(file);
        await foreach (var report in reader.ReadAsync(stream, cancellationToken))
        {
            yield return report;
        }
    }

    private static Stream Open(string file)
    {
        try
        {
            return file == "-" ? StandardInput.Open() : File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw MessageFile.Unreadable(file, e);
        }
    }
}
