using System.Runtime.InteropServices;
using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>What a diagnosis reads of MIME (RFC 2045): parameters of a Content-Type, and leaf parts of a body by their boundary lines.</summary>
internal static class MimeText
{
    private const int MaxParts = 100;
    private const int MaxFolds = 50;

    /// <summary>A parameter of a field such as Content-Type, without its quotes; null when it is absent.</summary>
    public static string? Parameter(string? value, string name)
    {
        if (value is null)
        {
            return null;
        }

        foreach (var piece in Pieces(value).Skip(1))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && piece.AsSpan(0, equals).Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return piece[(equals + 1)..].Trim().Trim('"');
            }
        }

        return null;
    }

    /// <summary>A value cut at its semicolons, except those in quotes.</summary>
    public static List<string> Pieces(string value)
    {
        var pieces = new List<string>();
        var start = 0;
        var isQuoted = false;
        for (var index = 0; index < value.Length; index++)
        {
            if (value[index] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (value[index] == ';' && !isQuoted)
            {
                pieces.Add(value[start..index]);
                start = index + 1;
            }
        }

        pieces.Add(value[start..]);
        return pieces;
    }

    /// <summary>
    /// The leaf parts of a body: after each boundary line the header up to an empty line, and the content up to the line end before the next
    /// boundary line.
    /// </summary>
    public static List<MimePart> Parts(BodyLines body)
    {
        var parts = new List<MimePart>();
        for (var line = 0; line < body.Count && parts.Count < MaxParts; line++)
        {
            if (!body.IsBoundary(line))
            {
                continue;
            }

            var content = line + 1;
            while (content < body.Count && !body.IsEmpty(content) && !body.IsBoundary(content))
            {
                content++;
            }

            if (content >= body.Count || !body.IsEmpty(content))
            {
                continue;
            }

            var end = content + 1;
            while (end < body.Count && !body.IsBoundary(end))
            {
                end++;
            }

            parts.Add(new MimePart(line + 1, content + 1, end));
            line = end - 1;
        }

        return parts;
    }

    /// <summary>The unfolded value of a field in the header of a part; null when it is absent.</summary>
    public static string? FieldOf(BodyLines body, MimePart part, string name)
    {
        for (var line = part.Header; line < part.Content; line++)
        {
            var text = Encoding.Latin1.GetString(body[line]);
            if (text.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            {
                for (var left = MaxFolds; left > 0 && ++line < part.Content && body[line][0] is (byte)' ' or (byte)'\t'; left--)
                {
                    text = text.TrimEnd('\r', '\n') + Encoding.Latin1.GetString(body[line]);
                }

                return text[(name.Length + 1)..].Trim();
            }
        }

        return null;
    }
}

/// <summary>The lines of a part of a multipart body: where its header starts, where its content starts, and where it ends.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MimePart(int Header, int Content, int End);
