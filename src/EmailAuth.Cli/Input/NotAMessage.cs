using System.Buffers;

namespace EmailAuth.Cli.Input;

/// <summary>
/// Recognizes files that are not messages. Verified as a message, such a file would have no From field, and the verdict would blame the
/// sender for a mistake in handling the file.
/// </summary>
internal static class NotAMessage
{
    private const string Unpack = "unpack it first";

    // The first bytes of files of other kinds; none of them can start a header field.
    private static readonly (byte[] Start, string What)[] Formats =
    [
        ([0x1F, 0x8B], $"it is gzip data: {Unpack} (gzip -dc FILE | emailauth verify -)"),
        ([(byte)'B', (byte)'Z', (byte)'h'], $"it is bzip2 data: {Unpack}"),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00], $"it is xz data: {Unpack}"),
        ([0x28, 0xB5, 0x2F, 0xFD], $"it is zstd data: {Unpack}"),
        ([(byte)'P', (byte)'K', 0x03, 0x04], $"it is a zip archive: {Unpack}"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "it is an Outlook .msg file (or another OLE document), which does not contain the message as it was sent: save the message as .eml where it arrived"),
        ([(byte)'!', (byte)'B', (byte)'D', (byte)'N'], "it is an Outlook .pst or .ost file: export the message as .eml"),
        ([(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-'], "it is a PDF document: save the message's source as .eml"),
        ([0xFF, 0xFE], Utf16),
        ([0xFE, 0xFF], Utf16),
    ];

    private const string Utf16 = "it is UTF-16 text: save the source of the message with its original bytes";

    // RFC 5322 section 2.2: a field name is printable US-ASCII without the colon.
    private static readonly SearchValues<byte> NameCharacters = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>Why the bytes are not a message, as the end of a sentence; null when they may be a message.</summary>
    public static string? Reason(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
        {
            return "it is empty";
        }

        foreach (var (start, what) in Formats)
        {
            if (content.StartsWith(start))
            {
                return what;
            }
        }

        if (IsUtf16WithoutMark(content))
        {
            return Utf16;
        }

        content = content.StartsWith("\uFEFF"u8) ? content["\uFEFF"u8.Length..] : content;
        if (IsJsonObject(content))
        {
            return "it is JSON: a message starts with lines such as From: joe@example.com";
        }

        return !content.ContainsAnyExcept(" \t\r\n"u8) ? "it has only white space" : ReasonOfHeader(content);
    }

    // By its characters, {"name": could be the name of a field, but no program uses such a name.
    private static bool IsJsonObject(ReadOnlySpan<byte> content)
    {
        var start = content.TrimStart(" \t\r\n"u8);
        return !start.IsEmpty && start[0] == (byte)'{' && start[1..].TrimStart(" \t\r\n"u8) is [(byte)'"' or (byte)'}', ..];
    }

    // US-ASCII in 16 bits has a NUL in every other byte.
    private static bool IsUtf16WithoutMark(ReadOnlySpan<byte> content)
    {
        const int Sample = 8;
        if (content.Length < Sample)
        {
            return false;
        }

        var zeros = 0;
        for (var i = 0; i < Sample; i++)
        {
            zeros |= content[i] == 0 ? 1 << i : 0;
        }

        return zeros is 0b_0101_0101 or 0b_1010_1010;
    }

    // RFC 5322 section 2.1: a message starts with its header fields, which the first empty line ends. One line that can be read as a field
    // is enough: every other defect of a message is a matter of the verdict.
    private static string? ReasonOfHeader(ReadOnlySpan<byte> content)
    {
        var rest = content;
        var (first, hasNul, isIndented) = (true, false, true);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = (end < 0 ? rest : rest[..end]).TrimEnd((byte)'\r');
            if (line.IsEmpty)
            {
                break;
            }

            if (IsField(line))
            {
                return null;
            }

            hasNul |= line.Contains((byte)0);
            isIndented &= line[0] is (byte)' ' or (byte)'\t';
            first = false;
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return first ? "it starts with an empty line, which ends the header before any field: remove the line"
            : hasNul ? "it is binary data"
            : isIndented ? "each line of its header is indented, perhaps copied from a window: save the source of the message instead"
            : "it has no header field: a message starts with lines such as From: joe@example.com";
    }

    // RFC 5322 section 4.5: the obsolete syntax allows white space between the name and the colon.
    private static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? [] : line[..colon].TrimEnd(" \t"u8);
        return !name.IsEmpty && !name.ContainsAnyExcept(NameCharacters);
    }
}
