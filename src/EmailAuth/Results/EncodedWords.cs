using System.Buffers;
using System.Text;
using MimeKit.Utils;

namespace EmailAuth.Results;

/// <summary>
/// Decodes the encoded words of a text (RFC 2047 section 2) wherever they are, as lenient readers do: even with white space and question
/// marks in them. Each character is read a few times at most, even if words do not end.
/// </summary>
internal static class EncodedWords
{
    private const string Start = "=?";
    private const string End = "?=";

    private static readonly SearchValues<char> Base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>The text with its encoded words decoded; white space between two of them is removed (RFC 2047 section 6.2).</summary>
    public static string Decode(string text)
    {
        var decoded = new StringBuilder(text.Length);
        var (position, end, copied) = (0, -1, 0);
        var isAfterWord = false;
        while ((position = text.IndexOf(Start, position, StringComparison.Ordinal)) >= 0)
        {
            if (!TryReadHead(text, position, out var content))
            {
                position += Start.Length;
                continue;
            }

            // One search for all heads before the end that it finds.
            end = end >= content ? end : text.IndexOf(End, content, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            var between = text.AsSpan(copied, position - copied);
            decoded.Append(isAfterWord && between.IsWhiteSpace() ? [] : between);
            decoded.Append(DecodeWord(text, position, content, end));
            position = copied = end + End.Length;
            isAfterWord = true;
        }

        return decoded.Append(text.AsSpan(copied)).ToString();
    }

    // RFC 2047 section 2: encoded-word = "=?" charset "?" encoding "?" encoded-text "?="; the encoding is B or Q.
    private static bool TryReadHead(string text, int position, out int content)
    {
        var mark = text.IndexOf('?', position + Start.Length);
        content = mark + 3;
        return mark > position + Start.Length && content <= text.Length && text[mark + 1] is 'b' or 'B' or 'q' or 'Q' && text[mark + 2] == '?';
    }

    // The decoder gets a word in the exact form of RFC 2047, so that it decodes it in one step.
    private static string DecodeWord(string text, int position, int content, int end)
    {
        var word = new StringBuilder(end - position + End.Length).Append(text, position, content - position);
        var isBase64 = text[content - 2] is 'b' or 'B';
        foreach (var c in text.AsSpan(content, end - content))
        {
            if (isBase64)
            {
                word.Append(c, Base64.Contains(c) ? 1 : 0);
            }
            else if (c == '?')
            {
                word.Append("=3F");
            }
            else
            {
                word.Append(c is ' ' or '\t' ? '_' : c, c is '\r' or '\n' ? 0 : 1);
            }
        }

        return Rfc2047.DecodeText(Encoding.UTF8.GetBytes(word.Append(End).ToString()));
    }
}
