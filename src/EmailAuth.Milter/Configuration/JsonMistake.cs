using System.Globalization;
using System.Text.Json;

namespace EmailAuth.Milter.Configuration;

/// <summary>What is wrong with a JSON file, for people who have it in an editor.</summary>
internal static class JsonMistake
{
    private const string Place = " LineNumber: ";

    /// <summary>The message of the innermost exception; if it has a place, with line and column counted from 1 (columns are octets).</summary>
    public static string Text(Exception exception)
    {
        var cause = exception.GetBaseException();
        if (cause is not JsonException { LineNumber: { } line, BytePositionInLine: { } column })
        {
            return cause.Message;
        }

        // The runtime ends its text with the place counted from 0.
        var end = cause.Message.LastIndexOf(Place, StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {column + 1}: {(end < 0 ? cause.Message : cause.Message[..end])}");
    }
}
