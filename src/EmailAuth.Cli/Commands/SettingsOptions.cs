using System.CommandLine;
using EmailAuth.Milter.Configuration;
using EmailAuth.Settings;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Cli.Commands;

/// <summary>The options for all settings of the library: a file of settings, and single settings that override it.</summary>
internal static class SettingsOptions
{
    private const string Section = "EmailAuth";

    private static readonly Option<string?> Settings = new("--options")
    {
        Description = "Use the settings of this JSON file: the settings of SETTINGS.md, or an appsettings.json with them in \"EmailAuth\".",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "Set one setting, such as Spf:MaxLookups=20; can be repeated, and overrides --options.",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    public static void AddTo(Command command)
    {
        command.Options.Add(Settings);
        command.Options.Add(Set);
        command.Validators.Add(result =>
        {
            foreach (var token in result.GetResult(Set)?.Tokens ?? [])
            {
                if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
                {
                    result.AddError($"--set must be NAME=VALUE, such as Spf:MaxLookups=20, not '{token.Value}'");
                }
            }
        });
    }

    /// <summary>The file of settings; null when none is given.</summary>
    public static string? FileOf(ParseResult arguments) => arguments.GetValue(Settings);

    /// <summary>Reads the settings. The command's other options override them.</summary>
    public static EmailAuthSettings Read(ParseResult arguments)
    {
        // The host name is used only when no setting gives a name; --authserv-id overrides every setting.
        var (authservId, isGiven) = EnvelopeOptions.NameOf(arguments);
        var set = (arguments.GetValue(Set) ?? []).Select(static pair => pair.Split('=', 2)).Select(static pair => new KeyValuePair<string, string?>(pair[0].Trim(), pair[1]));
        KeyValuePair<string, string?>[] name = [new(nameof(AuthenticationOptions.AuthservId), authservId)];
        var builder = new ConfigurationBuilder();
        if (!isGiven)
        {
            builder.AddInMemoryCollection(name);
        }

        if (FileSettings(arguments.GetValue(Settings)) is { } file)
        {
            builder.AddConfiguration(file);
        }

        builder.AddInMemoryCollection(LastOfEach(set));
        if (isGiven)
        {
            builder.AddInMemoryCollection(name);
        }

        var read = EmailAuthSettings.Read(builder.Build());
        return read.Value ?? throw new CommandException(ExitCode.Usage, string.Join("; ", read.Errors));
    }

    // When a name is set twice, the last value is used.
    private static Dictionary<string, string?> LastOfEach(IEnumerable<KeyValuePair<string, string?>> set)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in set)
        {
            values[name] = value;
        }

        return values;
    }

    private static IConfiguration? FileSettings(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            using var stream = new MemoryStream(Input.WholeFile.Read(path));
            var file = new ConfigurationBuilder().AddJsonStream(stream).Build();
            return file.GetSection(Section) is var section && section.GetChildren().Any() ? section : file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException(ExitCode.Usage, $"'{path}' does not exist: give a file of settings", e);
        }
        catch (UnauthorizedAccessException e)
        {
            // Starting again does not help here either.
            throw new CommandException(ExitCode.Usage, Input.MessageFile.Unreadable(path, e).Message, e);
        }
        catch (IOException e)
        {
            throw Input.MessageFile.Unreadable(path, e);
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or InvalidOperationException or System.Text.Json.JsonException)
        {
            // An escape such as \ud800, half of a character, is an InvalidOperationException.
            throw new CommandException(ExitCode.Usage, $"'{path}' is not a JSON file of settings: {JsonMistake.Text(e)}", e);
        }
    }
}
