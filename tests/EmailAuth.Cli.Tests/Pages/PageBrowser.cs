using System.Diagnostics.CodeAnalysis;
using Deque.AxeCore.Playwright;
using EmailAuth.Tests.TestSupport;
using Microsoft.Playwright;
using Xunit;

namespace EmailAuth.Cli.Tests.Pages;

/// <summary>Debian's Chromium, which looks at pages. It reports what a page asks for, says and breaks.</summary>
public sealed class PageBrowser : IAsyncLifetime
{
    private static readonly int[] Widths = [320, 400, 1200];

    private const string Site = "https://site.example/";

    // The innermost elements that reach out of the window.
    private const string Widest =
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth && !e.children.length).slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join('; ')";

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Select(static folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    [SuppressMessage("Reliability", "CA2000", Justification = "Disposed with the fixture.")]
    public async ValueTask InitializeAsync()
    {
        if (Program is { } program)
        {
            _playwright = await Playwright.CreateAsync();
            _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = ["--no-sandbox"] });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
    }

    /// <summary>Opens a page in a new window.</summary>
    internal async Task<OpenPage> OpenAsync(string html, int width = 1200, bool isDark = false, bool hasScripts = true)
    {
        Assert.SkipWhen(_browser is null, "chromium is not installed.");
        var file = new TemporaryFile(html, ".html");
        var context = await NewContextAsync(width, isDark, hasScripts);
        var opened = new OpenPage(await context.NewPageAsync(), file);
        await opened.Page.GotoAsync(new Uri(file.Path).AbsoluteUri);
        return opened;
    }

    /// <summary>Opens a page of a site in a new window. A request to the site's host is answered with a file of the folder; no other is let out.</summary>
    internal async Task<OpenPage> OpenSiteAsync(string folder, string page, int width, bool isDark)
    {
        Assert.SkipWhen(_browser is null, "chromium is not installed.");
        var context = await NewContextAsync(width, isDark, hasScripts: true);
        await context.RouteAsync("**/*", route =>
        {
            var path = Path.Combine(folder, Uri.UnescapeDataString(new Uri(route.Request.Url).AbsolutePath).TrimStart('/'));
            return route.Request.Url.StartsWith(Site, StringComparison.Ordinal) && File.Exists(path)
                ? route.FulfillAsync(new RouteFulfillOptions { Path = path, ContentType = path.EndsWith(".svg", StringComparison.Ordinal) ? "image/svg+xml" : null })
                : route.AbortAsync();
        });
        var opened = new OpenPage(await context.NewPageAsync(), file: null);
        await opened.Page.GotoAsync(Site + page);
        await opened.Page.WaitForSelectorAsync("#navbar a.nav-link", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached });
        return opened;
    }

    /// <summary>Looks at a page of a site at 400 and 1,200 px in both schemes, and keeps the pictures under artifacts/pages.</summary>
    internal async Task LookAtSiteAsync(string folder, string page)
    {
        var pictures = Directory.CreateDirectory(Repository.PathOf("artifacts", "pages")).FullName;
        foreach (var isDark in (bool[])[false, true])
        {
            await using var opened = await OpenSiteAsync(folder, page, 400, isDark);
            await opened.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var name = $"site-{page.Replace('/', '-').Replace(".html", string.Empty, StringComparison.Ordinal)}-{(isDark ? "dark" : "light")}";
            await LookAsync(opened, 400, $"{name}-400", pictures);
            await opened.Page.SetViewportSizeAsync(1200, 800);
            await MeasureAsync(opened, 1200, $"{name}-1200", pictures);
            Assert.Equal(0, await opened.NumberAsync("[...document.images].filter(image => !image.naturalWidth).length"));
            Assert.Equal([], opened.Requests.Where(static url => !url.StartsWith(Site, StringComparison.Ordinal) && !url.StartsWith("data:", StringComparison.Ordinal)));
            Assert.True(opened.Messages.Count == 0, $"{name}: {string.Join("\n", opened.Messages)}");
        }
    }

    private Task<IBrowserContext> NewContextAsync(int width, bool isDark, bool hasScripts) => _browser!.NewContextAsync(new BrowserNewContextOptions
    {
        ViewportSize = new ViewportSize { Width = width, Height = 800 },
        ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        JavaScriptEnabled = hasScripts,
    });

    /// <summary>Looks at a page at all widths in both schemes, and keeps the pictures under artifacts/pages.</summary>
    internal async Task LookAsync(string name, string html)
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "pages")).FullName;
        await using var opened = await OpenAsync(html);
        foreach (var isDark in (bool[])[false, true])
        {
            await opened.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light });
            foreach (var width in Widths)
            {
                await opened.Page.SetViewportSizeAsync(width, 800);
                var at = $"{name}-{(isDark ? "dark" : "light")}-{width}";

                // axe takes most of the time, and 320 px has the dark colours of 400 px.
                await (isDark && width == 320 ? MeasureAsync(opened, width, at, folder) : LookAsync(opened, width, at, folder));
            }
        }

        Assert.True(opened.Requests.Count == 1, $"{name} asks for {string.Join(", ", opened.Requests.Skip(1))}");
        Assert.True(opened.Messages.Count == 0, $"{name}: {string.Join("\n", opened.Messages)}");
    }

    private static async Task LookAsync(OpenPage opened, int width, string at, string folder)
    {
        await MeasureAsync(opened, width, at, folder);
        var axe = await opened.Page.RunAxe();
        Assert.True(axe.Violations.Length == 0, $"{at}: {string.Join("\n", axe.Violations.Select(static one => $"{one.Id}: {one.Help}: {string.Join("; ", one.Nodes.Take(3).Select(static node => node.Html))}"))}");
    }

    private static async Task MeasureAsync(OpenPage opened, int width, string at, string folder)
    {
        await opened.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{at}.png"), FullPage = true });
        var (inner, whole) = (await opened.NumberAsync("document.documentElement.clientWidth"), await opened.NumberAsync("document.documentElement.scrollWidth"));
        Assert.True(whole <= inner, $"{at} scrolls sideways, {whole} of {inner} px: {await opened.TextAsync(Widest)}");
        Assert.True(inner <= width, $"{at} is wider than the window");
    }
}
