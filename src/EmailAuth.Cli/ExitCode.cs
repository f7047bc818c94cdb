namespace EmailAuth.Cli;

/// <summary>What the command tells its caller when it ends.</summary>
internal static class ExitCode
{
    /// <summary>A verdict was reached, whatever it is.</summary>
    public const int Success = 0;

    /// <summary>At least one vector failed, or what was looked at has errors.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The input cannot be read or is not what it should be (a message, a key, a zone), output cannot be written, or the DNS does not answer.</summary>
    public const int Input = 3;

    /// <summary>The user ended the run (as shells count SIGINT).</summary>
    public const int Interrupted = 130;
}
