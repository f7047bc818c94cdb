namespace EmailAuth.Inspection.Spf;

/// <summary>Distinguishes a typing mistake from another word.</summary>
internal static class NearMiss
{
    /// <summary>Whether a word differs from a name by one extra, missing or different letter, or by two exchanged letters.</summary>
    public static bool Is(string name, string word)
    {
        // The common start and the common end cover all but two letters.
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
