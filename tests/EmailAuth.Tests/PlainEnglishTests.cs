using System.Text.RegularExpressions;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// Words that make a text hard to read, and what to write instead, for everything that people read: comments, messages, pages, helps. Words that
/// have an honest use are named with the words around them.
/// </summary>
public class PlainEnglishTests
{
    private static readonly string[] Extensions = [".cs", ".md", ".h", ".c", ".json", ".jsonc", ".service", ".in", ".map", ".html", ".js", ".css", ".xml", ".xsd", ".txt", ".csproj"];

    // The expression, and what to write instead.
    private static readonly (string Word, string Instead)[] Words =
    [
        (@"\bstands?\b(?! (for|in for|alone|out)\b)", "appears, is"),
        (@"\bstood\b", "appeared, was"),
        (@"\b(is|are|was|there's) none\b", "is not a ..., there is no ..., null"),
        (@"\bwhoever\b", "the role: sender, caller, client, operator, receiver"),
        (@"\banew\b", "again"),
        (@"\b(tell|tells|told|telling) of\b", "report"),
        (@"\ba stranger('s)?\b", "the role: a sender, an attacker, someone else"),
        (@"\ball the same\b", "anyway, still"),
        (@"\b(take|takes|taken|took|taking) \w+ for an?\b", "treat ... as"),
        (@"\b(cannot|can not|could not) be had\b", "cannot be looked up, is not available"),
        (@"\b(this|that|it) is no \w+", "is not a ..."),
        (@"\blets? go of\b", "dispose, release"),
        (@"\bof (its|their|our|one's) own accord\b", "by itself"),
        (@"\b(hence|thereof|therein|whence|wherein|thereby|heretofore|hitherto)\b", "so, of it, in it"),
    ];

    // One expression for all words: each line is read once, and only one that has a word is looked at again.
    private static readonly Regex Any = Expression(string.Join('|', Words.Select(static word => $"(?:{word.Word})")));

    [Fact]
    public void No_text_uses_a_word_of_the_list()
    {
        var found = Texts().SelectMany(FoundIn).ToList();
        Assert.True(found.Count == 0, $"{found.Count} lines to write in plain English:\n{string.Join('\n', found)}");
    }

    [Fact]
    public void Each_word_of_the_list_is_found_and_the_honest_use_is_not()
    {
        string[] bad =
        [
            "the tag stands twice", "as it stood", "it is none", "for whoever asks", "read anew", "tells of it", "a stranger's bytes", "all the same",
            "takes it for a key", "it cannot be had", "this is no key", "lets go of it", "of its own accord", "the keys thereof",
        ];
        Assert.Equal(Words.Select(static word => word.Instead), bad.Select(line => Assert.Single(InsteadOf(line))));
        Assert.All(["it stands for a name", "a standing order", "there are no names", "this is not a key"], line => Assert.Empty(InsteadOf(line)));
    }

    private static IEnumerable<string> FoundIn(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (Any.IsMatch(line))
            {
                yield return $"{Path.GetRelativePath(Repository.Root, path)}:{number}: {line.Trim()}\n    write: {string.Join("; ", InsteadOf(line))}";
            }
        }
    }

    private static IEnumerable<string> InsteadOf(string line) => Words.Where(word => Expression(word.Word).IsMatch(line)).Select(static word => word.Instead);

    private static Regex Expression(string words) => new(words, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));

    // Also the texts at the top: they are read first.
    private static IEnumerable<string> Texts() =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "*", SearchOption.AllDirectories)
            .Where(static path => Extensions.Contains(Path.GetExtension(path)) && !IsBuilt(path))
            .Append(Repository.PathOf("README.md"))
            .Append(Repository.PathOf("EmailAuth.nuspec"));

    private static bool IsBuilt(string path) =>
        path.Split(Path.DirectorySeparatorChar) is var parts && (parts.Contains("bin") || parts.Contains("obj") || parts[^1] == "packages.lock.json");
}
