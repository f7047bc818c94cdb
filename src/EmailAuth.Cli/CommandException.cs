namespace EmailAuth.Cli;

/// <summary>Ends the command with one line on standard error that says what to do, and an exit code.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
