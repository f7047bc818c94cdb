using System.Net;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Site;

/// <summary>The site in the folder that EMAILAUTH_SITE names.</summary>
internal static class BuiltSite
{
    private static readonly string[] Attributes = [" href=\"", " src=\""];

    private static string? Folder { get; } = Environment.GetEnvironmentVariable("EMAILAUTH_SITE");

    /// <summary>The folder; a test without it skips.</summary>
    public static string Require()
    {
        Assert.SkipWhen(Folder is null, "EMAILAUTH_SITE does not name a folder with the site (src/Site/build makes it).");
        return Path.GetFullPath(Folder!);
    }

    /// <summary>The lines of a list beside the script that makes the site, each as its words.</summary>
    public static IEnumerable<string[]> ListOf(string name, int words) => File.ReadLines(Repository.PathOf("src", "Site", name))
        .Where(static line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', words, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The addresses that a page links to or loads.</summary>
    public static IEnumerable<string> LinksOf(string html) =>
        Attributes.SelectMany(attribute => Values(html, attribute)).Select(WebUtility.HtmlDecode).OfType<string>();

    /// <summary>The anchors of a page.</summary>
    public static IEnumerable<string> AnchorsOf(string html) => Values(html, " id=\"").Select(WebUtility.HtmlDecode).OfType<string>();

    // DocFX writes every attribute in double quotes, and escapes those within.
    private static IEnumerable<string> Values(string html, string start)
    {
        for (var at = html.IndexOf(start, StringComparison.Ordinal); at >= 0; at = html.IndexOf(start, at, StringComparison.Ordinal))
        {
            at += start.Length;
            var end = html.IndexOf('"', at);
            yield return html[at..end];
            at = end;
        }
    }
}
