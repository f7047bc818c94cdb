using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EmailAuth.Milter.Logging;

/// <summary>
/// One JSON object a line, in ASCII: <c>time</c>, <c>level</c>, <c>category</c>, <c>event_id</c>, <c>message</c>, and the values of the line as
/// further members (<c>queue_id</c>).
/// </summary>
internal sealed class JsonLineFormatter(TimeProvider timeProvider) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "emailauth-json";

    // Everything beyond ASCII is escaped, so that no direction mark in a sender's text changes what a terminal shows.
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, Format))
        {
            json.WriteStartObject();
            json.WriteString("time", timeProvider.GetUtcNow().ToString(TextLineFormatter.TimestampFormat, CultureInfo.InvariantCulture));
            json.WriteString("level", LevelName(logEntry.LogLevel));
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event_id", logEntry.EventId.Id);
            if (logEntry.State is MessageLogEntry message)
            {
                json.WriteString("message", LogText.Bounded(
                    $"{LogText.Name(message.QueueId)}: {message.Action}{(message.Reason is { } reason ? $": {reason}" : string.Empty)}", LogText.MaxReason));
                MessageLogMembers.Write(json, message);
            }
            else
            {
                json.WriteString("message", LogText.Bounded(logEntry.Formatter(logEntry.State, logEntry.Exception), LogText.MaxLine));
                WriteState(json, logEntry.State);
            }

            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", LogText.Bounded(exception.ToString(), LogText.MaxLine));
            }

            json.WriteEndObject();
        }

        WriteAscii(textWriter, Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void WriteState<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> members)
        {
            return;
        }

        foreach (var (name, value) in members)
        {
            var member = MemberName(name);
            if (member is "time" or "level" or "category" or "event_id" or "message" or "exception" || member.Length == 0)
            {
                continue;
            }

            switch (value)
            {
                case null:
                    json.WriteNull(member);
                    break;
                case int or long or double:
                    json.WriteNumber(member, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    json.WriteString(member, LogText.Bounded(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty, LogText.MaxReason));
                    break;
            }
        }
    }

    // QueueId becomes queue_id; empty for a key that is not a name, such as the template of the message.
    private static string MemberName(string name)
    {
        var member = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                return string.Empty;
            }

            if (char.IsAsciiLetterUpper(c) && member.Length > 0)
            {
                member.Append('_');
            }

            member.Append(char.ToLowerInvariant(c));
        }

        return member.ToString();
    }

    // JSON has only ASCII outside strings, so every other character can be escaped in place.
    private static void WriteAscii(TextWriter writer, string json)
    {
        var line = new StringBuilder(json.Length + 1);
        foreach (var c in json)
        {
            if (char.IsAscii(c) && !char.IsControl(c))
            {
                line.Append(c);
            }
            else
            {
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
        }

        writer.Write(line.Append('\n').ToString());
    }

    private static string LevelName(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        LogLevel.Critical or LogLevel.None => "critical",
        _ => throw new UnreachableException(),
    };
}
