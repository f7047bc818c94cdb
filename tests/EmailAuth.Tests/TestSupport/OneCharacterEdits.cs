using EmailAuth.Syntax;

namespace EmailAuth.Tests.TestSupport;

/// <summary>All texts that differ from one in a character, and what becomes of them.</summary>
internal static class OneCharacterEdits
{
    /// <summary>A text without each character, with it twice, cut before it, and with each other character in its place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="others">The characters that replace one.</param>
    /// <returns>The edits: "without", "twice", "cut" or the other character, the place, and the edited text.</returns>
    public static IEnumerable<(string Kind, int Place, string Text)> Of(string text, string others)
    {
        for (var place = 0; place < text.Length; place++)
        {
            yield return ("without", place, text.Remove(place, 1));
            yield return ("twice", place, text.Insert(place, text[place..(place + 1)]));
            yield return ("cut", place, text[..place]);
            foreach (var other in others)
            {
                if (other != text[place])
                {
                    yield return (other == ' ' ? "space" : VisibleText.Of($"{other}"), place, $"{text[..place]}{other}{text[(place + 1)..]}");
                }
            }
        }
    }

    /// <summary>A text, its edits, and it with each other character more at each place.</summary>
    public static IEnumerable<string> Near(string text, string others) => Of(text, others).Select(static edit => edit.Text).Append(text)
        .Concat(Enumerable.Range(0, text.Length + 1).SelectMany(place => others.Select(other => text.Insert(place, $"{other}"))))
        .Distinct(StringComparer.Ordinal);

    /// <summary>Lines of a page: the text, its outcome, and each other outcome with the edits that lead to it, kinds that do so at the same places together.</summary>
    /// <param name="text">The text.</param>
    /// <param name="others">The characters that replace one.</param>
    /// <param name="outcomeOf">What becomes of a text, in one line; it gets the place of the edit, too, or -1.</param>
    public static IEnumerable<string> Outcomes(string text, string others, Func<string, int, string> outcomeOf) =>
        Outcomes(text, outcomeOf(text, -1), Of(text, others).Select(edit => (edit.Kind, edit.Place, outcomeOf(edit.Text, edit.Place))));

    /// <summary>The same lines of other edits.</summary>
    public static IEnumerable<string> Outcomes(string text, string outcome, IEnumerable<(string Kind, int Place, string Outcome)> edits)
    {
        var others = edits.Where(edit => edit.Outcome != outcome).GroupBy(static edit => edit.Outcome, StringComparer.Ordinal).OrderBy(static same => same.Key, StringComparer.Ordinal)
            .Select(static same => $"    {same.Key} <- {string.Join(" | ", Places(same))}");
        return ((string[])[$"= {text}", $"  {outcome}", .. others]).Select(VisibleText.Of);
    }

    /// <summary>A position in an edited text, said from its end or from the edit where it is near; the number in a text without one.</summary>
    public static string Position(int position, string text, int edit) => (position - edit) switch
    {
        _ when edit < 0 => $"{position}",
        _ when position == text.Length => "end",
        0 => "here",
        >= -2 and <= 2 => $"here{position - edit:+0;-0}",
        _ => $"{position}",
    };

    /// <summary>An error of an edited text, whole.</summary>
    public static string Error(SyntaxError error, string text, int edit) => $"{error.Code} at {Position(error.Position, text, edit)}: {error.Reason}";

    private static IEnumerable<string> Places(IEnumerable<(string Kind, int Place, string Outcome)> edits) => edits
        .GroupBy(static edit => edit.Kind, static edit => edit.Place, StringComparer.Ordinal)
        .GroupBy(static kind => NumberRanges.Of(kind), static kind => kind.Key, StringComparer.Ordinal)
        .Select(static kinds => $"{string.Join(' ', kinds)} {kinds.Key}");
}
