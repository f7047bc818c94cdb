using System.CommandLine;
using System.Globalization;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports send</c>: mails the reports of ended periods to those who asked for them.</summary>
internal static class SendCommand
{
    public const string Name = "send";

    /// <summary>How long a mail that is on its way is waited for when the sender is ended.</summary>
    public static readonly TimeSpan LastMail = TimeSpan.FromSeconds(80);

    private const long Megabyte = 1024 * 1024;

    private static readonly Option<bool> Follow = new("--follow") { Description = "Go on, and send reports when they are due, as a service." };
    private static readonly Option<string?> DryRun = new("--dry-run")
    {
        Description = "Write the mails of all ended periods, failure reports and complaints of the last days into this folder instead, sent before or not. The store stays as it is.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> Unchecked = new("--unchecked") { Description = "Send although the mail would not pass DMARC, or this cannot be found out." };
    private static readonly Option<int> Settle = ReportOptions.Number("--settle", "How long after its end a period is sent, so that collectors have imported it.", "MINUTES", 30, 0, 1440);
    private static readonly Option<int> Spread = ReportOptions.Number("--spread", "Over how long the reports of a period are spread; 0 sends them at once.", "MINUTES", 360, 0, 1440);
    private static readonly Option<int> Pause = ReportOptions.Number("--pause", "The pause between two reports to one domain, whatever number of senders there are.", "MILLISECONDS", 2000, 0, 3_600_000);
    private static readonly Option<int> Lease = ReportOptions.Number("--lease", "After how long another sender takes over a report whose sender was killed.", "SECONDS", 900, 5, 86_400);
    private static readonly Option<int> MaxSize = ReportOptions.Number("--max-size", "The largest compressed report; a larger one is divided into several.", "MIB", 7, 1, 100);
    private static readonly Option<int> Workers = ReportOptions.Number("--workers", "How many mails are sent at a time.", "N", 4, 1, 64);

    public static Command Create()
    {
        var command = new Command(Name, "Mails the reports of ended periods to the addresses that the domains' records name (rua), failure reports (ruf) and complaints.")
        {
            Follow, DryRun, Unchecked, Settle, Spread, Pause, Lease, MaxSize, Workers,
        };
        MailOptions.AddIdentityTo(command);
        MailOptions.AddTransportTo(command);
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(ReportOptions.Email) is null)
            {
                result.AddError("--email is missing: give the address that sends the reports");
            }

            if (result.GetResult(Follow) is not null && result.GetResult(DryRun) is not null)
            {
                result.AddError("--follow and --dry-run exclude each other: choose one");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports send --email dmarc@example.org --key dmarc.pem --selector dmarc --dry-run out
              emailauth reports send --email dmarc@example.org --key dmarc.pem --selector dmarc --org-name "Example Mail"
              emailauth reports send --email dmarc@example.org --key dmarc.pem --selector dmarc --follow --smarthost mail.example.org:587

            A report goes to ten addresses at most, to those of other organizations only with their consent in the DNS. Several senders may share a
            store. A report that cannot be handed over is tried for a day; an address that refuses for good gets none for 1, 4, 16, then 64 and 90 days.

            Exit codes: 0 nothing is due any more, or a service that was ended, 1 the mail would not pass DMARC and nothing was sent, 2 wrong usage,
            3 the store, a key or the DNS cannot be used, 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var identity = MailOptions.IdentityOf(arguments);
        var (signer, key) = MailOptions.SignerOf(arguments, identity);
        using (key)
        {
            var resolver = ResolverOptions.CreateResolver(arguments);
            if (arguments.GetValue(DryRun) is null && !arguments.GetValue(Unchecked))
            {
                await CheckAsync(arguments, identity, signer, resolver, cancellationToken);
            }

            await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
            var clock = EnvelopeOptions.ClockOf(arguments);
            // The mail is made now, whatever time --now says.
            var mails = Mails(store, identity, signer);
            var destinations = new DmarcReportDestinations(resolver);
            var options = OptionsOf(arguments);
            if (arguments.GetValue(DryRun) is { } folder)
            {
                return await RehearseAsync(store, destinations, mails, options, clock, folder, cancellationToken);
            }

            var transport = MailOptions.TransportOf(arguments);
            var dispatcher = new ReportDispatcher(
                store, (IReportDeliveries)store, destinations, mails, () => new SmtpTransport(resolver, transport, clock), options, clock)
            {
                Observer = SendLines.Write,
                FaultObserver = static fault => Console.Error.WriteLine($"emailauth: {VisibleText.Of(fault.Message)}; trying again"),
            };
            if (arguments.GetValue(Follow))
            {
                await dispatcher.FollowAsync(cancellationToken);
            }
            else
            {
                await dispatcher.RunOnceAsync(cancellationToken);
            }

            SendLines.WriteSum(dispatcher.Totals);
            return cancellationToken.IsCancellationRequested && !arguments.GetValue(Follow) ? ExitCode.Interrupted : ExitCode.Success;
        }
    }

    public static async Task CheckAsync(
        ParseResult arguments, ReportIdentity identity, ReportMailSigner? signer, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var verdict = await CheckCommand.JudgeAsync(arguments, identity, signer, resolver, cancellationToken);
        if (!verdict.IsPass)
        {
            throw new CommandException(
                verdict.IsUndecided ? ExitCode.Input : ExitCode.Failure,
                $"nothing is sent, because the mail would not pass DMARC: {verdict.Outcome.Dmarc?.Reason ?? "it was not judged"}; "
                    + "\"emailauth reports check\" says more, and --unchecked sends anyway");
        }
    }

    private static ReportMailFactory Mails(IReportStore store, ReportIdentity identity, ReportMailSigner? signer)
    {
        try
        {
            return new ReportMailFactory(store, identity, signer);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, CommandException.Sentence(e), e);
        }
    }

    private static async Task<int> RehearseAsync(
        IReportStore store,
        DmarcReportDestinations destinations,
        ReportMailFactory mails,
        DeliveryOptions options,
        TimeProvider clock,
        string folder,
        CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            throw new CommandException(ExitCode.Input, $"the folder '{folder}' does not exist: make it first");
        }

        var written = 0;
        var rehearsal = new ReportRehearsal(store, (IReportDeliveries)store, destinations, mails, options, clock);
        await rehearsal.RunAsync(
            new FolderTransport(folder),
            told =>
            {
                written += told is { Delivery.IsPlan: false, End.State: DeliveryState.Sent } ? 1 : 0;
                SendLines.Write(told);
            },
            cancellationToken);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"emailauth: {written} mails written, none sent"));
        return ExitCode.Success;
    }

    private static DeliveryOptions OptionsOf(ParseResult arguments) => new()
    {
        SettleTime = TimeSpan.FromMinutes(arguments.GetValue(Settle)),
        SpreadTime = TimeSpan.FromMinutes(arguments.GetValue(Spread)),
        // A time that --now says does not pass, and no pause would end.
        HostPause = EnvelopeOptions.ClockOf(arguments) is FixedClock ? TimeSpan.Zero : TimeSpan.FromMilliseconds(arguments.GetValue(Pause)),
        LeaseTime = TimeSpan.FromSeconds(arguments.GetValue(Lease)),
        MaxReportBytes = arguments.GetValue(MaxSize) * Megabyte,
        Workers = arguments.GetValue(Workers),
    };
}
