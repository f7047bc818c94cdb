using System.Text;

namespace EmailAuth.Tests.Signatures;

/// <summary>The canonicalizations of RFC 6376 section 3.4 written down sentence by sentence, with no thought of speed: what the library must equal.</summary>
internal static class PlainCanonicalization
{
    /// <summary>Section 3.4.3.</summary>
    public static string SimpleBody(string body)
    {
        var end = body.Length;
        while (body.AsSpan(0, end).EndsWith("\r\n"))
        {
            end -= 2;
        }

        return body[..end] + "\r\n";
    }

    /// <summary>Section 3.4.4.</summary>
    public static string RelaxedBody(string body)
    {
        var lines = body.Split("\r\n").Select(line => Reduce(line)).Select(line => line.TrimEnd(' ')).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return string.Concat(lines.Select(line => line + "\r\n"));
    }

    /// <summary>Section 3.4.2.</summary>
    public static string RelaxedField(string field)
    {
        field = field.EndsWith("\r\n", StringComparison.Ordinal) ? field[..^2] : field;
        field = field.Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", "\t", StringComparison.Ordinal);
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var name = field[..colon].ToLowerInvariant().TrimEnd(' ', '\t');
        return name + ":" + Reduce(field[(colon + 1)..]).Trim(' ') + "\r\n";
    }

    // Every run of spaces and tabs becomes one space.
    private static string Reduce(string text)
    {
        var reduced = new StringBuilder();
        foreach (var c in text)
        {
            if (c is not (' ' or '\t'))
            {
                reduced.Append(c);
            }
            else if (reduced.Length == 0 || reduced[^1] != ' ')
            {
                reduced.Append(' ');
            }
        }

        return reduced.ToString();
    }
}
