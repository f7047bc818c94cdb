using System.CommandLine;
using EmailAuth.Cli.Commands;
using EmailAuth.Cli.Commands.Reports;
using EmailAuth.Cli.Output;
using EmailAuth.Reports.Store;
using NATS.Client.Core;

namespace EmailAuth.Cli;

/// <summary>The command line: its commands, and the reporting of errors.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        StandardOutput.TellWhenNobodyReads();
        var root = new RootCommand("Tells who really sent a message: SPF, DKIM, DMARC, ARC, BIMI and reverse DNS.")
        {
            VerifyCommand.Create(),
            SpfCommand.Create(),
            DkimCommand.Create(),
            DmarcCommand.Create(),
            BimiCommand.Create(),
            DomainCommand.Create(),
            SignCommand.Create(),
            NewKeyCommand.Create(),
            SealCommand.Create(),
            VectorsCommand.Create(),
            BatchCommand.Create(),
            MilterTestCommand.Create(),
            ServeCommand.Create(),
            SubmitCommand.Create(),
            WorkerCommand.Create(),
            ReportsCommand.Create(),
            CompletionsCommand.Create(),
        };
        Examples.ShowInHelp(root);

        // An argument that starts with "@" is an ordinary value (a source route, a file name), never a file with more arguments: it may
        // come from the envelope of a message, and so from a sender.
        var result = root.Parse(args is [] ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            return Report(ExitCode.Usage, $"{Describe(result, root)} (see '{HelpOf(result)}')");
        }

        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            configuration.ProcessTerminationTimeout = result.CommandResult.Command.Name switch
            {
                // A service handles signals itself, so that what is in progress is finished first.
                ServeCommand.Name => null,

                // A mail that is on its way is waited for, so that it is known whether it was taken.
                SendCommand.Name => SendCommand.LastMail,

                // What is in flight is finished, for as long as --drain-timeout says.
                WorkerCommand.Name => WorkerCommand.LongestDrain,
                _ => configuration.ProcessTerminationTimeout,
            };
            return await result.InvokeAsync(configuration);
        }
        catch (CommandException e)
        {
            return Report(e.ExitCode, e.Message);
        }
        catch (ReportStoreException e)
        {
            return Report(ExitCode.Input, e.Message);
        }
        catch (NatsException e)
        {
            return Report(ExitCode.Input, $"the NATS server: {e.Message}");
        }
        catch (System.Security.Cryptography.CryptographicException e)
        {
            // A command without a verdict, such as seal, needs OpenSSL, which cannot be loaded.
            return Report(ExitCode.Input, e.Message);
        }
        catch (OperationCanceledException)
        {
            return Report(ExitCode.Interrupted, "interrupted");
        }
        catch (IOException e) when (StandardOutput.IsNobodyReading(e))
        {
            return ExitCode.Input;
        }
        catch (IOException e)
        {
            // The disk is full, or reading a file failed.
            return Report(ExitCode.Input, e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            // Standard output is closed, or open for reading only.
            return Report(ExitCode.Input, e.InnerException?.Message ?? e.Message);
        }
    }

    private static string Describe(ParseResult result, RootCommand root)
    {
        if (result.CommandResult.Command is { Subcommands.Count: > 0 } group and not RootCommand)
        {
            return $"'{group.Name}' needs one of its commands: {string.Join(", ", group.Subcommands.Select(static command => command.Name))}";
        }

        if (result.CommandResult.Command is not RootCommand || result.UnmatchedTokens is not [var word, ..])
        {
            return result.Errors[0].Message.TrimEnd('.');
        }

        var near = root.Subcommands.Select(command => command.Name).FirstOrDefault(name => Inspection.Spf.NearMiss.Is(name, word));
        var meant = near is not null ? $": did you mean '{near}'?"
            : Path.Exists(word) ? $": did you mean 'emailauth verify {VisibleText.Of(word)}'?"
            : string.Empty;
        return $"there is no {(word.StartsWith('-') ? "option" : "command")} '{VisibleText.Of(word)}'{meant}";
    }

    private static string HelpOf(ParseResult result) =>
        result.CommandResult.Command is RootCommand ? "emailauth --help" : $"emailauth {PathOf(result.CommandResult.Command)} --help";

    // A command may be one of a group: "reports collect".
    private static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } group and not RootCommand ? $"{PathOf(group)} {command.Name}" : command.Name;

    private static int Report(int exitCode, string message)
    {
        Console.Error.WriteLine($"emailauth: {VisibleText.Of(message.ReplaceLineEndings(" ").Replace("\t", string.Empty, StringComparison.Ordinal))}");
        return exitCode;
    }
}
