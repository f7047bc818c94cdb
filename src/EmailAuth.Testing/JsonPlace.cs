using System.Text;
using System.Text.Json;

namespace EmailAuth.Testing;

/// <summary>A position in a JSON text.</summary>
/// <param name="Position">The index of the first byte of the value.</param>
/// <param name="Path">The path of its member, such as <c>input.rcpt_to[1]</c> or <c>zone["example.com"][0].data</c>; empty for the whole text.</param>
/// <param name="Depth">The number of objects and arrays that are open there.</param>
internal readonly record struct JsonPlace(int Position, string Path, int Depth)
{
    /// <summary>Finds the value that ends at an index, as far as the text up to there is JSON.</summary>
    /// <param name="json">The text.</param>
    /// <param name="end">The index of the byte after the value.</param>
    /// <param name="zone">The path of the object whose members are domain names.</param>
    public static JsonPlace Find(ReadOnlySpan<byte> json, int end, string zone)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });

        // The open objects and arrays: of an object the current member, of an array the index of the current element.
        var open = new List<(string? Member, int Index)>();
        try
        {
            while (reader.Read())
            {
                var isEnd = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
                if (isEnd)
                {
                    open.RemoveAt(open.Count - 1);
                }
                else if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    open[^1] = (reader.GetString(), 0);
                }
                else if (open is [.., (null, var index)])
                {
                    open[^1] = (null, index + 1);
                }

                var isStart = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                if (reader.BytesConsumed >= end)
                {
                    return new JsonPlace((int)reader.TokenStartIndex, PathOf(open, zone), open.Count + (isStart ? 1 : 0));
                }

                if (isStart)
                {
                    open.Add(reader.TokenType == JsonTokenType.StartObject ? (string.Empty, 0) : (null, -1));
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // From here on the text is not JSON, or a name is not Unicode: the open objects and arrays are the position.
        }

        return new JsonPlace(end, PathOf(open, zone), open.Count);
    }

    /// <summary>The position of a byte for people: line and column from 1.</summary>
    public static string Describe(ReadOnlySpan<byte> json, int position)
    {
        var before = json[..Math.Min(position, json.Length)];
        return $"line {before.Count((byte)'\n') + 1}, column {Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1}";
    }

    private static string PathOf(List<(string? Member, int Index)> open, string zone)
    {
        var path = new StringBuilder();
        foreach (var (member, index) in open)
        {
            if (member is null)
            {
                path.Append('[').Append(index).Append(']');
            }
            else if (path.Equals(zone))
            {
                path.Append("[\"").Append(member).Append("\"]");
            }
            else
            {
                path.Append(path.Length == 0 ? string.Empty : ".").Append(member);
            }
        }

        return path.ToString();
    }
}
