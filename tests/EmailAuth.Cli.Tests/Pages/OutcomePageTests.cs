using EmailAuth.Tests.TestSupport;
using Microsoft.Playwright;
using Xunit;

namespace EmailAuth.Cli.Tests.Pages;

/// <summary>The page of a message in a browser: <c>emailauth verify --html</c>.</summary>
public sealed class OutcomePageTests(PageBrowser browser) : IClassFixture<PageBrowser>, IDisposable
{
    private readonly PageMessages _messages = new();

    public void Dispose() => _messages.Dispose();

    [Fact]
    public async Task A_message_that_a_list_changed_is_shown_at_every_width_in_both_schemes()
    {
        var html = await ListPageAsync();
        await browser.LookAsync("outcome-list", html);
    }

    [Fact]
    public async Task A_message_that_passes_is_shown_at_every_width_in_both_schemes()
    {
        var page = Path.GetTempFileName();
        var run = await CommandRun.OfAsync(
            "verify", "testdata/messages/rfc8463-a3.eml", "--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1", "--helo", "mail.example.com", "--mail-from", "", "--html", page, "--brief");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        File.Delete(page);
        await browser.LookAsync("outcome-pass", html);
    }

    [Fact]
    public async Task Hostile_text_is_inert_and_keeps_the_layout()
    {
        var html = await _messages.PageAsync(_messages.Hostile(), "--ip", "192.0.2.66", "--helo", "<script>window.hit=1</script>", "--mail-from", "a@hostile.example");
        await browser.LookAsync("outcome-hostile", html);
        await using var opened = await browser.OpenAsync(html);
        Assert.Equal(0, await opened.NumberAsync("window.hit ?? 0"));
        Assert.Equal(0, await opened.NumberAsync("document.querySelectorAll('img, iframe, link, object, [onerror], [onload], main script, main style, body style').length"));
        Assert.Equal(0, await opened.NumberAsync("[...document.body.innerText].filter(c => /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069]/.test(c)).length"));
        Assert.Contains("U+202E", await opened.TextAsync("document.body.innerText"), StringComparison.Ordinal);
        Assert.Contains("<script>window.hit=1</script>", await opened.TextAsync("document.body.innerText"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Printing_is_light_and_whole_even_from_dark_mode()
    {
        var html = await ListPageAsync();
        await using var opened = await browser.OpenAsync(html, isDark: true);
        Assert.NotEqual(0, await opened.NumberAsync("document.querySelectorAll('details:not([open])').length"));
        await opened.Page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");
        Assert.Equal(0, await opened.NumberAsync("document.querySelectorAll('details:not([open])').length"));
        await opened.Page.EvaluateAsync("dispatchEvent(new Event('afterprint'))");
        Assert.NotEqual(0, await opened.NumberAsync("document.querySelectorAll('details:not([open])').length"));

        var pdf = await opened.Page.PdfAsync(new PagePdfOptions { Format = "A4", Path = Repository.PathOf("artifacts", "pages", "outcome-list.pdf"), PrintBackground = true });
        Assert.Equal("%PDF-"u8, pdf.AsSpan(0, 5));
        await opened.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print, ColorScheme = ColorScheme.Dark });
        Assert.Equal("rgb(255, 255, 255)", await opened.TextAsync("getComputedStyle(document.body).backgroundColor"));
        Assert.Equal("none", await opened.TextAsync("getComputedStyle(document.querySelector('nav')).display"));
    }

    [Fact]
    public async Task The_page_is_complete_without_scripts()
    {
        await using var opened = await browser.OpenAsync(await ListPageAsync(), hasScripts: false);
        Assert.StartsWith("DMARC fails", await opened.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await opened.Page.Locator("pre#results").IsVisibleAsync());
        Assert.False(await opened.Page.Locator("button").First.IsVisibleAsync());
    }

    // The h1 is the answer, and the first screen has the cause and what to do.
    [Fact]
    public async Task The_first_screen_has_the_answer_the_cause_and_what_to_do()
    {
        await using var opened = await browser.OpenAsync(await ListPageAsync());
        var panels = opened.Page.Locator(".panel");
        Assert.Equal(2, await panels.CountAsync());
        for (var i = 0; i < 2; i++)
        {
            var box = await panels.Nth(i).BoundingBoxAsync();
            Assert.InRange(box!.Y, 0, 600);
        }
    }

    [Fact]
    public async Task Several_messages_do_not_fit_on_a_page()
    {
        var run = await CommandRun.OfAsync("verify", "testdata/messages/rfc8463-a3.eml", "testdata/messages/rfc6376-a2.eml", "--zone", "testdata/zones/rfc8463.json", "--html", "/dev/null");
        Assert.Equal((2, "emailauth: --html makes the page of one message: give one\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_is_an_error()
    {
        var run = await CommandRun.OfAsync("verify", "testdata/messages/rfc8463-a3.eml", "--zone", "testdata/zones/rfc8463.json", "--html", "testdata");
        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("emailauth: the page 'testdata' cannot be written: ", run.Error, StringComparison.Ordinal);
    }

    private async Task<string> ListPageAsync() =>
        await _messages.PageAsync(await _messages.ThroughListAsync(), "--border", "mx.reader.example", "--authserv-id", "mx.reader.example");
}
