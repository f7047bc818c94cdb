namespace EmailAuth.Milter.Logging;

/// <summary>The least of what is logged; a reload may change it while the service runs. Thread-safe.</summary>
internal sealed class LogLevelSwitch(LogLevel level, Func<bool> hasStarted)
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    private static readonly string Pipeline = typeof(AuthenticationPipeline).FullName!;

    private volatile int _level = (int)level;

    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    /// <summary>Whether lines of a category and level are written.</summary>
    public bool IsEnabled(string? category, LogLevel level)
    {
        if (level < Level || level == LogLevel.None)
        {
            return false;
        }

        // The library's own line of a message says less than ours: one line a message. Its other lines (reasons at debug, faults) are wanted.
        if (category == Pipeline)
        {
            return level != LogLevel.Information;
        }

        // The server's own lines are about web addresses and requests; ours say what matters. Why it could not start is said once, in one
        // line, by the command itself.
        return category?.StartsWith("Microsoft", StringComparison.Ordinal) != true
            || (level >= LogLevel.Warning && (category != Host || hasStarted()));
    }
}
