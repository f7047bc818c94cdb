namespace EmailAuth.Milter.Logging;

/// <summary>The least of what is logged; a reload may change it while the service runs. Thread-safe.</summary>
internal sealed class LogLevelSwitch(LogLevel level, Func<bool> hasStarted)
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    private static readonly string Pipeline = typeof(AuthenticationPipeline).FullName!;

    private volatile int _level = (int)level;
    private volatile Announcement? _announcement;

    /// <summary>
    /// Changes the level, and says so at the level that tells more, old or new: the operator who asked for quiet, too, is told that it was
    /// heard. The new level counts for all else before that is said.
    /// </summary>
    /// <param name="level">The new one.</param>
    /// <param name="category">The category of the line that says it.</param>
    /// <param name="say">Logs it.</param>
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

    // While a change is said: whose lines are written from which level on.
    private sealed record Announcement(string Category, int Level);
}
