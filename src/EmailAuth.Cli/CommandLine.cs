using System.CommandLine;
using EmailAuth.Cli.Commands;

namespace EmailAuth.Cli;

/// <summary>The command line as a whole: its commands, and how errors reach the user.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Tells who really sent a message: SPF, DKIM, DMARC, ARC, BIMI and iprev.")
        {
            VerifyCommand.Create(),
            SpfCommand.Create(),
            DkimCommand.Create(),
            DmarcCommand.Create(),
            BimiCommand.Create(),
            SealCommand.Create(),
            VectorsCommand.Create(),
            BatchCommand.Create(),
            CompletionsCommand.Create(),
        };
        Examples.ShowInHelp(root);
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            return Report(ExitCode.Usage, $"{result.Errors[0].Message.TrimEnd('.')} (see '{HelpOf(result)}')");
        }

        try
        {
            return await result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CommandException e)
        {
            return Report(e.ExitCode, e.Message);
        }
        catch (OperationCanceledException)
        {
            return Report(ExitCode.Interrupted, "interrupted");
        }
        catch (IOException e)
        {
            // The reader of a pipe went away, or the disk is full.
            return Report(ExitCode.Input, e.Message);
        }
    }

    private static string HelpOf(ParseResult result) =>
        result.CommandResult.Command is RootCommand ? "emailauth --help" : $"emailauth {result.CommandResult.Command.Name} --help";

    private static int Report(int exitCode, string message)
    {
        Console.Error.WriteLine($"emailauth: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
