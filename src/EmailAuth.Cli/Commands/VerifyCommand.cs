using System.CommandLine;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth verify</c>: one message in, its Authentication-Results field out.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<string> Message = new("MESSAGE")
    {
        Description = "The message: a file, or - for standard input. A file with LF line ends throughout is read as CRLF.",
    };

    private static readonly Option<bool> Explain = new("--explain")
    {
        Description = "Tell for each check the verdict, the record that decided, the lookups made, and why.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print the whole outcome as JSON." };

    public static Command Create()
    {
        var command = new Command("verify", "Verifies a message and prints the Authentication-Results header field (RFC 8601).")
        {
            Message, Explain, Json,
        };
        EnvelopeOptions.AddTo(command);
        ResolverOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Explain) && result.GetValue(Json))
            {
                result.AddError("--explain and --json cannot go together: choose one");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth verify message.eml
              emailauth verify message.eml --ip 192.0.2.1 --helo mail.example.com --mail-from alice@example.com --explain
              emailauth verify - --zone zone.json --json < message.eml

            Exit codes: 0 a verdict was reached, whatever it is, 2 wrong usage, 3 input that cannot be read, 130 interrupted.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var resolver = ResolverOptions.CreateResolver(arguments);
        var pipeline = new AuthenticationPipeline(resolver, EnvelopeOptions.CreateOptions(arguments));
        var message = await MessageFile.ReadAsync(arguments.GetRequiredValue(Message), cancellationToken);
        var outcome = await pipeline.AuthenticateAsync(EnvelopeOptions.CreateEnvelope(arguments), message, cancellationToken);

        if (arguments.GetValue(Json))
        {
            Console.Out.WriteLine(outcome.ToJson());
        }
        else if (arguments.GetValue(Explain))
        {
            Explanation.Write(Console.Out, outcome);
        }
        else
        {
            Console.Out.WriteLine(outcome.Header.ReplaceLineEndings());
        }

        return ExitCode.Success;
    }
}
