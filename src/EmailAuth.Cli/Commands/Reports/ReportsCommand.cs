using System.CommandLine;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports</c>: reports about mail.</summary>
internal static class ReportsCommand
{
    public static Command Create()
    {
        var command = new Command("reports", "Reads reports about mail: DMARC aggregate and failure reports, complaints, TLS reports.")
        {
            ReadCommand.Create(),
        };
        return command.WithExamples("""
            Examples:
              emailauth reports read report.eml
              emailauth reports read Maildir/ --json

            "emailauth reports COMMAND --help" shows the options of each.

            """);
    }
}
