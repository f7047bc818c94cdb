using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth new-key</c>: makes a private key, and prints the record to publish.</summary>
internal static class NewKeyCommand
{
    /// <summary>How many octets a string of a TXT record holds (RFC 1035 section 3.3).</summary>
    private const int StringLength = 255;

    private static readonly Option<string> Algorithm = new("--algorithm")
    {
        Description = "The kind of key: rsa-2048 or rsa-3072, which every receiver verifies, or ed25519 (RFC 8463), which not all do. Default: rsa-2048.",
        HelpName = "KIND",
        DefaultValueFactory = _ => "rsa-2048",
    };

    private static readonly Option<DomainName?> Domain = new("--domain")
    {
        Description = "The domain that signs. Without it the name of the record is relative to the zone of the domain.",
        HelpName = "DOMAIN",
        CustomParser = KeyOptions.ParseDomain,
    };

    private static readonly Option<DomainName?> Selector = new("--selector")
    {
        Description = "The selector of the key. Default: s, the year and the month, such as s202611, because a key should be replaced after some months.",
        HelpName = "SELECTOR",
        CustomParser = ParseSelector,
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "The file for the private key. It must not exist. Default: SELECTOR.pem, or SELECTOR.DOMAIN.pem with --domain.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Passphrase =
        KeyOptions.Passphrase("Encrypt the key with the passphrase on the first line of this file. Default: the key is not encrypted.");

    public static Command Create()
    {
        var command = new Command("new-key", "Makes a private key for signing (DKIM, RFC 6376), and prints the record to publish.")
        {
            Algorithm, Domain, Selector, Out, Passphrase, OutputOptions.Json,
        };
        EnvelopeOptions.AddTimeTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Algorithm) is { Tokens: [var token] } && Read(token.Value) is null)
            {
                result.AddError($"--algorithm must be rsa-2048, rsa-3072 or ed25519, not '{token.Value}'");
            }
        });
        command.SetAction(Run);
        return command.WithExamples("""
            Examples:
              emailauth new-key --domain example.com
              emailauth new-key --domain example.com --selector e1 --algorithm ed25519 --out /etc/dkim/e1.pem

            Only the owner may read the file (mode 0600). A file that exists is never overwritten.

            Exit codes: 0 made, 2 wrong usage, 3 the file exists or cannot be written.

            """);
    }

    private static int Run(ParseResult arguments)
    {
        var (algorithm, bits) = Read(arguments.GetRequiredValue(Algorithm))!.Value;
        var selector = arguments.GetValue(Selector)?.ToString() ?? EnvelopeOptions.ClockOf(arguments).GetUtcNow().ToString("'s'yyyyMM", CultureInfo.InvariantCulture);
        var domain = arguments.GetValue(Domain);
        var name = $"{selector}._domainkey{(domain is null ? string.Empty : $".{domain}")}";
        if (!DomainName.Parse(name).IsSuccess)
        {
            throw new CommandException(ExitCode.Usage, "the selector and the domain together are too long for the DNS (253 characters)");
        }

        if ($".{selector}.{domain}.".Contains("._domainkey.", StringComparison.Ordinal))
        {
            throw new CommandException(ExitCode.Usage, "the selector and the domain are given without _domainkey: of s1._domainkey.example.com they are s1 and example.com");
        }

        var passphrase = arguments.GetValue(Passphrase) is { } file ? KeyFile.ReadPassphrase(file) : null;
        var pem = PemSigningKey.Create(algorithm, bits, passphrase);
        string value;
        using (var key = PemSigningKey.Load(pem, passphrase))
        {
            value = key.Record;
        }

        var path = arguments.GetValue(Out) ?? $"{selector}{(domain is null ? string.Empty : $".{domain}")}.pem";
        Save(path, pem);
        var line = ZoneLine(name, isAbsolute: domain is not null, value);
        if (arguments.GetValue(OutputOptions.Json))
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("private_key", path);
                json.WriteString("algorithm", algorithm);
                json.WriteString("selector", selector);
                json.WriteString("domain", domain?.ToString());
                json.WriteString("name", name);
                json.WriteString("value", value);
                json.WriteString("zone_file", line);
                json.WriteEndObject();
            });
            return ExitCode.Success;
        }

        Console.Out.Write($"""
            Private key, readable by its owner only:
            {VisibleText.Of(path)}

            Name of the TXT record to publish:
            {name}

            Its value, for a form of a DNS provider:
            {value}

            The same as a line of a zone file:
            {line}

            When it is published, check that it belongs to the private key:
            emailauth dkim {domain?.ToString() ?? "DOMAIN"} {selector} --private-key {VisibleText.Of(path)}

            """.ReplaceLineEndings());
        return ExitCode.Success;
    }

    private static (string Algorithm, int Bits)? Read(string kind) => kind.ToLowerInvariant() switch
    {
        "rsa-2048" => ("rsa-sha256", 2048),
        "rsa-3072" => ("rsa-sha256", 3072),
        "ed25519" => ("ed25519-sha256", 256),
        _ => null,
    };

    // The value needs several strings if it is longer than one holds; readers join them (RFC 6376 section 3.6.2.2).
    private static string ZoneLine(string name, bool isAbsolute, string value)
    {
        var line = new StringBuilder(value.Length + 100).Append(name).Append(isAbsolute ? ". IN TXT" : " IN TXT");
        foreach (var part in value.Chunk(StringLength))
        {
            line.Append(" \"").Append(part).Append('"');
        }

        return line.ToString();
    }

    private static void Save(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var isOurs = false;
        try
        {
            using var file = new FileStream(path, options);
            isOurs = true;
            file.Write(Encoding.ASCII.GetBytes(pem + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            if (isOurs)
            {
                // The disk is full: half a key is of no use.
                File.Delete(path);
            }
            else if (Path.Exists(path))
            {
                throw new CommandException(ExitCode.Input, $"'{path}' exists, and is not overwritten, because it may be in use: give another file with --out", e);
            }

            throw new CommandException(ExitCode.Input, $"'{path}' cannot be written: {e.Message}", e);
        }
    }

    private static DomainName? ParseSelector(ArgumentResult argument)
    {
        var selector = DomainName.Parse(argument.Tokens[0].Value);
        if (!selector.IsSuccess)
        {
            argument.AddError($"'{argument.Tokens[0].Value}' is not a selector");
        }

        return selector.Value;
    }
}
