using System.CommandLine;
using System.Net;
using System.Text;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Hosting;
using EmailAuth.Messages;
using EmailAuth.Reports.Complaints;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Failing;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports complain</c>: tells the sender of a message that its recipient does not want it.</summary>
internal static class ComplainCommand
{
    private const int MaxSecretBytes = 4096;

    private static readonly string[] Types = ["abuse", "fraud", "virus", "other", "not-spam"];
    private static readonly string[] Contents = ["redacted", "subject", "header"];

    private static readonly Argument<string> Message = new("MESSAGE") { Description = "The mail that the complaint is about, as it was received: a file, or - for standard input." };

    private static readonly Option<ReportMailbox?> To = new("--to")
    {
        Description = "The address of a feedback loop that was agreed on. Without it, the addresses that the message names (CFBL-Address, RFC 9477), if their domains signed it.",
        HelpName = "ADDRESS",
        CustomParser = static argument =>
        {
            if (!ReportMailbox.TryParse(argument.Tokens[0].Value, out var mailbox))
            {
                argument.AddError($"--to must be an address without quotes, such as fbl@example.com, not '{argument.Tokens[0].Value}'");
            }

            return mailbox;
        },
    };

    private static readonly Option<string> Type = Word("--type", "What the complaint is about: abuse, fraud, virus, other or not-spam.", Types);
    private static readonly Option<string> Content = Word("--content", "How much of the header the report has: redacted, hashes in place of people; subject, the same and Subject; header, all of it.", Contents);

    private static readonly Option<string?> RedactionKey = new("--redaction-key")
    {
        Description = "The file with the secret of the hashes, so that equal people look equal in all reports; others must not be able to read it. Default: a random one for this report.",
        HelpName = "FILE",
    };

    private static readonly Option<IPAddress?> Source = new("--source-ip")
    {
        Description = "The address of the client that delivered the mail, for the report.",
        HelpName = "ADDRESS",
        CustomParser = static argument =>
        {
            if (!HostText.TryParseAddress(argument.Tokens[0].Value, out var address))
            {
                argument.AddError($"--source-ip must be an IP address, not '{argument.Tokens[0].Value}'");
            }

            return address;
        },
    };

    private static readonly Option<DateTimeOffset?> Arrived = new("--arrived")
    {
        Description = "When the mail was received, for the report, such as 2026-11-29T10:00:00Z.",
        HelpName = "TIME",
        CustomParser = EnvelopeOptions.ParseTime,
    };

    private static readonly Option<string?> DryRun = new("--dry-run") { Description = "Write the mails into this folder instead: nothing is sent, and the store is not needed.", HelpName = "DIR" };
    private static readonly Option<bool> AtOnce = new("--at-once")
    {
        Description = "Send now instead, without the store: no pause between complaints, no regard to suppressed addresses, no second attempt.",
    };

    private static readonly Option<bool> Unchecked = new("--unchecked") { Description = "With --at-once: send although the mail would not pass DMARC, or this cannot be found out." };

    public static Command Create()
    {
        var command = new Command("complain", "Reports a mail to its sender as unwanted (ARF, RFC 5965): to an address that was agreed on, or by RFC 9477.")
        {
            Message, To, Type, Content, RedactionKey, EnvelopeOptions.MailFrom, Source, Arrived, AtOnce, DryRun, Unchecked,
        };
        MailOptions.AddIdentityTo(command);
        MailOptions.AddTransportTo(command);
        ReportOptions.AddStoreTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(ReportOptions.Email) is null)
            {
                result.AddError("--email is missing: give the address that sends the report");
            }

            if (result.GetResult(AtOnce) is not null && ReportOptions.IsStoreGiven(result))
            {
                result.AddError("--at-once and --store exclude each other: what is in the store is sent by \"emailauth reports send\"");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports complain spam.eml --email fbl@example.org
              emailauth reports complain spam.eml --to fbl@sender.example --email fbl@example.org
              emailauth reports complain spam.eml --email fbl@example.org --key dmarc.pem --selector dmarc --dry-run out
              emailauth reports complain spam.eml --email fbl@example.org --key dmarc.pem --selector dmarc --at-once

            By RFC 9477 a complaint goes to an address of CFBL-Address only if the field and CFBL-Feedback-ID are signed (DKIM) by the domains of From and of the
            address, and it must be signed itself. A mail that is a report gets no complaint. The complaint is put into the store, and "emailauth reports send"
            mails it: in its name, with its signature, pace and list of suppressed addresses. The key and the options for the way are those of --at-once and
            --dry-run. The header that goes out has hashes in place of people, but keeps Message-ID, Feedback-ID and the fields of RFC 9477.

            Exit codes: 0 in the store, sent or written, 1 nobody may get it, or it was refused, 2 wrong usage, 3 the mail, a key or the DNS cannot be used, 75
            the store cannot be used, a key cannot be looked up, or the mail server is away: try again later.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var message = await MessageFile.ReadAsync(arguments.GetRequiredValue(Message), cancellationToken);
        message = LineEndings.ToCrlf(message);
        var identity = MailOptions.IdentityOf(arguments);
        var (judged, header) = await JudgeAsync(arguments, message, cancellationToken);
        if (judged.IsReport)
        {
            throw new CommandException(ExitCode.Failure, "the mail says that it is a report or an answer to one: there are no complaints about reports");
        }

        var recipients = RecipientsOf(arguments, judged.Outcome, header);
        if (recipients.Count == 0)
        {
            return ExitCode.Failure;
        }

        var report = ReportOf(arguments, identity, judged.Outcome);
        var shown = new HeaderRedaction(KeyOf(arguments)) { Content = ContentOf(arguments), KeepsIdentifiers = true }.Apply(message);
        return arguments.GetValue(AtOnce) || arguments.GetValue(DryRun) is not null
            ? await SendAsync(arguments, identity, recipients, report, shown, cancellationToken)
            : await QueueAsync(arguments, recipients, report, shown, cancellationToken);
    }

    private static async Task<(EvaluatedMessage Judged, HeaderBlock Header)> JudgeAsync(
        ParseResult arguments, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var keeper = new Keeper();
        var options = new AuthenticationOptions
        {
            AuthservId = "localhost",
            Methods = AuthenticationMethods.Dkim,
            RecordsTelemetry = false,
            TimeProvider = EnvelopeOptions.ClockOf(arguments),
        };
        var pipeline = new AuthenticationPipeline(ResolverOptions.CreateResolver(arguments), options, logger: null, observers: [keeper]);
        await pipeline.AuthenticateAsync(new SmtpEnvelope(null, null, null) { IsReconstructed = true }, message, cancellationToken: cancellationToken);
        return (keeper.Message ?? throw new CommandException(ExitCode.Input, "the mail could not be judged"), HeaderBlock.Parse(message));
    }

    private static List<ReportMailbox> RecipientsOf(ParseResult arguments, AuthenticationOutcome outcome, HeaderBlock header)
    {
        if (arguments.GetValue(To) is { } agreed)
        {
            return [agreed];
        }

        var recipients = new List<ReportMailbox>();
        foreach (var decision in CfblDecision.Decide(outcome, header))
        {
            Console.Error.WriteLine(VisibleText.Of($"emailauth: CFBL-Address {decision.Address?.Address ?? "-"}: {decision.Code}"));
            if (decision is { IsPermitted: true, Address: { } address } && ReportMailbox.TryParse(address.Address, out var mailbox)
                && !recipients.Exists(other => Suppression.KeyOf(other.ToString()) == Suppression.KeyOf(address.Address)))
            {
                recipients.Add(mailbox);
            }
        }

        // What is not known now may be known later, and a mail server keeps the complaint until then.
        return recipients.Count == 0 && (outcome.Dkim?.Signatures ?? []).Any(static signature => signature.Code == SignatureResultCode.TempError)
            ? throw new CommandException(ExitCode.TryAgain, "the key of a signature could not be looked up: it is not known whether the message permits a complaint")
            : recipients;
    }

    private static FeedbackReport ReportOf(ParseResult arguments, ReportIdentity identity, AuthenticationOutcome outcome) => new()
    {
        TypeText = arguments.GetRequiredValue(Type),
        OriginalMailFrom = arguments.GetValue(EnvelopeOptions.MailFrom)?.Trim('<', '>'),
        ArrivalDate = arguments.GetValue(Arrived),
        ReportingMta = identity.Issuer.Domain.ToString(),
        SourceAddress = arguments.GetValue(Source)?.ToString(),
        ReportedDomains = outcome.Author.Domain is { } author ? [author.ToString()] : [],
    };

    private static async Task<ReportMail> CreateAsync(
        ReportIdentity identity, string recipient, FeedbackReport report, string header, ReportMailSigner? signer, CancellationToken cancellationToken)
    {
        try
        {
            return await FeedbackMail.CreateAsync(identity, recipient, report, header, signer, TimeProvider.System.GetUtcNow(), cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, CommandException.Sentence(e), e);
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Input, e.Message, e);
        }
    }

    // A program that a mail server runs keeps the complaint and tries again.
    private static async Task<int> QueueAsync(
        ParseResult arguments, List<ReportMailbox> recipients, FeedbackReport report, string header, CancellationToken cancellationToken)
    {
        var complaint = new Complaint { Recipients = [.. recipients], Fields = FeedbackReportWriter.WriteFields(report), Header = header };
        try
        {
            await using var store = await ReportOptions.OpenAsync(arguments, cancellationToken);
            var id = await store.AddComplaintAsync(complaint, cancellationToken);
            Console.Error.WriteLine(VisibleText.Of($"emailauth: complaint to={string.Join(',', recipients)} id={id} outcome=queued: \"emailauth reports send\" mails it"));
            return ExitCode.Success;
        }
        catch (ReportStoreException e)
        {
            throw new CommandException(ExitCode.TryAgain, e.Message, e);
        }
    }

    private static async Task<int> SendAsync(
        ParseResult arguments, ReportIdentity identity, List<ReportMailbox> recipients, FeedbackReport report, string header, CancellationToken cancellationToken)
    {
        var (signer, key) = MailOptions.SignerOf(arguments, identity);
        using (key)
        {
            if (signer is null && arguments.GetValue(To) is null)
            {
                throw new CommandException(ExitCode.Usage, "a report to CFBL-Address must be signed (RFC 9477 section 3.5): give --key and --selector");
            }

            if (arguments.GetValue(DryRun) is null && !arguments.GetValue(Unchecked))
            {
                await SendCommand.CheckAsync(arguments, identity, signer, ResolverOptions.CreateResolver(arguments), cancellationToken);
            }

            await using IReportTransport transport = arguments.GetValue(DryRun) is { } folder
                ? new FolderTransport(Directory.Exists(folder) ? folder : throw new CommandException(ExitCode.Input, $"the folder '{folder}' does not exist: make it first"))
                : new SmtpTransport(ResolverOptions.CreateResolver(arguments), MailOptions.TransportOf(arguments), TimeProvider.System);
            var worst = ExitCode.Success;
            foreach (var recipient in recipients)
            {
                var mail = await CreateAsync(identity, recipient.ToString(), report, header, signer, cancellationToken);
                var attempt = await transport.SendAsync(mail, cancellationToken);
                Console.Error.WriteLine(VisibleText.Of($"emailauth: complaint to={recipient} outcome={attempt.Answer.ToString().ToLowerInvariant()} reply=\"{attempt.Text.Replace('"', '\'')}\""));
                worst = attempt.Answer switch
                {
                    DeliveryAnswer.Sent => worst,
                    DeliveryAnswer.Refused => worst == ExitCode.Success ? ExitCode.Failure : worst,
                    DeliveryAnswer.Deferred => ExitCode.TryAgain,
                    _ => throw new System.Diagnostics.UnreachableException(),
                };
            }

            return worst;
        }
    }

    private static RedactionKey KeyOf(ParseResult arguments)
    {
        if (arguments.GetValue(RedactionKey) is not { } file)
        {
            return EmailAuth.Reports.Feedback.RedactionKey.Random();
        }

        try
        {
            return EmailAuth.Reports.Feedback.RedactionKey.Of(Encoding.UTF8.GetBytes(ReportOptions.Secret(file, string.Empty, MaxSecretBytes)!));
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Input, $"'{file}' is not a secret: {CommandException.Sentence(e)}", e);
        }
    }

    private static OriginalContent ContentOf(ParseResult arguments) => arguments.GetRequiredValue(Content) switch
    {
        "header" => OriginalContent.Header,
        "subject" => OriginalContent.Subject,
        _ => OriginalContent.Redacted,
    };

    private static Option<string> Word(string name, string description, string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "WORD", DefaultValueFactory = _ => words[0] };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [.., var token] && !words.Contains(token.Value, StringComparer.Ordinal))
            {
                result.AddError($"{name} must be {string.Join(", ", words[..^1])} or {words[^1]}, not '{token.Value}'");
            }
        });
        return option;
    }

    private sealed class Keeper : IEvaluatedMessageObserver
    {
        public EvaluatedMessage? Message { get; private set; }

        public void OnEvaluated(EvaluatedMessage message) => Message = message;
    }
}
