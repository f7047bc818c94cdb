using System.Globalization;

namespace EmailAuth.Tests.TestSupport;

/// <summary>All texts that differ from one in a character, and what becomes of them.</summary>
internal static class OneCharacterEdits
{
    /// <summary>Each character left out (<c>-3</c>), doubled (<c>+3</c>) and replaced (<c>3=x</c>), by its place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="others">The characters that replace one.</param>
    public static IEnumerable<(string Edit, string Text)> Of(string text, string others)
    {
        for (var index = 0; index < text.Length; index++)
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"-{index}"), text.Remove(index, 1));
            yield return (string.Create(CultureInfo.InvariantCulture, $"+{index}"), text.Insert(index, text[index].ToString()));
            foreach (var other in others.Where(other => other != text[index]))
            {
                yield return (string.Create(CultureInfo.InvariantCulture, $"{index}={Shown(other)}"), text[..index] + other + text[(index + 1)..]);
            }
        }
    }

    /// <summary>A line for the text and each outcome of its edits: how often it comes, and the edits that give it, or the first of many.</summary>
    /// <param name="text">The text.</param>
    /// <param name="others">The characters that replace one.</param>
    /// <param name="outcomeOf">What becomes of a text, in one line.</param>
    /// <param name="most">How many edits are named.</param>
    public static IEnumerable<string> Outcomes(string text, string others, Func<string, string> outcomeOf, int most = 12)
    {
        yield return string.Concat(text.Select(Shown));
        yield return "  " + outcomeOf(text);
        foreach (var group in Of(text, others).GroupBy(edit => outcomeOf(edit.Text), static edit => edit.Edit, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"  {group.Count()}: {string.Concat(group.Key.Select(Shown))}: {string.Join(' ', group.Take(most))}{(group.Count() > most ? " ..." : null)}");
        }
    }

    private static string Shown(char c) => c is >= ' ' and <= '~' ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
}
