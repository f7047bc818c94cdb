using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EmailAuth.Cli.Commands;

/// <summary>Examples at the end of a command's help.</summary>
internal static class Examples
{
    private static readonly Dictionary<Command, string> Texts = [];

    /// <summary>Adds examples and exit codes to the end of a command's help.</summary>
    public static Command WithExamples(this Command command, string text)
    {
        Texts[command] = text;
        return command;
    }

    /// <summary>Prints the examples at the end of the help of all commands.</summary>
    public static void ShowInHelp(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().First();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            if (Texts.TryGetValue(parseResult.CommandResult.Command, out var text))
            {
                parseResult.InvocationConfiguration.Output.WriteLine(text.ReplaceLineEndings());
            }

            return result;
        }
    }
}
