using System.CommandLine;
using System.CommandLine.Help;
using EmailAuth.Milter.Authentication;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Service;

namespace EmailAuth.Milter;

/// <summary>The command: reads the command line and the configuration, then checks or serves.</summary>
internal static class MilterCommandLine
{
    private const string ProgramName = "emailauth-milter";

    /// <summary>The service ended normally, or the configuration is valid.</summary>
    public const int Success = 0;

    /// <summary>The service could not start, or ended because of an error.</summary>
    public const int Failure = 1;

    /// <summary>The configuration or the command line is wrong, or the machine lacks OpenSSL (EX_CONFIG of sysexits.h: starting again does not help).</summary>
    public const int BadConfiguration = 78;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken = default)
    {
        var config = new Option<string?>("--config", "-c") { Description = "The configuration, a JSON file.", HelpName = "FILE" };
        var check = new Option<bool>("--check") { Description = "Check the configuration and exit: 0 if it is valid, 78 if not." };
        var listen = new Option<string?>("--listen") { Description = $"Where MTAs connect: {ListenAddress.Forms}; separate several by commas.", HelpName = "ADDRESS" };
        var authservId = new Option<string?>("--authserv-id") { Description = "The name of this host in its Authentication-Results fields.", HelpName = "NAME" };
        var set = new Option<string[]>("--set")
        {
            Description = "Set any key of the configuration; can be repeated.",
            HelpName = "KEY=VALUE",
            AllowMultipleArgumentsPerToken = false,
        };
        set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            {
                result.AddError($"--set: '{token.Value}' is not KEY=VALUE");
            }
        });

        // A RootCommand uses the file name up to its last dot as its name, which is not the name of the program.
        var root = new Command(
            ProgramName,
            "Verifies who sent each message, for Postfix and Sendmail, and adds the result to it in an Authentication-Results field.\n" +
            "Settings come from --config, the environment (EMAILAUTH_MILTER_ before the key) and the command line; a later one overrides an earlier one.\n" +
            "Exit codes: 0 the service ended normally or the configuration is valid, 1 the service cannot listen or failed, 78 the configuration or the " +
            "command line is wrong or OpenSSL is missing.")
        {
            config, check, listen, authservId, set, new HelpOption(), new VersionOption(),
        };
        root.SetAction((parsed, token) =>
        {
            var source = new ConfigurationSource(parsed.GetValue(config), Overrides(
                parsed.GetValue(listen), parsed.GetValue(authservId), parsed.GetValue(set) ?? []));
            return RunAsync(source, parsed.GetValue(check), output, error, token);
        });

        // The host, not the parser, handles signals, so that messages in progress are finished first.
        var parse = root.Parse(args);
        var configuration = new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null };
        var exit = await parse.InvokeAsync(configuration, cancellationToken);
        return parse.Errors.Count > 0 ? BadConfiguration : exit;
    }

    private static async Task<int> RunAsync(
        ConfigurationSource source, bool checks, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var result = source.Read();
        if (result.Options is null)
        {
            foreach (var line in result.Errors)
            {
                await error.WriteLineAsync(line);
            }

            return BadConfiguration;
        }

        if (AuthenticatorFactory.PlatformFault(result.Options) is { } fault)
        {
            await error.WriteLineAsync($"{fault} (install it, or leave dkim, arc and bimi out of Methods)");
            return BadConfiguration;
        }

        if (checks)
        {
            foreach (var warning in result.Options.WarningsAt(TimeProvider.System))
            {
                await error.WriteLineAsync($"warning: {warning}");
            }

            await output.WriteLineAsync($"the configuration is valid; the milter would listen at {string.Join(", ", result.Options.Listen)}");
            return Success;
        }

        try
        {
            await using var host = MilterHost.Create(result.Options, source, AuthenticatorFactory.Create);
            await host.RunAsync(cancellationToken);
            return Success;
        }
        catch (System.Net.Sockets.SocketException exception)
        {
            await error.WriteLineAsync($"cannot serve at {string.Join(", ", result.Options.Listen)}: {exception.Message}");
            return Failure;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"cannot serve: {exception.Message}");
            return Failure;
        }
    }

    // A later value overrides an earlier one; --listen and --authserv-id come last.
    private static List<KeyValuePair<string, string?>> Overrides(string? listen, string? authservId, string[] set)
    {
        var overrides = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in set.Select(pair => pair.Split('=', 2)))
        {
            overrides[pair[0].Trim()] = pair[1];
        }

        if (listen is not null)
        {
            overrides["Listen"] = listen;
        }

        if (authservId is not null)
        {
            overrides["AuthservId"] = authservId;
        }

        return [.. overrides];
    }
}
