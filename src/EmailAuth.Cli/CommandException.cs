namespace EmailAuth.Cli;

/// <summary>Ends the command with an exit code and one line on standard error that says what to do.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
