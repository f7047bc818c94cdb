using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth sign</c>: reads a message, and prints it with a DKIM signature of each key on top.</summary>
internal static class SignCommand
{
    private const int MostDays = 36_525;

    private static readonly Argument<string> Message = new("MESSAGE")
    {
        Description = "The message to send: a file, or - for standard input. If its header lines end in LF, it is signed as it leaves, with CRLF.",
    };

    private static readonly Option<string[]> Key = new("--key")
    {
        Description = "The private key: a PEM file with an RSA key (PKCS#1 or PKCS#8) or an Ed25519 key (PKCS#8). Give it twice to sign with two keys.",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<string[]> Selector = new("--selector")
    {
        Description = "The selector: the public key is at SELECTOR._domainkey.DOMAIN. Give one for each key, in the same order.",
        HelpName = "SELECTOR",
        Required = true,
    };

    private static readonly Option<DomainName[]> Domain = new("--domain")
    {
        Description = "The domain that signs: d= of the signature. Give one, or one for each key.",
        HelpName = "DOMAIN",
        Required = true,
        CustomParser = KeyOptions.ParseDomains,
    };

    private static readonly Option<string?> Passphrase = KeyOptions.Passphrase("A file whose first line is the passphrase of the keys. Needed if they are encrypted.");

    private static readonly Option<string> Canonicalization = new("--canonicalization")
    {
        Description = "How header and body are prepared: HEADER/BODY, each simple or relaxed. Default: relaxed/relaxed.",
        HelpName = "C",
        DefaultValueFactory = _ => "relaxed/relaxed",
    };

    private static readonly Option<string?> Fields = new("--headers")
    {
        Description = "The header fields to sign, such as from:to:subject. Default: the fields that people and filters read.",
        HelpName = "NAMES",
    };

    private static readonly Option<string?> Oversigned = new("--oversign")
    {
        Description = "The header fields that nobody may add afterwards, such as from:subject. Default: the fields that people see, and those of MIME.",
        HelpName = "NAMES",
    };

    private static readonly Option<string?> User = new("--user")
    {
        Description = "The user or agent in whose name the domain signs (i=), such as @news.example.com. Default: none.",
        HelpName = "IDENTITY",
    };

    private static readonly Option<int?> Days = CreateDays();

    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Look up the published record of each key first. If receivers cannot verify with it, nothing is signed.",
    };

    public static Command Create()
    {
        var command = new Command("sign", "Signs a message before it is sent (DKIM, RFC 6376), and prints it with the signature on top.")
        {
            Message, Domain, Selector, Key, Passphrase, Canonicalization, Fields, Oversigned, User, Days, Check,
        };
        EnvelopeOptions.AddTimeTo(command);
        ResolverOptions.AddTo(command);
        command.Validators.Add(CheckCounts);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth sign message.eml --domain example.com --selector s1 --key s1.pem > signed.eml
              emailauth sign message.eml --domain example.com --selector s1 --key s1.pem --selector e1 --key e1.pem > signed.eml
              emailauth new-key --domain example.com    makes a key and the record to publish

            The message itself is printed unchanged. Sign last, after every other change, and only mail of senders that you know.

            Exit codes: 0 signed, 1 not signed (standard error says why, and nothing is printed), 2 wrong usage, 3 a file or key that cannot
            be read.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var files = arguments.GetRequiredValue(Key);
        var keys = new List<PemSigningKey>();
        try
        {
            foreach (var file in files)
            {
                keys.Add(KeyFile.Load(file, arguments.GetValue(Passphrase)));
            }

            var signer = CreateSigner(arguments, keys);
            var message = await MessageFile.ReadAsync(arguments.GetRequiredValue(Message), cancellationToken);
            var signing = await signer.SignAsync(message, cancellationToken);
            foreach (var warning in signing.Warnings)
            {
                Console.Error.WriteLine($"emailauth: {VisibleText.Of(warning)}");
            }

            if (signing.Reason is { } reason)
            {
                throw new CommandException(ExitCode.Failure, $"not signed: {reason}");
            }

            await PrintAsync(signing.Fields, message, cancellationToken);
            return ExitCode.Success;
        }
        finally
        {
            keys.ForEach(static key => key.Dispose());
        }
    }

    private static DkimSigner CreateSigner(ParseResult arguments, List<PemSigningKey> keys)
    {
        var domains = arguments.GetRequiredValue(Domain);
        var selectors = arguments.GetRequiredValue(Selector);
        try
        {
            var options = DkimSignerOptions.Default with { Lifetime = arguments.GetValue(Days) is { } days ? TimeSpan.FromDays(days) : null };
            options = Named(arguments.GetValue(Fields)) is { } fields ? options with { FieldNames = fields } : options;
            options = Named(arguments.GetValue(Oversigned)) is { } oversigned ? options with { OversignedFieldNames = oversigned } : options;
            var (header, body) = ReadCanonicalization(arguments.GetRequiredValue(Canonicalization));
            return new DkimSigner(
                [
                    .. keys.Select((key, index) => new DkimSigningIdentity
                    {
                        Domain = domains[domains.Length == 1 ? 0 : index],
                        Selector = selectors[index],
                        Key = key,
                        UserIdentity = arguments.GetValue(User),
                    }),
                ],
                options with { HeaderCanonicalization = header, BodyCanonicalization = body },
                arguments.GetValue(Check) ? ResolverOptions.CreateResolver(arguments) : null,
                EnvelopeOptions.ClockOf(arguments));
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, CommandException.Sentence(e), e);
        }
    }

    // The signatures end their lines as the message does, so that a file with LF line ends stays one.
    private static async Task PrintAsync(ImmutableArray<string> fields, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var isLineFeed = LineEndings.AreLineFeeds(message.Span);
        await using var output = StandardOutput.Open();
        foreach (var field in fields)
        {
            var text = field + "\r\n";
            await output.WriteAsync(Encoding.UTF8.GetBytes(isLineFeed ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text), cancellationToken);
        }

        await output.WriteAsync(message, cancellationToken);
    }

    private static void CheckCounts(CommandResult result)
    {
        int Count(Option option) => result.GetResult(option)?.Tokens.Count ?? 0;
        var (keys, selectors, domains) = (Count(Key), Count(Selector), Count(Domain));
        if (keys > 0 && selectors > 0 && keys != selectors)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{keys} of --key, but {selectors} of --selector: each key needs its selector"));
        }
        else if (domains > 1 && domains != keys)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{domains} of --domain, but {keys} of --key: give one domain, or one for each key"));
        }
    }

    private static Option<int?> CreateDays()
    {
        var option = new Option<int?>("--expires") { Description = "How many days the signature is valid (x=). Default: for ever.", HelpName = "DAYS" };
        option.Validators.Add(static result =>
        {
            if (result.Tokens is [.., var token]
                && !(int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--expires is in days, 1 to {MostDays}, not '{token.Value}'"));
            }
        });
        return option;
    }

    private static ImmutableArray<string>? Named(string? names) => names is null ? null : [.. names.Split(':', StringSplitOptions.TrimEntries)];

    private static (SignatureCanonicalization Header, SignatureCanonicalization Body) ReadCanonicalization(string text)
    {
        // As in c= (RFC 6376 section 3.5), where a missing body means simple.
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return (One(slash < 0 ? text : text[..slash]), One(slash < 0 ? "simple" : text[(slash + 1)..]));

        SignatureCanonicalization One(string word) => word.ToLowerInvariant() switch
        {
            "simple" => SignatureCanonicalization.Simple,
            "relaxed" => SignatureCanonicalization.Relaxed,
            _ => throw new CommandException(ExitCode.Usage, $"--canonicalization is HEADER/BODY, each simple or relaxed, such as relaxed/simple, not '{text}'"),
        };
    }
}
