using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmailAuth.Milter.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EmailAuth.Milter.Logging;

/// <summary>One line each: for people with the time and the level, for the journal with a priority (<c>sd-daemon(3)</c>).</summary>
internal sealed class TextLineFormatter(TimeProvider timeProvider, LogFormat format) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "emailauth-text";

    public const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new StringBuilder(512);
        if (format == LogFormat.Systemd)
        {
            line.Append('<').Append(Priority(logEntry.LogLevel)).Append('>');
        }
        else
        {
            line.Append(timeProvider.GetUtcNow().ToString(TimestampFormat, CultureInfo.InvariantCulture)).Append(' ').Append(LevelName(logEntry.LogLevel)).Append(": ");
        }

        // A line of another category names that category.
        if (!logEntry.Category.StartsWith("EmailAuth.", StringComparison.Ordinal))
        {
            line.Append(logEntry.Category).Append(": ");
        }

        line.AppendLineText(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is { } exception)
        {
            line.Append(" | ").AppendLineText(exception.ToString().ReplaceLineEndings(" | "));
        }

        textWriter.Write(line.Append('\n').ToString());
    }

    private static char Priority(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => '7',
        LogLevel.Information => '6',
        LogLevel.Warning => '4',
        LogLevel.Error => '3',
        LogLevel.Critical or LogLevel.None => '2',
        _ => throw new UnreachableException(),
    };

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical or LogLevel.None => "crit",
        _ => throw new UnreachableException(),
    };
}
