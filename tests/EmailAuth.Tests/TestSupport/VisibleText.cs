namespace EmailAuth.Tests.TestSupport;

/// <summary>A text in visible ASCII.</summary>
internal static class VisibleText
{
    /// <summary>The text, with all else as an escape: <c>\r</c>, <c>\n</c>, <c>\t</c>, <c>\x00</c>.</summary>
    public static string Of(string text) => string.Concat(text.Select(static c => c switch
    {
        '\r' => "\\r",
        '\n' => "\\n",
        '\t' => "\\t",
        >= ' ' and <= '~' => c.ToString(),
        _ => $"\\x{(int)c:x2}",
    }));
}
