namespace EmailAuth.Messages;

/// <summary>Line ends of messages kept in files: mail travels with CRLF (RFC 5321 section 2.3.8), files often hold LF.</summary>
public static class LineEndings
{
    /// <summary>
    /// Whether a message is kept with LF line ends, as files keep mail: its header has a From field, and each of its lines, the empty one
    /// after it included, ends in LF without a CR before it. Such a message is judged as if each LF were CRLF.
    /// </summary>
    /// <remarks>
    /// With one CRLF in the header the answer is false. A bare LF is then not a line end but part of a line, and is judged as it arrived,
    /// because programs treat it in different ways (SMTP smuggling). The body does not matter: a line that ended in CR CR LF in transit ends
    /// in CR LF in a file with LF line ends.
    /// </remarks>
    /// <param name="message">The message, or its beginning with the whole header.</param>
    public static bool AreLineFeeds(ReadOnlySpan<byte> message)
    {
        var ends = default(HeaderLineEnds);
        ends.Search(message);
        ends.Complete();
        return ends.Kind == LineEndKind.LineFeed;
    }

    /// <summary>
    /// A message as in transit: one with LF line ends (<see cref="AreLineFeeds"/>), and a file in which no line ends in CRLF, get CRLF for
    /// each LF; any other is returned as it is.
    /// </summary>
    /// <param name="message">The bytes of a file.</param>
    public static ReadOnlyMemory<byte> ToCrlf(ReadOnlyMemory<byte> message)
    {
        var source = message.Span;
        if (!source.Contains((byte)'\n') || (source.IndexOf("\r\n"u8) >= 0 && !AreLineFeeds(source)))
        {
            return message;
        }

        var result = new byte[CrlfLength(source)];
        WriteCrlf(source, result);
        return result;
    }

    /// <summary>The same for the part of a message that is read as its header.</summary>
    internal static bool AreLineFeedsWithin(ReadOnlySpan<byte> message, MessageLimits limits) =>
        AreLineFeeds(message[..Math.Min(message.Length, limits.MaxHeaderBytes)]);

    /// <summary>The number of bytes with each LF as CRLF.</summary>
    internal static int CrlfLength(ReadOnlySpan<byte> source) => checked(source.Length + source.Count((byte)'\n'));

    /// <summary>Writes bytes with each LF as CRLF. A CR before an LF is content and stays.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="target">At least <see cref="CrlfLength"/> bytes.</param>
    /// <returns>How many were written.</returns>
    internal static int WriteCrlf(ReadOnlySpan<byte> source, Span<byte> target)
    {
        var written = 0;
        int length;
        while ((length = source.IndexOf((byte)'\n')) >= 0)
        {
            source[..length].CopyTo(target[written..]);
            "\r\n"u8.CopyTo(target[(written + length)..]);
            source = source[(length + 1)..];
            written += length + 2;
        }

        source.CopyTo(target[written..]);
        return written + source.Length;
    }
}
