using System.Buffers;

namespace EmailAuth.Reports.Aggregate;

/// <summary>What the writer and the reader of aggregate reports share: the namespaces, and the characters of a text.</summary>
internal static class AggregateXml
{
    /// <summary>RFC 9990 Appendix A.</summary>
    public const string Namespace = "urn:ietf:params:xml:ns:dmarc-2.0";

    /// <summary>RFC 7489 Appendix C. Hardly any report has it.</summary>
    public const string OldNamespace = "http://dmarc.org/dmarc-xml/0.1";

    private const char Replacement = '\uFFFD';

    // What is allowed as it is: most texts have nothing else. White space other than the space becomes one.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c).ToArray());

    /// <summary>Whether a text has a character that XML 1.0 (section 2.2) cannot carry, even as a reference, or that ends a line.</summary>
    public static bool HasControl(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAnyExcept(Plain); at >= 0 && at < text.Length; at++)
        {
            if (!IsText(text, ref at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A text that XML can carry in one line: white space becomes a space, other control characters U+FFFD; without white space around it.</summary>
    public static string OneLine(string text)
    {
        text = text.Trim();
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var line = text.ToCharArray();
        for (var at = 0; at < line.Length; at++)
        {
            if (!IsText(line, ref at))
            {
                line[at] = line[at] is '\t' or '\n' or '\r' ? ' ' : Replacement;
            }
        }

        return new string(line).Trim();
    }

    // C1 controls are allowed in XML and of no use in a text for people.
    private static bool IsText(ReadOnlySpan<char> text, ref int at)
    {
        var c = text[at];
        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            at++;
            return true;
        }

        return !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF');
    }
}
