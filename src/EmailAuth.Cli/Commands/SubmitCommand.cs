using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Nats;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth submit</c>: puts messages into the stream that workers judge.</summary>
internal static class SubmitCommand
{
    private static readonly Argument<string[]> Paths = new("MESSAGE")
    {
        Description = "Files with a message, folders of them (Maildir, too), mbox files, or - for standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Subject = new("--subject") { Description = "The subject of the lines, which the stream has to take. Default: STREAM.lines.", HelpName = "SUBJECT" };

    private static readonly Option<string?> ManifestFile = new("--manifest")
    {
        Description = "Note here what was submitted. A run that was cut goes on from there when the same command is given again.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Lines = new("--lines") { Description = "The files have lines of 'emailauth batch' instead of messages." };

    private static readonly Option<int> InFlight = JobsOption.CreateInFlight();

    public static Command Create()
    {
        var command = new Command("submit", "Puts messages into a NATS JetStream stream, for 'emailauth worker' to judge.") { Paths, Subject, ManifestFile, Lines, InFlight };
        NatsOptions.AddTo(command);
        NatsOptions.CheckSubject(command, Subject);
        EnvelopeOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth submit --nats nats://127.0.0.1:4222 --stream MAIL --create --manifest run.jsonl archive/
              emailauth submit --nats nats://127.0.0.1:4222 --stream MAIL --manifest run.jsonl --border mx.example.org mail.mbox
              emailauth submit --nats nats://127.0.0.1:4222 --stream MAIL --lines messages.jsonl

            Without --ip or --border a line has no envelope, and SPF has no result: an envelope is not guessed. The result of a message has its name
            (FILE, or FILE:N in an mbox file) as the id.

            Exit codes: 0 all were submitted, 2 wrong usage, 3 some could not be read or are too large, or the server or stream cannot be used,
            130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        // A file that is not there is said before a server is asked.
        var source = arguments.GetValue(Lines) ? null : MessageSource.Of(arguments.GetRequiredValue(Paths), isMany: true);
        await using var link = await NatsLink.OpenAsync(NatsOptions.ConnectionOf(arguments), Warn, cancellationToken);
        var exitCode = ExitCode.Success;
        await link.WithRightsAsync(async ended => exitCode = await SubmitAsync(arguments, source, link, ended), cancellationToken);
        return exitCode;
    }

    private static async Task<int> SubmitAsync(ParseResult arguments, MessageSource? source, NatsLink link, CancellationToken cancellationToken)
    {
        var stream = NatsOptions.StreamOf(arguments);
        var subject = arguments.GetValue(Subject) ?? $"{stream}.lines";
        var streams = new WorkStreams(link.JetStream, NatsOptions.Creates(arguments));
        await streams.LinesAsync(stream, cancellationToken);
        if (await streams.KeeperNameAsync(subject, cancellationToken) is var keeper && keeper != stream)
        {
            throw new CommandException(
                ExitCode.Input,
                keeper is null ? $"the stream '{stream}' does not take the subject {subject}: give one of its subjects with --subject" : $"the subject {subject} is of the stream '{keeper}', not of '{stream}'");
        }

        await using var manifest = await Manifest.OpenAsync(arguments.GetValue(ManifestFile), stream, cancellationToken);
        var before = manifest.Count;
        var submitter = new Submitter(link, new StreamPublisher(link.JetStream, TimeProvider.System, Warn), manifest, stream, subject);
        using (var progress = new Progress("messages", isAlone: true))
        {
            var lines = source is null ? LinesOfAsync(arguments.GetRequiredValue(Paths), manifest, cancellationToken) : MessagesOfAsync(arguments, source, manifest, cancellationToken);
            await submitter.RunAsync(lines, arguments.GetValue(InFlight), progress, cancellationToken);
        }

        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{submitter.Submitted} messages submitted{Also(submitter.Known, "were there already")}{Also(before, "were submitted before")}{Also(submitter.Failed, "could not be submitted")}"));
        return submitter.Failed == 0 ? ExitCode.Success : ExitCode.Input;
    }

    private static string Also(long count, string what) => count == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", {count} {what}");

    private static void Warn(string line) => Console.Error.WriteLine($"emailauth: {VisibleText.Of(line.ReplaceLineEndings(" "))}");

    private static async IAsyncEnumerable<SubmittedLine> MessagesOfAsync(
        ParseResult arguments, MessageSource source, Manifest manifest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var choice = EnvelopeOptions.ChoiceOf(arguments);
        var (name, isGiven) = EnvelopeOptions.NameOf(arguments);
        await foreach (var message in source.ReadAsync(cancellationToken))
        {
            if (!manifest.Has(message.Name))
            {
                yield return SubmittedLine.Of(message, choice, isGiven ? name : null);
            }
        }
    }

    private static async IAsyncEnumerable<SubmittedLine> LinesOfAsync(string[] paths, Manifest manifest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var path in paths)
        {
            await using var file = path == "-" ? StandardInput.Open() : Open(path);
            await foreach (var line in LineReader.ReadAsync(file, cancellationToken))
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{(path == "-" ? "standard input" : path)}:{line.Number}");
                if (!manifest.Has(name))
                {
                    // The line itself is judged by the worker, whatever it has in it.
                    yield return line.IsTooLong
                        ? new SubmittedLine(name, ReadOnlyMemory<byte>.Empty, string.Create(CultureInfo.InvariantCulture, $"longer than {LineReader.MaxLength} bytes"))
                        : new SubmittedLine(name, line.Bytes.ToArray());
                }

                line.Release();
            }
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MessageFile.Unreadable(path, e);
        }
    }
}
