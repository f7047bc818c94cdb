using System.Buffers;
using System.Text;
using EmailAuth.Reports.Feedback;

namespace EmailAuth.Reports.Reading;

/// <summary>What octets are, by how they start.</summary>
internal enum ContentKind
{
    Unknown,
    Empty,
    Gzip,
    Zip,
    Xml,
    Json,
    Feedback,
    Mailbox,
    Message,
}

/// <summary>Decides what octets are by how they start: names and media types are often wrong.</summary>
internal static class ContentKinds
{
    /// <summary>How many octets suffice.</summary>
    public const int StartLength = 4096;

    private static readonly SearchValues<string> JsonNames = SearchValues.Create(["\"policies\"", "\"organization-name\"", "\"report-id\"", "\"date-range\""], StringComparison.Ordinal);
    private static readonly SearchValues<string> MessageNames = SearchValues.Create(["\nMIME-Version:", "\nContent-Type:", "\nReceived:", "\nFrom:"], StringComparison.OrdinalIgnoreCase);

    /// <summary>What a file is.</summary>
    public static ContentKind OfFile(ReadOnlySpan<byte> start)
    {
        var text = Text(start);
        return Container(start) is { } container ? container
            : text.IsEmpty ? ContentKind.Empty
            : IsXml(start, text) ? ContentKind.Xml
            : text[0] is (byte)'{' or (byte)'[' ? ContentKind.Json
            : FeedbackReader.Is(start) ? ContentKind.Feedback
            : Mailbox.IsSeparator(FirstLine(start)) ? ContentKind.Mailbox
            : FieldBlock.NameLength(FirstLine(text)) > 0 ? ContentKind.Message
            : ContentKind.Unknown;
    }

    /// <summary>What a part of a message is. Text for people may start like XML or JSON, so that more is asked of it.</summary>
    /// <param name="start">The first octets.</param>
    /// <param name="isText">Whether the media type is one of text.</param>
    public static ContentKind OfPart(ReadOnlySpan<byte> start, bool isText)
    {
        var text = Text(start);
        if (Container(start) is { } container)
        {
            return container;
        }

        if (text.IsEmpty || FeedbackReader.Is(start))
        {
            return text.IsEmpty ? ContentKind.Empty : ContentKind.Feedback;
        }

        if (IsXml(start, text))
        {
            return !isText || Mentions(text, "<feedback") || Mentions(text, ":feedback") || IsUtf16(start) ? ContentKind.Xml : ContentKind.Unknown;
        }

        return text[0] == (byte)'{' ? (Encoding.Latin1.GetString(text).AsSpan().ContainsAny(JsonNames) ? ContentKind.Json : ContentKind.Unknown)
            : !isText && FieldBlock.NameLength(FirstLine(text)) > 0 && Encoding.Latin1.GetString(text).AsSpan().ContainsAny(MessageNames) ? ContentKind.Message
            : ContentKind.Unknown;
    }

    private static ContentKind? Container(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? ContentKind.Gzip
        : start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8) ? ContentKind.Zip
        : null;

    // HTML is not a report, and a reader of XML would only say that it is malformed.
    private static bool IsXml(ReadOnlySpan<byte> start, ReadOnlySpan<byte> text) =>
        IsUtf16(start) || (text[0] == (byte)'<' && !StartsWith(text, "<html") && !StartsWith(text, "<!doctype html"));

    private static bool IsUtf16(ReadOnlySpan<byte> start) => start is [0xFF, 0xFE, (byte)'<', ..] or [0xFE, 0xFF, 0, (byte)'<', ..];

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> start) => (start.StartsWith("\uFEFF"u8) ? start["\uFEFF"u8.Length..] : start).TrimStart(" \t\r\n"u8);

    private static bool StartsWith(ReadOnlySpan<byte> text, string word) => text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);

    private static bool Mentions(ReadOnlySpan<byte> text, string word) => Encoding.Latin1.GetString(text).Contains(word, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) => text.IndexOf((byte)'\n') is >= 0 and var end ? text[..end].TrimEnd((byte)'\r') : text;
}
