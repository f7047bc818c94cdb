namespace EmailAuth.Tests.Signatures;

/// <summary>All short texts of some characters: what a rule says of each of them can be compared with a plain way to say it.</summary>
internal static class ShortTexts
{
    /// <summary>The texts of up to so many characters, the empty one first.</summary>
    public static IEnumerable<string> Of(string characters, int longest)
    {
        List<string> last = [""];
        yield return "";
        for (var length = 1; length <= longest; length++)
        {
            var next = new List<string>(last.Count * characters.Length);
            foreach (var text in last)
            {
                foreach (var c in characters)
                {
                    next.Add(text + c);
                    yield return text + c;
                }
            }

            last = next;
        }
    }
}
