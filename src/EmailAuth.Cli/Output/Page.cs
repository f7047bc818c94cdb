namespace EmailAuth.Cli.Output;

/// <summary>Chooses the form of output for people: with colours and lines on a terminal, otherwise as plain text.</summary>
internal static class Page
{
    private const int WidthOfPipe = 100;

    // https://no-color.org: any value except the empty one switches colours off. CLICOLOR_FORCE switches them on in a pipe, for example
    // for "less -R".
    public static IPage Open() => Open(Console.Out);

    /// <summary>The same, for text that is shown later.</summary>
    public static IPage Open(TextWriter output) => IsStyled ? new TerminalPage(output, Width ?? WidthOfPipe) : new PlainPage(output, Width);

    /// <summary>Whether standard output shows colours.</summary>
    public static bool IsStyled =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && (IsSet("CLICOLOR_FORCE") || (!Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb"));

    /// <summary>How many columns the terminal has; null when standard output is not a terminal, or does not say it.</summary>
    public static int? Width => SizeOf(static () => Console.WindowWidth);

    /// <summary>How many rows the terminal has; null when standard output is not a terminal, or does not say it.</summary>
    public static int? Height => SizeOf(static () => Console.WindowHeight);

    private static int? SizeOf(Func<int> read)
    {
        if (Console.IsOutputRedirected)
        {
            return null;
        }

        try
        {
            return read() is var size and > 0 ? size : null;
        }
        catch (Exception e) when (e is IOException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is not (null or "" or "0");
}
