using System.CommandLine;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Commands;

/// <summary>
/// <c>emailauth verify</c>: reads a message, and prints its Authentication-Results field; or reads many messages, and prints a line for
/// each.
/// </summary>
internal static class VerifyCommand
{
    private static readonly Argument<string[]> Messages = OutputOptions.Paths(
        "MESSAGE",
        "A file, - for standard input (the default), an mbox file or a folder of messages. If all line ends of a message are LF, they are read as CRLF.",
        isOptional: true);

    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Show the answer, then for each check the verdict, the reason, the record that decided and the lookups. The default for one message.",
    };

    private static readonly Option<bool> Brief = new("--brief")
    {
        Description = "Show only the answer, in about six lines; for many messages one line each, which is the default for them.",
    };

    private static readonly Option<bool> Field = new("--field")
    {
        Description = "Print only the Authentication-Results field (RFC 8601), for programs that put it on top of the message. Needs --ip or --border.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the whole outcome as JSON; for many messages one object a line." };

    private static readonly Option<bool> Canonical = new("--canonical")
    {
        Description = "Print the canonical header and body that each signature's hashes are made over, exactly, with escapes such as \\r\\n; for one message.",
    };

    private static readonly Option<string?> Against = new("--against")
    {
        Description = "Compare with a copy of the message as it was sent, before or after signing: show exactly which signed fields and lines differ; for one message.",
        HelpName = "COPY",
    };

    private static readonly Option<bool>[] Forms = [Brief, Explain, Field, Json, Canonical];

    private static readonly Option<bool> Schema = SchemaOption.Create("what --json prints");

    private static readonly Option<string?> Record = new("--record")
    {
        Description = "Record the check as a test vector, which 'emailauth vectors' replays without the DNS; for many messages give a .jsonl file.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Page = OutputOptions.Page("the verdict and its evidence, for one message");

    private static readonly Option<string?> FailOn = new("--fail-on")
    {
        Description = "Exit with 1 when DMARC of a message fails or its author is not usable; with 'temperror' also when DMARC cannot be decided now. Needs --ip or --border.",
        HelpName = $"{FailOnResult.Fail}|{FailOnResult.TempError}",
    };

    public static Command Create()
    {
        var command = new Command("verify", "Verifies messages and explains the verdict: who sent it, why it passes or fails, and what to do.")
        {
            Messages, Brief, Explain, Field, Json, Page, Canonical, Against, Schema, Record, FailOn,
        };
        FailOn.AcceptOnlyFromAmong(FailOnResult.Fail, FailOnResult.TempError);
        EnvelopeOptions.AddTo(command);
        ResolverOptions.AddTo(command);
        SettingsOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if (Forms.Count(option => result.IsOn(option)) > 1)
            {
                result.AddError("--brief, --explain, --field, --json and --canonical exclude each other: choose one");
            }

            if (result.IsOn(Field) && !EnvelopeOptions.HasClient(result))
            {
                result.AddError("--field needs an envelope that is not a guess: give --ip with --helo and --mail-from, or --border");
            }

            if (result.GetResult(Against) is not null && (result.IsOn(Brief) || result.IsOn(Field) || result.IsOn(Canonical)))
            {
                result.AddError("--against shows differences in the explanation or in --json: leave --brief, --field and --canonical out");
            }

            if (result.GetResult(FailOn) is not null && !EnvelopeOptions.HasClient(result))
            {
                result.AddError("--fail-on needs an envelope that is not a guess: give --ip with --helo and --mail-from, or --border");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth verify message.eml
              emailauth verify message.eml --ip 192.0.2.1 --helo mail.example.com --mail-from alice@example.com
              emailauth verify message.eml --brief
              emailauth verify --zone zone.json --json < message.eml
              emailauth verify --field --ip 192.0.2.1 --helo mail.example.com --mail-from alice@example.com < message.eml
              emailauth verify message.eml --html page.html
              emailauth verify message.eml --record incident.json
              emailauth verify message.eml --options /etc/emailauth/settings.json --set Dkim:MinRsaBits=2048
              emailauth verify archive.mbox Maildir/cur --border mx.example.org
              emailauth verify message.eml --border 2 --fail-on fail
              emailauth verify message.eml --against sent.eml
              emailauth verify message.eml --canonical
              emailauth verify --schema > outcome.schema.json

            Without --ip and --border the envelope is a guess from fields of the message, which its sender may have written: the
            verdict only explains. Then there is no Authentication-Results field, and DMARC does not fail where SPF could not be checked.

            Exit codes: 0 there is a verdict, whatever it is, 1 a message has a result that --fail-on names, 2 wrong usage, 3 the
            input cannot be read, has no message or is not one (gzip, an Outlook .msg file, UTF-16, no data, a leading empty line), or with
            --fail-on --border does not give its client, 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.Outcome);
        }

        var paths = PathsOf(arguments);
        var source = MessageSource.Of(paths);
        var recordPath = arguments.GetValue(Record);
        if (source.IsMany && recordPath?.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) is false)
        {
            throw SeveralInOneRecording();
        }

        if (source.IsMany && arguments.GetValue(Page) is not null)
        {
            throw SeveralOnOnePage();
        }

        var form = FormOf(arguments, source.IsMany);
        var against = arguments.GetValue(Against);
        if (source.IsMany && (against is not null || form == OutcomeForm.Canonical))
        {
            throw new CommandException(ExitCode.Usage, "--against and --canonical are for one message: give one file");
        }

        string?[] inputs = [.. paths, against, ResolverOptions.ZoneOf(arguments), SettingsOptions.FileOf(arguments)];
        OutputFile.Refuse(recordPath, [.. inputs, arguments.GetValue(Page)]);
        OutputFile.Refuse(arguments.GetValue(Page), inputs);
        var settings = SettingsOptions.Read(arguments);
        var resolver = ResolverOptions.CreateResolver(arguments, settings.ToResolverOptions());
        ReadOnlyMemory<byte>? copy = against is null ? (ReadOnlyMemory<byte>?)null : await MessageFile.ReadAsync(against, cancellationToken);
        var verification = new Verification(
            resolver,
            EnvelopeOptions.ChoiceOf(arguments),
            settings.ToOptions() with { TimeProvider = EnvelopeOptions.ClockOf(arguments) },
            recordPath is not null,
            IsSearched(form, source.IsMany) || arguments.GetValue(Page) is not null ? new SignatureSearch(resolver, copy) : null);
        await using var recording = recordPath is null ? null : OutputFile.Open(recordPath, $"the recording '{recordPath}'");
        var failOn = new FailOnResult(arguments.GetValue(FailOn));
        var exitCode = source.IsMany
            ? await VerifyManyAsync(source, verification, new OutcomeList(form), failOn, recording, cancellationToken)
            : await VerifyOneAsync(
                source,
                verification,
                new OneMessageOutput(form, arguments.GetValue(Page), ResolverOptions.SourceOf(arguments)),
                failOn,
                recording,
                recordPath,
                cancellationToken);
        await (recording?.CompleteAsync(cancellationToken) ?? Task.CompletedTask);
        return exitCode;
    }

    // A search takes up to seconds, so that it is for a message that is looked at, and not for an archive that is read by a program.
    private static bool IsSearched(OutcomeForm form, bool isMany) => form == OutcomeForm.Explanation || (form == OutcomeForm.Json && !isMany);

    private static OutcomeForm FormOf(ParseResult arguments, bool isMany) =>
        arguments.GetValue(Json) ? OutcomeForm.Json
        : arguments.GetValue(Field) ? OutcomeForm.Field
        : arguments.GetValue(Canonical) ? OutcomeForm.Canonical
        : arguments.GetValue(Explain) || (!isMany && !arguments.GetValue(Brief)) ? OutcomeForm.Explanation
        : OutcomeForm.Brief;

    // A command that waits silently for a terminal looks as if it hangs. A user who wants to type a message passes "-".
    private static string[] PathsOf(ParseResult arguments) => arguments.GetValue(Messages) switch
    {
        [_, ..] paths => paths,
        _ when Console.IsInputRedirected => ["-"],
        _ => throw new CommandException(
            ExitCode.Usage, "MESSAGE is missing: give a file, an mbox file or a folder; or send a message to standard input (see 'emailauth verify --help')"),
    };

    private static async Task<int> VerifyOneAsync(
        MessageSource source, Verification verification, OneMessageOutput output, FailOnResult failOn, OutputFile? recording, string? recordPath, CancellationToken cancellationToken)
    {
        var isLine = recordPath?.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) is true;
        var count = 0;
        await foreach (var message in source.ReadAsync(cancellationToken))
        {
            // Only reading shows that a pipe has several messages.
            if (++count > 1 && recording is not null && !isLine)
            {
                throw SeveralInOneRecording();
            }

            if (count > 1 && output.PagePath is not null)
            {
                throw SeveralOnOnePage();
            }

            var verified = await verification.VerifyAsync(message, cancellationToken);
            failOn.Add(verified);
            await output.WriteAsync(verified, cancellationToken);
            if (recording is not null)
            {
                Warn(verified);
                await recording.WriteAsync((isLine ? verified.Recording!.ToJsonLine() : verified.Recording!.ToJson()) + "\n", cancellationToken);
            }
        }

        return failOn.ExitCode;
    }

    private static async Task<int> VerifyManyAsync(
        MessageSource source, Verification verification, OutcomeList list, FailOnResult failOn, OutputFile? recording, CancellationToken cancellationToken)
    {
        using (var progress = new Progress("messages"))
        {
            var results = OrderedWork.RunAsync(
                source.ReadAsync(cancellationToken),
                message => verification.VerifyAsync(message, cancellationToken),
                message => message.Bytes.Length,
                Environment.ProcessorCount,
                OrderedWork.DefaultInFlight,
                cancellationToken);
            await foreach (var verified in results)
            {
                list.Add(verified);
                failOn.Add(verified);
                if (recording is not null && verified.Recording is { } vector)
                {
                    Warn(verified);
                    await recording.WriteAsync(vector.ToJsonLine() + "\n", cancellationToken);
                }

                progress.Advance();
            }
        }

        list.Finish();
        return list.UnreadableCount > 0 && failOn.ExitCode == ExitCode.Success ? ExitCode.Input : failOn.ExitCode;
    }

    private static CommandException SeveralOnOnePage() => new(ExitCode.Usage, "--html makes the page of one message: give one");

    private static CommandException SeveralInOneRecording() =>
        new(ExitCode.Usage, "many messages are recorded one a line: give --record a file name that ends in .jsonl");

    private static void Warn(VerifiedMessage verified)
    {
        if (verified.ReplayMismatch is { } mismatch)
        {
            Console.Error.WriteLine($"emailauth: the recording of {VisibleText.Of(verified.Name)} does not give the same result when replayed: {VisibleText.Of(mismatch)}");
        }
    }
}
