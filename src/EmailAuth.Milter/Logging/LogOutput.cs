using System.Text;
using EmailAuth.Milter.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Console;

namespace EmailAuth.Milter.Logging;

/// <summary>Where log lines go: standard output, each line in one write.</summary>
internal static class LogOutput
{
    // Longer than any line of ordinary mail.
    private const int BufferCharacters = 32_768;

    // Lines of messages gather so long before they are written; warnings and errors do not wait.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static void AddLineConsole(this ILoggingBuilder logging, LogFormat format, LogLevelSwitch levels)
    {
        logging.AddFilter(levels.IsEnabled);
        logging.Services.AddSingleton(levels);
        logging.Services.AddSingleton<ConsoleFormatter>(services => format == LogFormat.Json
            ? new JsonLineFormatter(services.GetRequiredService<TimeProvider>())
            : new TextLineFormatter(services.GetRequiredService<TimeProvider>(), format));
        logging.Services.AddSingleton(_ => new LineQueue(Console.Out, Pause));
        logging.Services.AddSingleton<ILoggerProvider, LineLoggerProvider>();
    }

    /// <summary>
    /// Keeps lines whole when several processes write into one pipe or file: the console's own writer writes in pieces of 256 bytes.
    /// </summary>
    public static void WriteWholeLines()
    {
        if (!OperatingSystem.IsWindows())
        {
            Console.SetOut(WholeLines(Console.OpenStandardOutput()));
        }
    }

    /// <summary>A writer that writes each text in one call.</summary>
    public static StreamWriter WholeLines(Stream stream) => new(stream, new UTF8Encoding(false), BufferCharacters) { AutoFlush = true };
}
