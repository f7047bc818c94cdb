namespace EmailAuth.Cli;

/// <summary>Ends the command with an exit code and one line on standard error that says what to do.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The message of an exception without the name of our parameter, which the user does not know.</summary>
    public static string Sentence(ArgumentException e) => e.Message.Split(" (Parameter ")[0].ReplaceLineEndings(" ");
}
