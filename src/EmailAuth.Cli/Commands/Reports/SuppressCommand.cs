using System.CommandLine;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports suppress</c>: lists and changes the addresses that get no reports for a time.</summary>
internal static class SuppressCommand
{
    private static readonly Argument<string?> Address = new("ADDRESS")
    {
        Description = "The address to suppress. Without it, those that are suppressed are listed.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Remove = new("--remove") { Description = "Send reports to the address again." };
    private static readonly Option<int> Days = ReportOptions.Number("--days", "How long the address gets no reports.", "DAYS", 36_500, 1, 36_500);
    private static readonly Option<string> Reason = new("--reason")
    {
        Description = "Why, for the list.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "by the operator",
    };

    public static Command Create()
    {
        var command = new Command("suppress", "Lists, adds and removes addresses that get no reports, such as those that refused or bounced.")
        {
            Address, Remove, Days, Reason, OutputOptions.Json,
        };
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Address) is { Tokens: [var address] } && !ReportMailbox.TryParse(address.Value, out _))
            {
                result.AddError($"ADDRESS must be a mail address, such as dmarc@example.org, not '{address.Value}'");
            }

            if (result.GetResult(Remove) is not null && result.GetResult(Address) is not { Tokens: [_] })
            {
                result.AddError("ADDRESS is missing: give the address to send to again");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports suppress
              emailauth reports suppress dmarc@example.com --days 30 --reason "they asked for it"
              emailauth reports suppress dmarc@example.com --remove

            Exit codes: 0 done, 1 the address to remove is not suppressed, 2 wrong usage, 3 the store cannot be used.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
        var queue = (IReportDeliveries)store;
        if (arguments.GetValue(Address) is not { } address)
        {
            return await ListAsync(queue, arguments, cancellationToken);
        }

        if (arguments.GetValue(Remove))
        {
            return await queue.RemoveSuppressionAsync(address, cancellationToken)
                ? ExitCode.Success
                : throw new CommandException(ExitCode.Failure, $"{address} is not suppressed");
        }

        var now = EnvelopeOptions.ClockOf(arguments).GetUtcNow();
        var earlier = await queue.FindSuppressionAsync(address, cancellationToken);
        await queue.SuppressAsync(
            new Suppression
            {
                Address = address,
                Since = now,
                Until = now.AddDays(arguments.GetValue(Days)),
                Refusals = earlier?.Refusals ?? 1,
                Reason = arguments.GetRequiredValue(Reason),
            },
            cancellationToken);
        return ExitCode.Success;
    }

    private static async Task<int> ListAsync(IReportDeliveries queue, ParseResult arguments, CancellationToken cancellationToken)
    {
        var now = EnvelopeOptions.ClockOf(arguments).GetUtcNow();
        var list = new List<Suppression>();
        await foreach (var suppression in queue.ListSuppressionsAsync(cancellationToken))
        {
            list.Add(suppression);
        }

        if (arguments.GetValue(OutputOptions.Json))
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartArray();
                foreach (var suppression in list)
                {
                    DeliveryJson.Write(json, suppression, now);
                }

                json.WriteEndArray();
            });
            return ExitCode.Success;
        }

        foreach (var suppression in list)
        {
            Console.Out.WriteLine(VisibleText.Of(string.Create(
                CultureInfo.InvariantCulture,
                $"{suppression.Address} {(suppression.Until > now ? "until" : "was suppressed until")} {ReportJson.Time(suppression.Until)}, {suppression.Refusals} refusals: {suppression.Reason}")));
        }

        return ExitCode.Success;
    }
}
