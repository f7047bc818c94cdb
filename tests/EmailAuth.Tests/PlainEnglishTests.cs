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
    private static readonly string[] Extensions = [".cs", ".md", ".h", ".c", ".json", ".jsonc", ".service", ".in", ".map", ".html", ".js", ".css", ".xml", ".xsd"];

    // The expression, and what to write instead.
    public static TheoryData<string, string> Words => new()
    {
        { @"\bstands?\b(?! (for|in for|alone|out)\b)", "appears, is" },
        { @"\bstood\b", "appeared, was" },
        { @"\b(is|are|was|there's) none\b", "is not a ..., there is no ..., null" },
        { @"\bwhoever\b", "the role: sender, caller, client, operator, receiver" },
        { @"\banew\b", "again" },
        { @"\b(tell|tells|told|telling) of\b", "report" },
        { @"\ba stranger('s)?\b", "the role: a sender, an attacker, someone else" },
        { @"\ball the same\b", "anyway, still" },
        { @"\b(take|takes|taken|took|taking) \w+ for an?\b", "treat ... as" },
        { @"\b(cannot|can not|could not) be had\b", "cannot be looked up, is not available" },
        { @"\b(this|that|it) is no \w+", "is not a ..." },
        { @"\blets? go of\b", "dispose, release" },
        { @"\bof (its|their|our|one's) own accord\b", "by itself" },
        { @"\b(hence|thereof|therein|whence|wherein|thereby|heretofore|hitherto)\b", "so, of it, in it" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void No_text_in_src_uses(string word, string instead)
    {
        var found = new List<string>();
        foreach (var path in Texts())
        {
            var lines = File.ReadAllLines(path);
            for (var i = 0; i < lines.Length; i++)
            {
                if (Regex.IsMatch(lines[i], word, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10)))
                {
                    found.Add($"{Path.GetRelativePath(Repository.Root, path)}:{i + 1}: {lines[i].Trim()}");
                }
            }
        }

        Assert.True(found.Count == 0, $"{found.Count} lines have '{word}'; write: {instead}\n{string.Join('\n', found)}");
    }

    // Also the texts at the top: they are read first.
    private static IEnumerable<string> Texts() =>
        Directory.EnumerateFiles(Repository.PathOf("src"), "*", SearchOption.AllDirectories)
            .Where(static path => Extensions.Contains(Path.GetExtension(path)) && !IsBuilt(path))
            .Append(Repository.PathOf("README.md"))
            .Append(Repository.PathOf("EmailAuth.nuspec"));

    private static bool IsBuilt(string path) =>
        path.Split(Path.DirectorySeparatorChar) is var parts && (parts.Contains("bin") || parts.Contains("obj") || parts[^1] == "packages.lock.json");
}
