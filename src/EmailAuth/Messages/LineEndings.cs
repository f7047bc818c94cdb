namespace EmailAuth.Messages;

/// <summary>Line ends of messages kept in files: mail travels with CRLF (RFC 5321 section 2.3.8), files often hold LF.</summary>
public static class LineEndings
{
    /// <summary>
    /// A message as it travelled: a file whose lines all end in bare LF is taken for a message with CRLF; any other is returned as it is.
    /// </summary>
    /// <param name="message">The bytes of a file. A message received from the network must not come here: its bytes are judged as received.</param>
    public static ReadOnlyMemory<byte> ToCrlf(ReadOnlyMemory<byte> message)
    {
        var source = message.Span;
        if (!source.Contains((byte)'\n') || source.IndexOf("\r\n"u8) >= 0)
        {
            return message;
        }

        var result = new byte[source.Length + source.Count((byte)'\n')];
        var target = result.AsSpan();
        int length;
        while ((length = source.IndexOf((byte)'\n')) >= 0)
        {
            source[..length].CopyTo(target);
            "\r\n"u8.CopyTo(target[length..]);
            source = source[(length + 1)..];
            target = target[(length + 2)..];
        }

        source.CopyTo(target);
        return result;
    }
}
