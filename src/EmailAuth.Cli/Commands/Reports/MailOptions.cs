using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using EmailAuth.Cli.Input;
using EmailAuth.Dkim;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>The options of the commands that mail reports: in whose name, signed by which key, and by which way.</summary>
internal static class MailOptions
{
    private const string PasswordVariable = "EMAILAUTH_SMTP_PASSWORD";
    private const int MaxPasswordBytes = 4096;
    private const int SmtpPort = 25;

    public static readonly Option<ReportMailbox?> ReturnPath = new("--return-path")
    {
        Description = "Where bounces go: \"+\" and a token follow its local part. Default: the address of --email.",
        HelpName = "ADDRESS",
        CustomParser = static argument => Mailbox(argument, "--return-path"),
    };

    private static readonly Option<string> Smarthost = new("--smarthost")
    {
        Description = "The mail server that takes all mail. Default: localhost.",
        HelpName = "HOST[:PORT]",
        DefaultValueFactory = _ => "localhost",
    };

    private static readonly Option<bool> Direct = new("--mx") { Description = "Mail to the servers of the recipients' domains, without a smarthost." };
    private static readonly Option<int> Port = ReportOptions.Number("--mx-port", "The port of the recipients' servers.", "PORT", SmtpPort, 1, 65_535);
    private static readonly Option<bool> Private = new("--mx-private")
    {
        Description = "Mail also to servers whose addresses are not public, such as 10.0.0.1, for trials.",
    };

    private static readonly Option<string> Tls = new("--tls")
    {
        Description = "opportunistic: TLS where the server offers it; required: only with TLS; verified: only with TLS and a valid certificate; implicit: as verified, from the first byte; none.",
        HelpName = "HOW",
        DefaultValueFactory = _ => "opportunistic",
    };

    private static readonly Option<string?> Helo = new("--helo") { Description = "The name for EHLO. Default: the name of this host.", HelpName = "NAME" };
    private static readonly Option<string?> User = new("--smtp-user") { Description = "The user at the smarthost. With \"--tls none\" the password is sent without TLS, else never.", HelpName = "NAME" };

    private static readonly Option<string?> PasswordFile = new("--smtp-password-file")
    {
        Description = $"The file with the password of the user; others must not be able to read it. Or set {PasswordVariable}.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Key = new("--key") { Description = "The private key that signs the mail (DKIM): a PEM file. Without it the mail is not signed.", HelpName = "FILE" };
    private static readonly Option<string?> Selector = new("--selector") { Description = "The selector of the key: the record is at SELECTOR._domainkey.DOMAIN, the domain of --email.", HelpName = "SELECTOR" };
    private static readonly Option<string?> Passphrase = KeyOptions.Passphrase("A file whose first line is the passphrase of the key. Needed if it is encrypted.");

    private static readonly Option<IPAddress?> Client = new("--client-ip")
    {
        Description = "The address from which receivers get the mail, for SPF. Default: not known, and DKIM alone counts.",
        HelpName = "ADDRESS",
        CustomParser = ParseAddress,
    };

    /// <summary>The options for the mail itself.</summary>
    public static void AddIdentityTo(Command command)
    {
        ReportOptions.AddIssuerTo(command);
        foreach (var option in (Option[])[ReturnPath, Key, Selector, Passphrase, Client, Helo])
        {
            command.Options.Add(option);
        }

        ResolverOptions.AddTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(ReportOptions.Email)?.Tokens is [.., var email] && !ReportMailbox.TryParse(email.Value, out _))
            {
                result.AddError($"--email must be an address without quotes, such as dmarc@example.org, not '{email.Value}'");
            }

            if (result.GetResult(Key) is not null != result.GetResult(Selector) is not null)
            {
                result.AddError("--key and --selector belong together: give both, or none to send without a signature");
            }
        });
    }

    /// <summary>The options for the way.</summary>
    public static void AddTransportTo(Command command)
    {
        foreach (var option in (Option[])[Smarthost, Direct, Port, Private, Tls, User, PasswordFile])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(static result =>
        {
            if (result.GetResult(Tls)?.Tokens is [.., var tls] && SecurityOf(tls.Value) is null)
            {
                result.AddError($"--tls must be opportunistic, required, verified, implicit or none, not '{tls.Value}'");
            }

            if (result.GetResult(Smarthost) is { Implicit: false, Tokens: [.., var host] } && HostText.ParseServer(host.Value, SmtpPort) is null)
            {
                result.AddError($"--smarthost must be HOST or HOST:PORT, not '{host.Value}'");
            }
        });
    }

    public static IPAddress? ClientOf(ParseResult arguments) => arguments.GetValue(Client);

    public static string? HeloOf(ParseResult arguments) => arguments.GetValue(Helo);

    public static ReportIdentity IdentityOf(ParseResult arguments)
    {
        var issuer = ReportOptions.IssuerOf(arguments) ?? throw new CommandException(ExitCode.Usage, "--email is missing: give the address that sends the reports");
        return ReportMailbox.TryParse(issuer.Email, out var from)
            ? new ReportIdentity { Issuer = issuer, From = from, ReturnPath = arguments.GetValue(ReturnPath) ?? from }
            : throw new CommandException(ExitCode.Usage, "--email must be an address without quotes");
    }

    /// <summary>The signer of the mail, and the key to dispose of; null when no key is given.</summary>
    public static (ReportMailSigner? Signer, PemSigningKey? Key) SignerOf(ParseResult arguments, ReportIdentity identity)
    {
        if (arguments.GetValue(Key) is not { } file)
        {
            return (null, null);
        }

        var key = KeyFile.Load(file, arguments.GetValue(Passphrase));

        try
        {
            var signer = new DkimSigner(
                [new DkimSigningIdentity { Domain = identity.From.Domain, Selector = arguments.GetRequiredValue(Selector)!, Key = key }]);
            return (new ReportMailSigner(signer), key);
        }
        catch (ArgumentException e)
        {
            key.Dispose();
            throw new CommandException(ExitCode.Usage, CommandException.Sentence(e), e);
        }
    }

    public static SmtpTransportOptions TransportOf(ParseResult arguments)
    {
        var isDirect = arguments.GetValue(Direct);
        var place = HostText.ParseServer(arguments.GetRequiredValue(Smarthost), SmtpPort)!;
        return new SmtpTransportOptions
        {
            Smarthost = isDirect ? null : place.Host,
            Port = isDirect ? arguments.GetValue(Port) : place.Port,
            Security = SecurityOf(arguments.GetRequiredValue(Tls))!.Value,
            HeloName = arguments.GetValue(Helo),
            User = isDirect ? null : arguments.GetValue(User),
            Password = ReportOptions.Secret(arguments.GetValue(PasswordFile), PasswordVariable, MaxPasswordBytes),
            AllowsPrivateAddresses = arguments.GetValue(Private),
        };
    }

    private static SmtpSecurity? SecurityOf(string word) => word switch
    {
        "opportunistic" => SmtpSecurity.Opportunistic,
        "required" => SmtpSecurity.Required,
        "verified" => SmtpSecurity.Verified,
        "implicit" => SmtpSecurity.Implicit,
        "none" => SmtpSecurity.None,
        _ => null,
    };

    private static ReportMailbox? Mailbox(ArgumentResult argument, string name)
    {
        if (!ReportMailbox.TryParse(argument.Tokens[0].Value, out var mailbox))
        {
            argument.AddError($"{name} must be an address without quotes, such as bounces@example.org, not '{argument.Tokens[0].Value}'");
        }

        return mailbox;
    }

    private static IPAddress? ParseAddress(ArgumentResult argument)
    {
        if (!HostText.TryParseAddress(argument.Tokens[0].Value, out var address))
        {
            argument.AddError($"--client-ip must be an IP address, not '{argument.Tokens[0].Value}'");
        }

        return address;
    }
}
