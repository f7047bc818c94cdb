using System.Globalization;
using System.Text;
using System.Text.Json;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>A JSON text that is not of the shape we read. Never leaves the reader that throws it: it answers with <see cref="ToError()"/>.</summary>
internal sealed class JsonShapeException : Exception
{
    private readonly long _position;

    /// <param name="reader">Stands on the value that is wrong.</param>
    /// <param name="path">The path of the member, such as <c>input.ip</c>.</param>
    /// <param name="reason">What is wrong with it.</param>
    public JsonShapeException(ref readonly Utf8JsonReader reader, string path, string reason)
        : base(path.Length == 0 ? reason : $"{path}: {reason}") => _position = reader.TokenStartIndex;

    public SyntaxError ToError() => new((int)_position, Message);

    /// <summary>What stopped a reader that met a text that is no JSON, or strings in it that are no Unicode.</summary>
    /// <param name="exception">What the reader threw.</param>
    /// <param name="json">What it read.</param>
    /// <param name="reader">The reader, as far as it came.</param>
    public static SyntaxError ToError(Exception exception, ReadOnlySpan<byte> json, ref readonly Utf8JsonReader reader)
    {
        var position = reader.TokenStartIndex;
        if (exception is JsonException { LineNumber: { } line, BytePositionInLine: { } column })
        {
            var start = 0;
            for (; line > 0; line--)
            {
                start += json[start..].IndexOf((byte)'\n') + 1;
            }

            position = start + column;
        }

        var maxDepth = reader.CurrentState.Options.MaxDepth;
        return new SyntaxError(
            (int)position,
            exception is not JsonException ? "a string holds half a character, or bytes that are not UTF-8"
            : DepthAt(json, position) > maxDepth ? string.Create(CultureInfo.InvariantCulture, $"this is nested deeper than {maxDepth} levels")
            : "this is not JSON");
    }

    // The reader that refused a depth may have been a copy of ours.
    private static int DepthAt(ReadOnlySpan<byte> json, long position)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenStartIndex >= position)
                {
                    return reader.CurrentDepth + 1;
                }
            }
        }
        catch (JsonException)
        {
            // No JSON at all: the depth does not matter.
            return 0;
        }

        return 0;
    }

    /// <summary>Where a byte stands, for people: line and column from 1.</summary>
    public static string Describe(ReadOnlySpan<byte> json, int position)
    {
        var before = json[..Math.Min(position, json.Length)];
        return $"line {before.Count((byte)'\n') + 1}, column {Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1}";
    }
}
