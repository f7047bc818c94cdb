using System.CommandLine;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports</c>: reports about mail, those that are made of what the milter collected and those that come back.</summary>
internal static class ReportsCommand
{
    public static Command Create()
    {
        var command = new Command("reports", "Makes and sends DMARC aggregate reports (RFC 9990) and failure reports (RFC 9991) of the messages that milters collected, sends complaints (RFC 5965), and reads reports that others send.")
        {
            CollectCommand.Create(),
            StatusCommand.Create(),
            PreviewCommand.Create(),
            WriteCommand.Create(),
            CheckCommand.Create(),
            SendCommand.Create(),
            BouncedCommand.Create(),
            SuppressCommand.Create(),
            ComplainCommand.Create(),
            ReadCommand.Create(),
            ImportCommand.Create(),
            SummaryCommand.Create(),
        };
        return command.WithExamples("""
            Examples:
              emailauth reports collect
              emailauth reports status
              emailauth reports preview example.com
              emailauth reports write /var/spool/reports --org-name "Example Mail" --email postmaster@example.org
              emailauth reports send --email dmarc@example.org --key dmarc.pem --selector dmarc
              emailauth reports complain spam.eml --email fbl@example.org
              emailauth reports read report.eml
              emailauth reports read Maildir/ --json
              emailauth reports import Maildir/
              emailauth reports summary example.com --html page.html

            "emailauth reports COMMAND --help" shows the options of each.

            """);
    }
}
