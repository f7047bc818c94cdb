using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary>The options for the envelope of the message, the name of this host in the results, and the time of the check.</summary>
internal static class EnvelopeOptions
{
    /// <summary>
    /// The years that an option may name, in words. Sums of such a time and a duration stay within the calendar, and a signature's t= has no sign (RFC 6376
    /// section 3.5).
    /// </summary>
    public const string Years = "1970-01-01 to 8999-12-31";

    public static readonly Option<IPAddress?> Ip = new("--ip")
    {
        Description = "The IP address of the client. Without it 'verify' guesses the envelope from fields of the message, and 'spf' checks no client.",
        HelpName = "ADDRESS",
        CustomParser = ParseAddress,
    };

    public static readonly Option<string?> Helo = new("--helo") { Description = "The name that the client gave in HELO or EHLO.", HelpName = "NAME" };

    public static readonly Option<string?> MailFrom = CreateMailFrom();

    private static readonly Option<BorderChoice?> Border = new("--border")
    {
        Description = "Take the client from the topmost Received field that HOST wrote, or from Received field N, counted from 1 at the top. You say that it is true.",
        HelpName = "HOST|N",
        CustomParser = ParseBorder,
    };

    public static readonly Option<string> AuthservId = new("--authserv-id")
    {
        Description = "The name of this host in the results (RFC 8601 section 2.5). Default: the host name.",
        HelpName = "ID",
        DefaultValueFactory = _ => HostName(),
    };

    private static readonly Option<DateTimeOffset?> Now = new("--now")
    {
        Description = $"Act at this time, such as 2026-06-10T13:40:00Z, from {Years}. Default: now; for 'verify' the time of the field from which the client is taken.",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    public static void AddTo(Command command)
    {
        command.Options.Add(Ip);
        command.Options.Add(Helo);
        command.Options.Add(MailFrom);
        command.Options.Add(Border);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Ip) is not null && result.GetResult(Border) is not null)
            {
                result.AddError("--ip and --border exclude each other: --ip is the client, --border is where to find it");
            }
        });
        AddIdentityTo(command);
    }

    /// <summary>Only the options for the name of this host and the time of the check.</summary>
    public static void AddIdentityTo(Command command)
    {
        command.Options.Add(AuthservId);
        AddTimeTo(command);
        AuthservId.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
            {
                result.AddError("--authserv-id must not be empty: give the name of your mail system, such as mx.example.org");
            }
            else if (result.Tokens.Any(token => token.Value.Length > 255 || token.Value.Any(char.IsControl)))
            {
                result.AddError("--authserv-id must have at most 255 characters and no control characters");
            }
        });
    }

    /// <summary>Only the option for the time.</summary>
    public static void AddTimeTo(Command command) => command.Options.Add(Now);

    /// <summary>What the user says about the envelope.</summary>
    public static EnvelopeChoice ChoiceOf(ParseResult arguments) => new(
        arguments.GetValue(Ip), arguments.GetValue(Helo), arguments.GetValue(MailFrom), arguments.GetValue(Border), arguments.GetValue(Now));

    /// <summary>Whether the user gives a client, or a Received field to believe. Without either an envelope is a guess.</summary>
    public static bool HasClient(SymbolResult result) => result.GetResult(Ip) is not null || result.GetResult(Border) is not null;

    /// <summary>The name of this host in the results, and whether the user gave it.</summary>
    public static (string Name, bool IsGiven) NameOf(ParseResult arguments) =>
        (arguments.GetValue(AuthservId)!, arguments.GetResult(AuthservId) is { Implicit: false });

    /// <summary>The clock of a command: the time of --now, or the system's.</summary>
    public static TimeProvider ClockOf(ParseResult arguments) => arguments.GetValue(Now) is { } now ? new FixedClock(now) : TimeProvider.System;

    // SPF is "none" for a path that cannot be parsed, which would hide a typing mistake. Vectors and batch lines accept any path.
    private static Option<string?> CreateMailFrom()
    {
        var option = new Option<string?>("--mail-from") { Description = "The reverse-path of MAIL FROM; \"\" or \"<>\" for the null one.", HelpName = "PATH" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [.., var token] && ReversePath.Parse(token.Value).Error is { } error)
            {
                result.AddError($"--mail-from must be an address such as joe@example.com, or \"\" for a bounce, not '{token.Value}': {error.Reason}");
            }
        });
        return option;
    }

    private static string HostName() =>
        DomainName.Parse(Environment.MachineName) is { IsSuccess: true } name ? name.Value.ToString() : "localhost";

    private static IPAddress? ParseAddress(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (HostText.TryParseAddress(text, out var address))
        {
            return address;
        }

        argument.AddError($"--ip must be an IPv4 or IPv6 address, not '{text}'");
        return null;
    }

    private static BorderChoice? ParseBorder(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (BorderChoice.Parse(text) is { } border)
        {
            return border;
        }

        argument.AddError($"--border must be the name of a host or the number of a Received field, from 1 at the top, not '{text}'");
        return null;
    }

    /// <summary>
    /// Reads <c>--now</c>: ISO 8601, in UTC when there is no offset. A time of day without a date and a date in another order are
    /// refused, and years beyond <see cref="Years"/>.
    /// </summary>
    public static DateTimeOffset? ParseTime(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (text is [_, _, _, _, '-', ..] && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            if (IsYear(time.UtcDateTime.Year))
            {
                return time;
            }

            argument.AddError($"--now must be from {Years}, not '{text}'");
            return null;
        }

        argument.AddError($"--now must be a time such as 2026-06-10T13:40:00Z, not '{text}'");
        return null;
    }

    /// <summary>Whether an option may name a year: see <see cref="Years"/>.</summary>
    public static bool IsYear(int year) => year is >= 1970 and <= 8999;
}
