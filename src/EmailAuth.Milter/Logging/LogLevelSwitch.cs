namespace EmailAuth.Milter.Logging;

/// <summary>The lowest level that is logged; a reload may change it while the service runs. Thread-safe.</summary>
internal sealed class LogLevelSwitch(LogLevel level, Func<bool> hasStarted)
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    private static readonly string Pipeline = typeof(AuthenticationPipeline).FullName!;

    private volatile int _level = (int)level;
    private volatile Announcement? _announcement;

    /// <summary>
    /// Changes the level, and logs that at the more detailed of the old and the new level, so that an operator who asked for fewer lines sees
    /// that the reload worked. The new level applies to all other lines before that line is logged.
    /// </summary>
    /// <param name="level">The new level.</param>
    /// <param name="category">The category of the line that reports the change.</param>
    /// <param name="say">Logs that line.</param>
    public void Change(LogLevel level, string category, Action say)
    {
        _announcement = new Announcement(category, Math.Min(_level, (int)level));
        _level = (int)level;
        try
        {
            say();
        }
        finally
        {
            _announcement = null;
        }
    }

    /// <summary>Whether lines of a category and level are written.</summary>
    public bool IsEnabled(string? category, LogLevel level)
    {
        var least = _announcement is { } announcement && announcement.Category == category ? announcement.Level : _level;
        if ((int)level < least || level == LogLevel.None)
        {
            return false;
        }

        // Our line of a message says more than the library's, and there should be one line a message. The library's other lines (reasons at debug,
        // // faults) are kept.
        if (category == Pipeline)
        {
            return level != LogLevel.Information;
        }

        // Kestrel's lines are about web addresses and requests, and ours say what matters. If the service cannot start, the command itself
        // reports it once, in one line.
        return category?.StartsWith("Microsoft", StringComparison.Ordinal) != true
            || (level >= LogLevel.Warning && (category != Host || hasStarted()));
    }

    // While the change is logged: the category that is written from a lower level on, and that level.
    private sealed record Announcement(string Category, int Level);
}
