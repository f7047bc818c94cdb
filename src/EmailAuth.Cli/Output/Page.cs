namespace EmailAuth.Cli.Output;

/// <summary>Chooses the form of output for people: with colours and lines on a terminal, otherwise as plain text.</summary>
internal static class Page
{
    // https://no-color.org: any value except the empty one switches colours off. CLICOLOR_FORCE switches them on in a pipe, for example
    // for "less -R".
    public static IPage Open() => IsStyled ? new TerminalPage(Console.Out) : new PlainPage(Console.Out);

    /// <summary>Whether standard output shows colours.</summary>
    public static bool IsStyled =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && (IsSet("CLICOLOR_FORCE") || (!Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb"));

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is not (null or "" or "0");
}
