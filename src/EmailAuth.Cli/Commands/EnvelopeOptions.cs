using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary>The options that say how the message came, under which name it is judged, and when.</summary>
internal static class EnvelopeOptions
{
    public static readonly Option<IPAddress?> Ip = new("--ip")
    {
        Description = "The address the client connected from. Without it nothing can be said of the client: SPF and reverse DNS cannot be checked.",
        HelpName = "ADDRESS",
        CustomParser = ParseAddress,
    };

    public static readonly Option<string?> Helo = new("--helo") { Description = "What the client said in HELO or EHLO.", HelpName = "NAME" };

    private static readonly Option<string?> MailFrom = CreateMailFrom();

    public static readonly Option<string> AuthservId = new("--authserv-id")
    {
        Description = "The name under which the results are given (RFC 8601 section 2.5). Default: this host's name.",
        HelpName = "ID",
        DefaultValueFactory = _ => HostName(),
    };

    private static readonly Option<DateTimeOffset?> Now = new("--now")
    {
        Description = "Judge as of this moment, such as 2026-06-10T13:40:00Z. Default: now.",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    public static void AddTo(Command command)
    {
        command.Options.Add(Ip);
        command.Options.Add(Helo);
        command.Options.Add(MailFrom);
        AddIdentityTo(command);
    }

    /// <summary>Those alone that say under which name the message is judged, and when.</summary>
    public static void AddIdentityTo(Command command)
    {
        command.Options.Add(AuthservId);
        command.Options.Add(Now);
        AuthservId.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            {
                result.AddError("--authserv-id must not be empty: give the name of your mail system, such as mx.example.org");
            }
            else if (result.Tokens.Any(token => token.Value.Length > 255 || token.Value.Any(char.IsControl)))
            {
                result.AddError("--authserv-id has at most 255 characters and no control character");
            }
        });
    }

    public static SmtpEnvelope CreateEnvelope(ParseResult arguments) =>
        new(arguments.GetValue(Ip), arguments.GetValue(Helo), arguments.GetValue(MailFrom));

    /// <summary>The name under which results are given, and whether the user gave it.</summary>
    public static (string Name, bool IsGiven) NameOf(ParseResult arguments) =>
        (arguments.GetValue(AuthservId)!, arguments.GetResult(AuthservId) is { Implicit: false });

    /// <summary>The clock of a command: the user's moment, or now.</summary>
    public static TimeProvider ClockOf(ParseResult arguments) => arguments.GetValue(Now) is { } now ? new FixedClock(now) : TimeProvider.System;

    // A path that cannot be read gives "none" for SPF, which would hide a slip of the finger. Vectors and batch lines take any.
    private static Option<string?> CreateMailFrom()
    {
        var option = new Option<string?>("--mail-from") { Description = "The reverse-path of MAIL FROM; \"\" or \"<>\" for the null one.", HelpName = "PATH" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [.., var token] && ReversePath.Parse(token.Value).Error is { } error)
            {
                result.AddError($"--mail-from takes an address such as joe@example.com, or \"\" for a bounce, not '{token.Value}': {error.Reason}");
            }
        });
        return option;
    }

    private static string HostName() =>
        DomainName.Parse(Environment.MachineName) is { IsSuccess: true } name ? name.Value.ToString() : "localhost";

    private static IPAddress? ParseAddress(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (IPAddress.TryParse(text, out var address) && IsPlain(text, address))
        {
            return address;
        }

        argument.AddError($"--ip takes an IPv4 or IPv6 address, not '{text}'");
        return null;
    }

    // Not the forms of long ago that the platform still reads (127.1, 0x7f.0.0.1, and 010 for 8), nor brackets, nor a zone.
    private static bool IsPlain(string text, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : !text.AsSpan().ContainsAny('%', '[');

    /// <summary>Reads <c>--now</c>: ISO 8601, in UTC without an offset; a time of the day alone is not one, nor is a date in another order.</summary>
    public static DateTimeOffset? ParseTime(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (text is [_, _, _, _, '-', ..] && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time;
        }

        argument.AddError($"--now takes a time such as 2026-06-10T13:40:00Z, not '{text}'");
        return null;
    }
}
