using System.CommandLine;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store.Delivery.Bounces;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports bounced</c>: takes a mail that came to a return path of ours.</summary>
internal static class BouncedCommand
{
    private static readonly Argument<string> Message = new("MESSAGE")
    {
        Description = "The mail: a file, or - for standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Recipient = new("--recipient")
    {
        Description = "The address to which the mail came, as the mail server knows it. Default: those in its header.",
        HelpName = "ADDRESS",
    };

    private static readonly Option<ReportMailbox?> ReturnPath = new("--return-path")
    {
        Description = "The return path of reports without its token, as it was given to \"emailauth reports send\": --return-path, or else --email.",
        HelpName = "ADDRESS",
        Required = true,
        CustomParser = static argument =>
        {
            if (!ReportMailbox.TryParse(argument.Tokens[0].Value, out var mailbox))
            {
                argument.AddError($"--return-path must be an address, such as bounces@example.org, not '{argument.Tokens[0].Value}'");
            }

            return mailbox;
        },
    };

    public static Command Create()
    {
        var command = new Command("bounced", "Takes a bounce of a report from a pipe: the address that it is about gets no reports for a time.")
        {
            Message, Recipient, ReturnPath,
        };
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Message) is not { Tokens: [_] })
            {
                result.AddError("MESSAGE is missing: give the file of the mail, or - for standard input");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports bounced - --return-path dmarc@example.org < bounce.eml
              in Postfix's master.cf, as one line, with "recipient_delimiter = +" in main.cf and "dmarc@example.org bounced:" in the table of transports:
                bounced unix - n n - 1 pipe flags=q user=emailauth argv=/usr/bin/emailauth reports bounced - --return-path dmarc@example.org
                  --recipient ${original_recipient}

            The token in the address says which report the bounce is about. Mail without one, answers of people who are away and notices about a delay change
            nothing, and end with exit code 0 too, so that the mail server keeps no such mail.

            Exit codes: 0 taken, or nothing to do, 2 wrong usage, 3 the mail cannot be read, 75 the store is away or cannot be used: the mail server
            keeps the mail and tries again.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var bounce = await ReadAsync(arguments.GetRequiredValue(Message), cancellationToken);
        if (bounce is null)
        {
            Console.Error.WriteLine("emailauth: not a message: nothing is done");
            return ExitCode.Success;
        }

        try
        {
            await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
            var intake = new BounceIntake((IReportDeliveries)store, arguments.GetRequiredValue(ReturnPath)!, EnvelopeOptions.ClockOf(arguments));
            var delivery = await intake.TakeAsync(bounce, arguments.GetValue(Recipient), cancellationToken);
            Console.Error.WriteLine(VisibleText.Of(delivery is null
                ? $"emailauth: nothing is done: {Why(bounce)}"
                : $"emailauth: {delivery.Address} gets no reports for a time: {bounce.Reason}"));
            return ExitCode.Success;
        }
        catch (EmailAuth.Reports.Store.ReportStoreException e)
        {
            throw new CommandException(ExitCode.TryAgain, e.Message, e);
        }
    }

    private static string Why(Bounce bounce) => bounce.Kind switch
    {
        BounceKind.Failed => "it is about no report of this store",
        BounceKind.NotFailed => "it does not say that the mail failed",
        BounceKind.AutomaticReply => "it is an automatic answer",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static async Task<Bounce?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
            return await BounceReader.ReadAsync(stream, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Input.MessageFile.Unreadable(name, e);
        }
    }
}
