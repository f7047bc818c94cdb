namespace EmailAuth.Inspection.Spf;

/// <summary>Tells a slip of the finger from another word.</summary>
internal static class NearMiss
{
    /// <summary>Whether a word is a name with one letter more, less or other, or two exchanged.</summary>
    public static bool Is(string name, string word)
    {
        // What is the same at both ends covers all but two letters.
        var (start, end, least) = (0, 0, Math.Min(name.Length, word.Length));
        while (start < least && name[start] == word[start])
        {
            start++;
        }

        while (end < least - start && name[^(end + 1)] == word[^(end + 1)])
        {
            end++;
        }

        return Math.Max(name.Length, word.Length) - start - end <= 2 && start + end > 0;
    }
}
