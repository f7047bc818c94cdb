namespace EmailAuth.Native;

/// <summary>A text for a line of its own: in a log, or among errors.</summary>
internal static class OneLine
{
    /// <summary>The text with a question mark for each control character and each line end, whatever a name or a value in it holds.</summary>
    public static string Of(string text) =>
        string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? '?' : from[i];
            }
        });
}
