using System.Text.RegularExpressions;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The page for those who take over names what is there.</summary>
public partial class ArchitectureTests
{
    private static readonly string Page = Repository.PathOf("src", "ARCHITECTURE.md");

    [Fact]
    public void Every_file_that_the_page_links_to_exists()
    {
        var links = Links().Matches(File.ReadAllText(Page)).Select(match => match.Groups["target"].Value).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(links.Count > 20, "the page links to the code it speaks of");
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(Page)!, link)), $"{link} does not exist"));
    }

    [Fact]
    public void Every_folder_of_the_library_is_in_the_drawing()
    {
        var drawing = File.ReadAllText(Page);
        var folders = Directory.EnumerateFiles(Repository.PathOf("src", "EmailAuth"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.PathOf("src", "EmailAuth"), path).Replace('\\', '/'))
            .Where(path => path.Contains('/', StringComparison.Ordinal))
            .Select(path => path[..path.IndexOf('/', StringComparison.Ordinal)])
            .Where(folder => folder is not ("bin" or "obj"))
            .Distinct(StringComparer.Ordinal);
        Assert.All(folders, folder => Assert.Contains($"<b>{folder}</b>", drawing, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\]\((?<target>[^)#:]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Links();
}
