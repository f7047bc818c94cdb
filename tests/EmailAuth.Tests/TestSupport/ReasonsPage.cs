using Xunit;

namespace EmailAuth.Tests.TestSupport;

/// <summary>The page on reason codes: a table of codes for each section.</summary>
internal static class ReasonsPage
{
    /// <summary>Checks that a section of the page has exactly these codes, each once and with a meaning.</summary>
    public static void AssertHas(string section, IEnumerable<string> codes)
    {
        var page = File.ReadAllText(Repository.PathOf("src", "REASONS.md")).ReplaceLineEndings("\n");
        var start = page.IndexOf($"\n## {section}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the page has no section {section}");
        var end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var rows = page[start..(end < 0 ? page.Length : end)].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')).ToList();
        Assert.All(rows, row => Assert.EndsWith(".", row[2].Trim(), StringComparison.Ordinal));
        Assert.Equal(codes.Order(StringComparer.Ordinal), rows.Select(row => row[1].Trim(' ', '`')).Order(StringComparer.Ordinal));
    }
}
