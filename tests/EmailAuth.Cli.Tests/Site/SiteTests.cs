using System.Collections.Concurrent;
using System.Text.Json;
using EmailAuth.Cli.Tests.Pages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Site;

/// <summary>The site that src/Site/build makes: all of the source's pages are in it, its links lead somewhere, and a browser shows it as it should be.</summary>
public sealed class SiteTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    // A page of each kind: of words and code, with wide tables, of files, of a type, with headings that are empty, with a diagram, of source.
    public static TheoryData<string> Shown =>
    [
        "index.html", "guide/troubleshooting.html", "reference/limits.html", "reference/schemas.html", "api/EmailAuth.AuthenticationPipeline.html",
        "security/speed.html", "project/architecture.html", "source/src/ThreadPool.props.html",
    ];

    [Fact]
    public void Every_page_of_the_source_is_in_the_navigation_once()
    {
        var listed = BuiltSite.ListOf("pages", 4).Select(static line => line[2]).ToList();
        Assert.Equal(listed.Distinct(StringComparer.Ordinal), listed);
        Assert.Superset(
            Directory.EnumerateFiles(Repository.PathOf("src"), "*.md").Select(static path => "src/" + Path.GetFileName(path))
                .Concat(Directory.EnumerateDirectories(Repository.PathOf("src"), "EmailAuth*")
                    .Where(static folder => File.Exists(Path.Combine(folder, "README.md"))).Select(static folder => $"src/{Path.GetFileName(folder)}/README.md"))
                .Append("README.md").Append("CHANGELOG.md").ToHashSet(StringComparer.Ordinal),
            listed.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_link_leads_to_a_page_and_to_a_heading_of_it()
    {
        var root = BuiltSite.Require();
        var pages = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        var anchors = new ConcurrentDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        string PageOf(string path) => pages.GetOrAdd(path, File.ReadAllText);
        var broken = new ConcurrentBag<string>();
        var followed = 0;
        void Follow(string page, string link)
        {
            if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal))
            {
                return;
            }

            Interlocked.Increment(ref followed);
            var parts = link.Split('#', 2);
            var target = parts[0].Length == 0 ? page : Path.GetFullPath(Uri.UnescapeDataString(parts[0]), Path.GetDirectoryName(page)!);
            var isThere = File.Exists(target) && target.StartsWith(root, StringComparison.Ordinal);
            if (isThere && parts is [_, { Length: > 0 } anchor] && target.EndsWith(".html", StringComparison.Ordinal))
            {
                isThere = anchors.GetOrAdd(target, path => BuiltSite.AnchorsOf(PageOf(path)).ToHashSet(StringComparer.Ordinal)).Contains(Uri.UnescapeDataString(anchor));
            }

            if (!isThere)
            {
                broken.Add($"{Path.GetRelativePath(root, page)} links to {link}");
            }
        }

        Parallel.ForEach(Directory.EnumerateFiles(root, "*.html", SearchOption.AllDirectories), page =>
        {
            foreach (var link in BuiltSite.LinksOf(PageOf(page)))
            {
                Follow(page, link);
            }
        });
        foreach (var contents in Directory.EnumerateFiles(root, "toc.json", SearchOption.AllDirectories))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(contents));
            foreach (var link in LinksIn(json.RootElement))
            {
                Follow(contents, link);
            }
        }

        Assert.True(broken.IsEmpty, string.Join('\n', broken.Order(StringComparer.Ordinal)));
        Assert.True(followed > 5_000, $"Only {followed} links were followed.");
    }

    [Fact]
    public void The_reference_of_the_API_has_every_namespace_and_its_types_and_the_examples_of_the_pages()
    {
        var root = BuiltSite.Require();
        var types = Directory.EnumerateFiles(Repository.PathOf("src"), "PublicAPI.Unshipped.txt", SearchOption.AllDirectories).SelectMany(File.ReadLines)
            .Where(static line => line.StartsWith("EmailAuth", StringComparison.Ordinal) && line.IndexOfAny([' ', '(', '<']) < 0).ToList();
        Assert.NotEmpty(types);
        var pages = Directory.EnumerateFiles(Path.Combine(root, "api"), "EmailAuth*.html").Select(Path.GetFileNameWithoutExtension).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var namespaces = BuiltSite.ListOf("namespaces", 3).Select(static line => line[0]).ToList();
        Assert.DoesNotContain(types, type => !pages.Contains(type));
        Assert.Equal(pages.Where(page => !types.Contains(page) && !page.Contains('-', StringComparison.Ordinal)).Order(StringComparer.Ordinal), namespaces.Order(StringComparer.Ordinal));
        foreach (var example in BuiltSite.ListOf("examples", 2))
        {
            Assert.Contains("Examples</h2>", File.ReadAllText(Path.Combine(root, "api", example[0] + ".html")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Shown))]
    public async Task A_page_fits_and_asks_no_other_host_for_anything(string page) => await browser.LookAtSiteAsync(BuiltSite.Require(), page);

    [Fact]
    public async Task The_search_finds_a_page()
    {
        await using var opened = await browser.OpenSiteAsync(BuiltSite.Require(), "index.html", 1200, isDark: false);
        await opened.Page.FillAsync("#search-query:enabled", "Troubleshooting");
        await opened.Page.WaitForSelectorAsync("#search-results .sr-item a");
        Assert.Contains("Troubleshooting", await opened.TextAsync("document.querySelector('#search-results .sr-item').innerText"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> LinksIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static member =>
            member.NameEquals("href") && member.Value.GetString() is { } link ? [link] : LinksIn(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(LinksIn),
        _ => [],
    };
}
