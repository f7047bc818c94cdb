using System.CommandLine;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Messages;
using EmailAuth.Removal;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth seal</c>: reads a message, and prints it with an ARC set on top.</summary>
internal static class SealCommand
{
    private static readonly Argument<string> Message = new("MESSAGE")
    {
        Description = "The message to send: a file, or - for standard input. If all line ends are LF, they are read as CRLF.",
    };

    private static readonly Option<string> Key = new("--key")
    {
        Description = "The private key: a PEM file with an RSA key (PKCS#1 or PKCS#8) or an Ed25519 key (PKCS#8).",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string?> Passphrase = KeyOptions.Passphrase("A file whose first line is the passphrase of the key. Needed if it is encrypted.");

    private static readonly Option<string> Selector = new("--selector")
    {
        Description = "The selector: the public key is at SELECTOR._domainkey.DOMAIN.",
        HelpName = "SELECTOR",
        Required = true,
    };

    private static readonly Option<DomainName?> Domain = new("--domain")
    {
        Description = "The domain that seals: d= of the seal.",
        HelpName = "DOMAIN",
        Required = true,
        CustomParser = KeyOptions.ParseDomain,
    };

    private static readonly Option<string?> Fields = new("--headers")
    {
        Description = "The header fields to sign, such as from:to:subject. Default: the fields that people and filters read.",
        HelpName = "NAMES",
    };

    private static readonly Option<string?> Arrived = new("--arrived")
    {
        Description = "The message as it arrived, if MESSAGE was changed after that. The arriving chain is verified with it.",
        HelpName = "FILE",
    };

    public static Command Create()
    {
        var command = new Command("seal", "Seals a message before it is forwarded (ARC, RFC 8617), and prints it with the new ARC set on top.")
        {
            Message, Key, Passphrase, Selector, Domain, Fields, Arrived,
        };
        EnvelopeOptions.AddIdentityTo(command);
        ResolverOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth seal message.eml --key list.pem --selector arc --domain list.example > sealed.eml
              emailauth seal changed.eml --arrived original.eml --key list.pem --selector arc --domain list.example

            The seal records the results of the topmost Authentication-Results field that claims --authserv-id, and of no other field. Seal only
            mail to which your host added that field: in other mail the topmost field may be forged.

            Exit codes: 0 sealed, or no seal may be added (standard error says why, and the message is printed with CRLF line ends and otherwise
            unchanged), 2 wrong usage, 3 a file or key that cannot be read.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (authservId, clock) = (EnvelopeOptions.NameOf(arguments).Name, EnvelopeOptions.ClockOf(arguments));
        using var key = KeyFile.Load(arguments.GetRequiredValue(Key), arguments.GetValue(Passphrase));
        using var sealer = CreateSealer(arguments, key, clock);
        var resolver = ResolverOptions.CreateResolver(arguments);
        var message = LineEndings.ToCrlf(await MessageFile.ReadAsync(arguments.GetRequiredValue(Message), cancellationToken));
        var asArrived = arguments.GetValue(Arrived) is { } path ? LineEndings.ToCrlf(await MessageFile.ReadAsync(path, cancellationToken)) : message;
        var arrived = await new ArcVerifier(resolver, null, clock).VerifyAsync(asArrived, cancellationToken);
        var sealing = sealer.Seal(message, arrived, ArcSealer.ReadTopmostResults(asArrived, authservId));
        if (sealing.Reason is { } reason)
        {
            Console.Error.WriteLine($"emailauth: no seal was added: {reason}");
        }
        else if (ArrivingResultFields.Find(HeaderBlock.Parse(asArrived), authservId).Length is > 1 and var claims)
        {
            Console.Error.WriteLine(
                $"emailauth: {claims} Authentication-Results fields claim {VisibleText.Of(authservId)}: only the topmost is sealed, the others may be forged");
        }

        await using var output = StandardOutput.Open();
        foreach (var field in sealing.Fields)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(field + "\r\n"), cancellationToken);
        }

        await output.WriteAsync(message, cancellationToken);
        return ExitCode.Success;
    }

    private static ArcSealer CreateSealer(ParseResult arguments, PemSigningKey key, TimeProvider time)
    {
        try
        {
            return new ArcSealer(key, new ArcSealerOptions
            {
                Domain = arguments.GetRequiredValue(Domain)!,
                Selector = arguments.GetRequiredValue(Selector),
                FieldNames = arguments.GetValue(Fields) is { } names ? [.. names.Split(':', StringSplitOptions.TrimEntries)] : [],
            }, time);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, CommandException.Sentence(e), e);
        }
    }
}
