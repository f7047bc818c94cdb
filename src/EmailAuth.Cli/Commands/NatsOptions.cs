using System.CommandLine;
using System.CommandLine.Parsing;
using EmailAuth.Cli.Commands.Reports;
using NATS.Client.Core;
using NATS.NKeys;

namespace EmailAuth.Cli.Commands;

/// <summary>The options for a NATS server: where it is, who we are, TLS, and the stream of work. Secrets are in files or the environment only.</summary>
internal static class NatsOptions
{
    private const string PasswordVariable = "EMAILAUTH_NATS_PASSWORD";
    private const string TokenVariable = "EMAILAUTH_NATS_TOKEN";
    private const string CredentialsVariable = "EMAILAUTH_NATS_CREDS";
    private const string SeedVariable = "EMAILAUTH_NATS_NKEY";
    private const int MaxSecretBytes = 64 * 1024;

    // A server or this machine may be busy; what gets no answer in this time is tried again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly Option<string> Url = new("--nats")
    {
        Description = "The servers: nats://HOST:PORT, or tls://HOST:PORT to use TLS only; several of a cluster with commas between them.",
        HelpName = "URL",
        Required = true,
    };

    private static readonly Option<string> Stream = new("--stream") { Description = "The JetStream stream with the lines to judge.", HelpName = "NAME", Required = true };

    private static readonly Option<string?> CredentialsFile = File("--nats-creds", "The file with the credentials (JWT and seed)", CredentialsVariable);
    private static readonly Option<string?> SeedFile = File("--nats-nkey", "The file with the seed of an NKey", SeedVariable);
    private static readonly Option<string?> TokenFile = File("--nats-token-file", "The file with the token", TokenVariable);
    private static readonly Option<string?> User = new("--nats-user") { Description = "The user.", HelpName = "NAME" };
    private static readonly Option<string?> PasswordFile = File("--nats-password-file", "The file with the user's password", PasswordVariable);
    private static readonly Option<string?> Authorities = new("--nats-ca") { Description = "The certificates of the authorities (PEM) to trust, instead of the system's.", HelpName = "FILE" };
    private static readonly Option<string?> Certificate = new("--nats-cert") { Description = "The certificate of this client (PEM).", HelpName = "FILE" };
    private static readonly Option<string?> CertificateKey = new("--nats-cert-key") { Description = "The key of this certificate (PEM).", HelpName = "FILE" };

    private static readonly Option<bool> Create = new("--create") { Description = "Make the streams and the consumer that do not exist yet." };

    public static void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[Url, Stream, Create, CredentialsFile, SeedFile, TokenFile, User, PasswordFile, Authorities, Certificate, CertificateKey])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(Validate);
    }

    public static string StreamOf(ParseResult arguments) => arguments.GetRequiredValue(Stream);

    public static bool Creates(ParseResult arguments) => arguments.GetValue(Create);

    /// <summary>How to connect. Reads the secrets.</summary>
    /// <exception cref="CommandException">A file cannot be read, others can read it, or it has no such secret.</exception>
    public static NatsOpts ConnectionOf(ParseResult arguments)
    {
        var url = arguments.GetRequiredValue(Url);
        var usesTls = url.Contains("tls://", StringComparison.OrdinalIgnoreCase)
            || arguments.GetValue(Authorities) is not null || arguments.GetValue(Certificate) is not null;
        return new NatsOpts
        {
            Url = url,
            Name = "emailauth",
            AuthOpts = AuthenticationOf(arguments),

            // A server that suddenly speaks without TLS gets nothing.
            TlsOpts = new NatsTlsOpts
            {
                Mode = usesTls ? TlsMode.Require : TlsMode.Auto,
                CaFile = Existing(arguments.GetValue(Authorities)),
                CertFile = Existing(arguments.GetValue(Certificate)),
                KeyFile = Existing(arguments.GetValue(CertificateKey)),
            },
            ConnectTimeout = Patience,
            CommandTimeout = Patience,
            RequestTimeout = Patience,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(250),
            IgnoreAuthErrorAbort = true,
        };
    }

    /// <summary>Checks an option that is a subject under which names of messages are added.</summary>
    public static void CheckSubject(Command command, Option option) => command.Validators.Add(result =>
    {
        if (result.GetResult(option)?.Tokens is [.., var token] && !IsSubject(token.Value))
        {
            result.AddError($"{option.Name} must be a subject such as mail.results, without * and >, not '{token.Value}'");
        }
    });

    /// <summary>Checks an option that is the name of a stream or a consumer.</summary>
    public static void CheckName(Command command, Option option) => command.Validators.Add(result =>
    {
        if (result.GetResult(option)?.Tokens is [.., var token] && !IsName(token.Value))
        {
            result.AddError($"{option.Name} must be a name of letters, digits, - and _, not '{token.Value}'");
        }
    });

    private static bool IsName(string text) => text.Length is > 0 and <= 255 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    // What the server allows in a subject and its wildcards do not use.
    private static bool IsSubject(string text) =>
        text.Length is > 0 and <= 255 && text.All(static c => c is > ' ' and <= '~' and not ('*' or '>')) && text.Split('.').All(static word => word.Length > 0)
            && !text.StartsWith('$');

    private static void Validate(CommandResult result)
    {
        if (result.GetResult(Url)?.Tokens is [.., var url] && FaultOf(url.Value) is { } fault)
        {
            result.AddError(fault);
        }

        if (result.GetResult(Stream)?.Tokens is [.., var stream] && !IsName(stream.Value))
        {
            result.AddError($"--stream must be a name of letters, digits, - and _, not '{stream.Value}'");
        }

        var given = ((ReadOnlySpan<Option>)[CredentialsFile, SeedFile, TokenFile, User]).ToArray().Where(option => result.GetResult(option) is not null).Select(static option => option.Name).ToList();
        if (given.Count > 1)
        {
            result.AddError($"{string.Join(" and ", given)} exclude each other: choose one");
        }

        if ((result.GetResult(Certificate) is null) != (result.GetResult(CertificateKey) is null))
        {
            result.AddError("--nats-cert and --nats-cert-key belong together");
        }
    }

    private static string? FaultOf(string urls)
    {
        foreach (var url in urls.Split(','))
        {
            if (url.Contains('@', StringComparison.Ordinal))
            {
                // The text is not repeated: a log may keep it.
                return $"--nats must not have a user or a password, which other users could see: use --nats-user with --nats-password-file or {PasswordVariable}";
            }

            if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("nats" or "tls") || parsed.Host.Length == 0 || parsed.PathAndQuery is not ("" or "/"))
            {
                return $"--nats must be nats://HOST:PORT or tls://HOST:PORT, several with commas between them, not '{url}'";
            }
        }

        return null;
    }

    private static NatsAuthOpts AuthenticationOf(ParseResult arguments)
    {
        if (arguments.GetValue(User) is { } user)
        {
            return new NatsAuthOpts
            {
                Username = user,
                Password = ReportOptions.Secret(arguments.GetValue(PasswordFile), PasswordVariable, MaxSecretBytes)
                    ?? throw new CommandException(ExitCode.Usage, $"--nats-user needs a password: --nats-password-file or {PasswordVariable}"),
            };
        }

        // An option counts more than a variable that happens to be set.
        var file = (arguments.GetValue(CredentialsFile), arguments.GetValue(SeedFile), arguments.GetValue(TokenFile));
        var isGiven = file is not (null, null, null);
        if (Secret(file.Item1, CredentialsVariable, isGiven) is { } credentials)
        {
            return new NatsAuthOpts { Creds = credentials };
        }

        if (Secret(file.Item2, SeedVariable, isGiven) is { } seed)
        {
            return SeedOf(seed);
        }

        return Secret(file.Item3, TokenVariable, isGiven) is { } token ? new NatsAuthOpts { Token = token } : NatsAuthOpts.Default;
    }

    private static string? Secret(string? file, string variable, bool isGiven) =>
        file is null && isGiven ? null : ReportOptions.Secret(file, variable, MaxSecretBytes);

    // Files of seeds may have comments and the public key beside it.
    private static NatsAuthOpts SeedOf(string text)
    {
        var seed = text.Split('\n').Select(static line => line.Trim()).FirstOrDefault(static line => line.StartsWith("SU", StringComparison.Ordinal));
        try
        {
            if (seed is not null)
            {
                using var pair = KeyPair.FromSeed(seed);
                return new NatsAuthOpts { Seed = seed, NKey = pair.GetPublicKey() };
            }
        }
        catch (Exception e) when (e is NKeysException or ArgumentException or FormatException)
        {
            throw new CommandException(ExitCode.Input, $"the seed of --nats-nkey is not one of a user's NKey: {e.Message}", e);
        }

        throw new CommandException(ExitCode.Input, "--nats-nkey must have the seed of a user's NKey, which begins with SU");
    }

    private static string? Existing(string? file) =>
        file is null || System.IO.File.Exists(file) ? file : throw new CommandException(ExitCode.Input, $"'{file}' does not exist: give a PEM file");

    private static Option<string?> File(string name, string what, string variable) =>
        new(name) { Description = $"{what}; others must not be able to read it. Or set {variable}.", HelpName = "FILE" };
}
