using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EmailAuth.Milter.Configuration;
using EmailAuth.Reports.Store;
using EmailAuth.Reports.Store.Incoming;
using EmailAuth.Reports.Store.Writing;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>The options that the commands for reports share.</summary>
internal static class ReportOptions
{
    /// <summary>The environment variable with the password of the database.</summary>
    public const string PasswordVariable = "EMAILAUTH_STORE_PASSWORD";

    /// <summary>Beside the journal of a milter.</summary>
    private const string DefaultStore = "/var/lib/emailauth/reports.db";

    /// <summary>The milter's default, Reports:JournalFolder.</summary>
    private const string DefaultJournal = "/var/lib/emailauth/journal";

    private const int MaxPasswordBytes = 4096;

    public static readonly Option<string[]> Journal = new("--journal")
    {
        Description = $"The folder of a milter's journal, its setting Reports:JournalFolder. May be given several times. Default: {DefaultJournal}.",
        HelpName = "DIR",
    };

    public static readonly Option<string?> OrganizationName = new("--org-name")
    {
        Description = "The name of your organization in the reports. Default: the domain of --email.",
        HelpName = "NAME",
    };

    public static readonly Option<string?> Email = new("--email")
    {
        Description = "The address in the reports at which their readers can ask you. Its domain is in the file names.",
        HelpName = "ADDRESS",
    };

    private static readonly Option<string> Store = new("--store")
    {
        Description = "Where the counts are: a file of SQLite, or PostgreSQL as postgres://user@host/database or as a connection string of Npgsql.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => DefaultStore,
    };

    private static readonly Option<string?> PasswordFile = new("--password-file")
    {
        Description = $"The file with the password for PostgreSQL; others must not be able to read it. Or set {PasswordVariable}.",
        HelpName = "FILE",
    };

    public static void AddStoreTo(Command command)
    {
        command.Options.Add(Store);
        command.Options.Add(PasswordFile);
        EnvelopeOptions.AddTimeTo(command);
        RefusePasswords(command, Store);
    }

    /// <summary>Makes a command refuse an address that has a password in it.</summary>
    public static void RefusePasswords(Command command, Option store)
    {
        command.Validators.Add(result =>
        {
            try
            {
                if (result.GetResult(store)?.Tokens is [.., var token] && ReportStore.HasPassword(token.Value))
                {
                    result.AddError($"--store must not have a password, which other users could see: use --password-file or {PasswordVariable}");
                }
            }
            catch (ReportStoreException e)
            {
                result.AddError(e.Message);
            }
        });
    }

    /// <summary>Where the store is; a file unless it is PostgreSQL.</summary>
    public static string StoreOf(ParseResult arguments) => arguments.GetRequiredValue(Store);

    /// <summary>The file with the password; null when none is given.</summary>
    public static string? PasswordFileOf(ParseResult arguments) => arguments.GetValue(PasswordFile);

    /// <summary>Whether a store was named, for a command that needs none.</summary>
    public static bool IsStoreGiven(CommandResult result) => result.GetResult(Store) is { Implicit: false };

    public static void AddIssuerTo(Command command)
    {
        command.Options.Add(OrganizationName);
        command.Options.Add(Email);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(Email)?.Tokens is [.., var token] && DomainOf(token.Value) is null)
            {
                result.AddError($"--email must be an address such as dmarc@example.org, not '{token.Value}'");
            }
        });
    }

    /// <summary>An option for a whole number.</summary>
    public static Option<int> Number(string name, string description, string unit, int value, int least, int most)
    {
        var option = new Option<int>(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} {least} to {most}."),
            HelpName = unit,
            DefaultValueFactory = _ => value,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [.., var token]
                && (!int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < least || number > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {least} to {most}, not '{token.Value}'"));
            }
        });
        return option;
    }

    /// <summary>The folders of the journals.</summary>
    public static string[] JournalsOf(ParseResult arguments) =>
        arguments.GetValue(Journal) is [_, ..] given ? [.. given.Distinct(StringComparer.Ordinal)] : [DefaultJournal];

    /// <summary>The address of the store, as it may be shown.</summary>
    public static string ShownStore(ParseResult arguments) => ReportStore.Shown(arguments.GetRequiredValue(Store));

    public static Task<IReportStore> OpenAsync(ParseResult arguments, CancellationToken cancellationToken, bool creates = false, StoreOptions? storing = null)
    {
        var options = (storing ?? new StoreOptions()) with { TimeProvider = EnvelopeOptions.ClockOf(arguments) };
        return ReportStore.OpenAsync(arguments.GetRequiredValue(Store), options, Secret(arguments.GetValue(PasswordFile), PasswordVariable, MaxPasswordBytes), creates, cancellationToken);
    }

    /// <summary>Opens a store for a command that only reads in it.</summary>
    public static Task<IReportStore> OpenAsync(string address, CancellationToken cancellationToken) =>
        ReportStore.OpenAsync(address, password: Secret(null, PasswordVariable, MaxPasswordBytes), creates: false, cancellationToken: cancellationToken);

    /// <summary>The part of a store that has the reports of others. All stores that this command opens have it.</summary>
    public static IIncomingReportStore Incoming(IReportStore store) => (IIncomingReportStore)store;

    /// <summary>Who makes the reports; null when no address is given.</summary>
    public static ReportIssuer? IssuerOf(ParseResult arguments)
    {
        if (arguments.GetValue(Email) is not { } email || DomainOf(email) is not { } domain)
        {
            return null;
        }

        return new ReportIssuer
        {
            OrganizationName = arguments.GetValue(OrganizationName) ?? domain.ToString(),
            Email = email,
            Domain = domain,
            Generator = $"EmailAuth {typeof(ReportOptions).Assembly.GetName().Version?.ToString(3)}",
        };
    }

    private static DomainName? DomainOf(string email) =>
        email.LastIndexOf('@') is > 0 and var at && !email.Any(char.IsWhiteSpace) ? DomainName.Parse(email[(at + 1)..]).Value : null;

    /// <summary>A secret of a file, or else of an environment variable; null without.</summary>
    public static string? Secret(string? file, string variableName, int maxBytes)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable(variableName) is { Length: > 0 } variable ? variable : null;
        }

        try
        {
            var text = SecretFile.Read(file, maxBytes, out var isOpen);
            return isOpen
                ? throw new CommandException(ExitCode.Input, $"'{file}' has a password, and others can read or change it: chmod 600 '{file}'")
                : text.TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Input, $"'{file}' does not exist: name a file that has the password", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Input.MessageFile.Unreadable(file, e);
        }
    }
}
