using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>Links from page to page lead to a file, and to a heading in it.</summary>
public class PageLinkTests
{
    public static TheoryData<string> Pages =>
        [.. Directory.EnumerateFiles(Repository.PathOf("src"), "*.md", SearchOption.AllDirectories)
            .Append(Repository.PathOf("README.md"))
            .Append(Repository.PathOf("testdata", "README.md"))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(page => !page.Contains("/bin/", StringComparison.Ordinal) && !page.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_somewhere(string page)
    {
        var path = Repository.PathOf(page.Split('/'));
        foreach (var link in LinksOf(File.ReadAllText(path)))
        {
            var parts = link.Split('#', 2);
            var target = parts[0].Length == 0 ? path : Path.GetFullPath(parts[0], Path.GetDirectoryName(path)!);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} links to {link}: there is no such file.");
            if (parts.Length == 2)
            {
                Assert.True(HeadingsOf(target).Contains(parts[1]), $"{page} links to {link}: there is no such heading.");
            }
        }
    }

    [Fact]
    public void The_readme_links_to_every_page_of_src()
    {
        var links = LinksOf(File.ReadAllText(Repository.PathOf("README.md"))).ToHashSet(StringComparer.Ordinal);
        Assert.All(
            Directory.EnumerateFiles(Repository.PathOf("src"), "*.md").Select(path => "src/" + Path.GetFileName(path)),
            page => Assert.Contains(page, links));
    }

    // Links to other pages of this source, not to the web.
    private static IEnumerable<string> LinksOf(string text)
    {
        for (var at = text.IndexOf("](", StringComparison.Ordinal); at >= 0; at = text.IndexOf("](", at + 2, StringComparison.Ordinal))
        {
            var link = text[(at + 2)..text.IndexOf(')', at)];
            if (!link.Contains("://", StringComparison.Ordinal))
            {
                yield return link;
            }
        }
    }

    // As GitHub and others make them: lower case, blanks as hyphens, of other characters only letters, digits, hyphens and underscores.
    private static HashSet<string> HeadingsOf(string path)
    {
        var headings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(path).Where(line => line.StartsWith('#')))
        {
            var anchor = new StringBuilder();
            foreach (var c in line.TrimStart('#').Trim())
            {
                if (c == ' ')
                {
                    anchor.Append('-');
                }
                else if (char.IsLetterOrDigit(c) || c is '-' or '_')
                {
                    anchor.Append(char.ToLowerInvariant(c));
                }
            }

            headings.Add(anchor.ToString());
        }

        return headings;
    }
}
