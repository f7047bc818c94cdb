using System.Text;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The canonical forms of RFC 6376 section 3.4 over texts whose characters are octets (Latin-1), for candidates that no message has.</summary>
internal static class CanonicalText
{
    /// <summary>A field, ended by CRLF (RFC 6376 sections 3.4.1 and 3.4.2).</summary>
    /// <param name="name">The name as written.</param>
    /// <param name="value">Everything after the colon, without the final CRLF.</param>
    /// <param name="isRelaxed">Whether relaxed applies; otherwise simple.</param>
    public static string Field(string name, string value, bool isRelaxed) => isRelaxed
        ? $"{name.Trim(' ', '\t').ToLowerInvariant()}:{RelaxedValue(value)}\r\n"
        : $"{name}:{value}\r\n";

    /// <summary>The value of a field in relaxed form: unfolded, each run of white space one space, none around it.</summary>
    public static string RelaxedValue(string value)
    {
        var text = new StringBuilder(value.Length);
        var isPending = false;
        for (var index = 0; index < value.Length; index++)
        {
            if (value[index] is ' ' or '\t' || IsFold(value, index))
            {
                isPending = true;
                index += value[index] == '\r' ? 1 : 0;
                continue;
            }

            if (isPending && text.Length > 0)
            {
                text.Append(' ');
            }

            isPending = false;
            text.Append(value[index]);
        }

        return text.ToString();
    }

    /// <summary>A body (RFC 6376 sections 3.4.3 and 3.4.4).</summary>
    public static byte[] Body(ReadOnlySpan<byte> body, bool isRelaxed)
    {
        var reduced = isRelaxed ? Reduced(body) : body;
        while (reduced.EndsWith("\r\n"u8))
        {
            reduced = reduced[..^2];
        }

        return reduced.IsEmpty && isRelaxed ? [] : [.. reduced, (byte)'\r', (byte)'\n'];
    }

    private static bool IsFold(string value, int index) =>
        value[index] == '\r' && index + 1 < value.Length && value[index + 1] == '\n'
        && (index + 2 == value.Length || value[index + 2] is ' ' or '\t');

    private static ReadOnlySpan<byte> Reduced(ReadOnlySpan<byte> body)
    {
        var result = new byte[body.Length];
        var length = 0;
        for (var index = 0; index < body.Length; index++)
        {
            var rest = body[index..];
            if (rest[0] is not ((byte)' ' or (byte)'\t'))
            {
                result[length++] = rest[0];
            }
            else if (rest.Length == 1 || (rest[1] is not ((byte)' ' or (byte)'\t') && !rest[1..].StartsWith("\r\n"u8)))
            {
                result[length++] = (byte)' ';
            }
        }

        // White space at the very end is at the end of a line.
        return result.AsSpan(0, length).TrimEnd((byte)' ');
    }
}
