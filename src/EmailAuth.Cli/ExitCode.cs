namespace EmailAuth.Cli;

/// <summary>The exit codes of the command.</summary>
internal static class ExitCode
{
    /// <summary>There is a verdict, whatever it is.</summary>
    public const int Success = 0;

    /// <summary>At least one vector failed, the inspected records or files have errors, or a message has a result that <c>--fail-on</c> names.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the settings are wrong; so are settings in a file that is missing, may not be read or is not JSON.</summary>
    public const int Usage = 2;

    /// <summary>
    /// The input cannot be read or is of the wrong kind (a message, a key, a zone), output cannot be written, or the DNS does not answer.
    /// </summary>
    public const int Input = 3;

    /// <summary>A mail server that gave a mail through a pipe is to try again later (EX_TEMPFAIL of sysexits.h).</summary>
    public const int TryAgain = 75;

    /// <summary>The user ended the run (the number that shells use for SIGINT).</summary>
    public const int Interrupted = 130;
}
