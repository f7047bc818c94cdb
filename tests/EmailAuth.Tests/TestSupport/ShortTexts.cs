namespace EmailAuth.Tests.TestSupport;

/// <summary>All short texts of some parts: what a rule says of each of them can be compared with a plain way to say it.</summary>
internal static class ShortTexts
{
    /// <summary>The texts of up to so many characters, the shortest first.</summary>
    public static IEnumerable<string> Of(string characters, int longest) => Of([.. characters.Select(static c => c.ToString())], longest);

    /// <summary>The texts of up to so many parts, those of the fewest first.</summary>
    public static IEnumerable<string> Of(string[] parts, int most) => Enumerable.Range(0, most + 1).SelectMany(count => OfExactly(parts, count));

    private static IEnumerable<string> OfExactly(string[] parts, int count) =>
        count == 0 ? [""] : OfExactly(parts, count - 1).SelectMany(text => parts.Select(part => text + part));
}
