using System.Globalization;
using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>
/// What comes of a text when one of its characters is edited, at each place and in each way, as a picture that people can read: a row for each edit, with
/// a sign below each character. testdata/approved/signatures has the pictures; EMAILAUTH_WRITE_PAGES=1 makes the tests write them.
/// </summary>
internal static class EditedTexts
{
    private const string Signs = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!$%&*+,/:;<=>?@^_`{|}~";

    /// <summary>The outcomes of all edits. The text itself has the first sign.</summary>
    /// <param name="text">The text.</param>
    /// <param name="others">The characters that take the place of one.</param>
    /// <param name="outcomeOf">What comes of a text, and where its fault is.</param>
    public static string Picture(string text, string others, Func<string, (string What, int? Position)> outcomeOf)
    {
        var signs = new Dictionary<string, char>(StringComparer.Ordinal);
        var picture = new StringBuilder();
        _ = SignOf(signs, outcomeOf(text), -1, text);
        picture.Append("           ").Append(Shown(text)).Append('\n');
        Row(picture, "left out", text, index => text.Remove(index, 1), outcomeOf, signs);
        Row(picture, "doubled", text, index => text.Insert(index, text[index..(index + 1)]), outcomeOf, signs);
        foreach (var other in others)
        {
            Row(picture, Shown(other.ToString()), text, index => string.Concat(text.AsSpan(0, index), [other], text.AsSpan(index + 1)), outcomeOf, signs);
        }

        foreach (var (what, sign) in signs)
        {
            picture.Append(CultureInfo.InvariantCulture, $"  {sign} {what}\n");
        }

        return picture.ToString();
    }

    /// <summary>Compares a text with the approved one, or writes that.</summary>
    public static void AssertApproved(string file, string text)
    {
        var path = Repository.PathOf("testdata", "approved", "signatures", file);
        if (Environment.GetEnvironmentVariable("EMAILAUTH_WRITE_PAGES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text.TrimEnd('\n') + "\n");
        }

        var (approved, now) = (File.ReadAllLines(path), text.TrimEnd('\n').Split('\n'));
        for (var line = 0; line < Math.Max(approved.Length, now.Length); line++)
        {
            var (was, @is) = (line < approved.Length ? approved[line] : "(nothing)", line < now.Length ? now[line] : "(nothing)");
            Assert.True(was == @is, $"{file}, line {line + 1}\nwas: {was}\nis:  {@is}");
        }
    }

    private static void Row(
        StringBuilder picture, string edit, string text, Func<int, string> edited, Func<string, (string What, int? Position)> outcomeOf, Dictionary<string, char> signs)
    {
        picture.Append(edit.PadRight(11));
        for (var index = 0; index < text.Length; index++)
        {
            var other = edited(index);
            picture.Append(SignOf(signs, outcomeOf(other), index, other));
        }

        picture.Append('\n');
    }

    private static char SignOf(Dictionary<string, char> signs, (string What, int? Position) outcome, int edit, string text)
    {
        var where = outcome.Position switch
        {
            null => string.Empty,
            { } position when position == edit => " (at the edit)",
            { } position when position == edit + 1 && edit >= 0 => " (behind the edit)",
            { } position when position == text.Length => " (at the end)",
            { } position => string.Create(CultureInfo.InvariantCulture, $" (at {position})"),
        };
        if (!signs.TryGetValue(outcome.What + where, out var sign))
        {
            signs.Add(outcome.What + where, sign = signs.Count < Signs.Length ? Signs[signs.Count] : (char)(0x100 + signs.Count));
        }

        return sign;
    }

    private static string Shown(string text) =>
        string.Concat(text.Select(static c => c < ' ' ? (char)(0x2400 + c) : c == 0x7f ? '\u2421' : c));
}
