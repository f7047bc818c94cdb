using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using EmailAuth.Cli.Serve;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Service;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth serve</c>: judges messages for hosts on this machine, over HTTP.</summary>
internal static class ServeCommand
{
    public const string Name = "serve";

    private const string Systemd = "systemd";
    private const string DefaultAddress = "inet:8892@127.0.0.1";

    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = $"Where hosts connect: {ListenAddress.Forms}; or systemd, for the sockets of a socket unit. May be given several times. Default: {DefaultAddress}.",
        HelpName = "ADDRESS",
    };

    private static readonly Option<string> SocketMode = new("--socket-mode")
    {
        Description = "The access rights of Unix sockets, in octal.",
        HelpName = "MODE",
        DefaultValueFactory = _ => "0660",
    };

    private static readonly Option<string?> SocketGroup = new("--socket-group")
    {
        Description = "The group of Unix sockets, a name or number. Default: the group of the process.",
        HelpName = "GROUP",
    };

    private static readonly Option<string?> TokenFile = new("--token-file")
    {
        Description = $"The file with the token that each request must have; others must not be able to read it. Or set {AccessToken.Variable}.",
        HelpName = "FILE",
    };

    private static readonly Option<long> MaxMessageBytes = Number("--max-message-bytes", "The largest message, in bytes.", 50 * 1024 * 1024, 1024, 1L << 40);
    private static readonly Option<long> MaxRequests = Number("--max-requests", "How many messages are checked at a time.", 64, 1, 100_000);
    private static readonly Option<long> MaxWaiting = Number("--max-waiting", "How many further requests wait for a place; others get 503.", 256, 0, 100_000);
    private static readonly Option<long> WaitSeconds = Number("--wait-timeout", "Seconds that a request waits for a place.", 10, 0, 3600);
    private static readonly Option<long> Seconds = Number("--timeout", "Seconds that a check may take, with the arrival of the message.", 60, 1, 3600);
    private static readonly Option<long> IdleSeconds = Number("--idle-timeout", "Seconds that a connection may be idle between requests.", 120, 1, 86_400);
    private static readonly Option<long> DrainSeconds = Number("--drain-timeout", "Seconds that checks in progress may take when the service stops.", 30, 0, 3600);
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "Write no line for each message, only errors." };

    public static Command Create()
    {
        var command = new Command(Name, "Judges messages for mail software on this host, over HTTP: for Exim, Haraka, filters and scripts.")
        {
            Listen, SocketMode, SocketGroup, TokenFile, MaxMessageBytes, MaxRequests, MaxWaiting, WaitSeconds, Seconds, IdleSeconds, DrainSeconds, Quiet,
        };
        EnvelopeOptions.AddIdentityTo(command);
        ResolverOptions.AddTo(command);
        SettingsOptions.AddTo(command);
        command.Validators.Add(Validate);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth serve --authserv-id mx.example.org
              emailauth serve --listen unix:/run/emailauth-serve/serve.sock --socket-mode 0660 --options /etc/emailauth/settings.json
              curl --unix-socket /run/emailauth-serve/serve.sock -H 'Content-Type: message/rfc822' --data-binary @message.eml \
                'http://localhost/v1/check?client_ip=192.0.2.1&helo=mail.example.com&mail_from=alice%40example.com'
              emailauth serve --listen 192.0.2.10:8892 --token-file /etc/emailauth/token

            /v1/check judges a message, /openapi.json describes the requests, /health and /metrics are for monitoring. Other hosts are served
            only with a token. SIGTERM ends the service after the checks in progress.

            Exit codes: 0 the service ended normally, 2 wrong usage or settings, 3 the service cannot listen, a file cannot be read, or OpenSSL is missing.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        await using var host = ServeHost.Create(OptionsOf(arguments), Console.Error, arguments.GetValue(Quiet) ? LogLevel.Warning : LogLevel.Information);
        try
        {
            await host.RunAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Input, $"cannot serve: {e.Message}", e);
        }
    }

    private static ServeOptions OptionsOf(ParseResult arguments)
    {
        var settings = SettingsOptions.Read(arguments);
        var addresses = AddressesOf(arguments);
        return new ServeOptions
        {
            Listen = [.. addresses.Where(static text => text != Systemd).Select(static text => ListenAddress.Parse(text)!)],
            UsesSystemdSockets = addresses.Contains(Systemd),
            SocketMode = ModeOf(arguments.GetValue(SocketMode)!)!.Value,
            SocketGroup = arguments.GetValue(SocketGroup) is { } group ? SystemAccounts.Group(group) : null,
            Token = AccessToken.Read(arguments.GetValue(TokenFile), Environment.GetEnvironmentVariable(AccessToken.Variable)),
            Authentication = settings.ToOptions() with { TimeProvider = EnvelopeOptions.ClockOf(arguments) },
            Resolver = ResolverOptions.CreateResolver(arguments, settings.ToResolverOptions()),
            MaxMessageBytes = arguments.GetValue(MaxMessageBytes),
            MaxRequests = (int)arguments.GetValue(MaxRequests),
            MaxWaiting = (int)arguments.GetValue(MaxWaiting),
            WaitTimeout = TimeSpan.FromSeconds(arguments.GetValue(WaitSeconds)),
            Timeout = TimeSpan.FromSeconds(arguments.GetValue(Seconds)),
            IdleTimeout = TimeSpan.FromSeconds(arguments.GetValue(IdleSeconds)),
            DrainTimeout = TimeSpan.FromSeconds(arguments.GetValue(DrainSeconds)),
        };
    }

    private static string[] AddressesOf(ParseResult arguments) => arguments.GetValue(Listen) is [_, ..] given ? given : [DefaultAddress];

    private static void Validate(CommandResult result)
    {
        foreach (var token in result.GetResult(Listen)?.Tokens ?? [])
        {
            if (token.Value != Systemd && ListenAddress.Parse(token.Value) is null)
            {
                result.AddError($"--listen must be {ListenAddress.Forms}, or {Systemd}, not '{token.Value}'");
            }
        }

        if (result.GetResult(SocketMode)?.Tokens is [var mode] && ModeOf(mode.Value) is null)
        {
            result.AddError($"--socket-mode must be access rights in octal, such as 0660, not '{mode.Value}'");
        }

        if (result.GetResult(SocketGroup)?.Tokens is [var group] && SystemAccounts.Group(group.Value) is null)
        {
            result.AddError($"--socket-group must be a group of this machine, not '{group.Value}'");
        }
    }

    private static UnixFileMode? ModeOf(string text) =>
        text.Length is >= 3 and <= 4 && text.All(static c => c is >= '0' and <= '7') && (text.Length == 3 || text[0] == '0')
            ? (UnixFileMode)text.Aggregate(0, static (bits, digit) => (bits << 3) | (digit - '0'))
            : null;

    private static Option<long> Number(string name, string description, long value, long least, long most)
    {
        var option = new Option<long>(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} {least} to {most}."),
            HelpName = "N",
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token]
                && (!long.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, not '{token.Value}'"));
            }
        });
        return option;
    }
}
