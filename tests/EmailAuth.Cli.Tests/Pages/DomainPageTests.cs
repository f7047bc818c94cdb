using System.Globalization;
using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests.Pages;

/// <summary>The page of a domain in a browser: <c>emailauth domain --html</c>.</summary>
public sealed class DomainPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private const string Attack = "\"><img src=x onerror=window.hit=1><script>window.hit=1</script>\u202E";

    [Fact]
    public async Task A_domain_with_many_faults_is_shown_at_every_width_in_both_schemes()
    {
        var html = await PageAsync("orchard.example", new()
        {
            ["orchard.example"] = [Text("v=spf1 a mx ip4:192.0.2.0/24 ip4:192.0.2.7 include:_spf.mail.example include:gone.example ptr ?all"), Mx("10 mx1.orchard.example"), Mx("20 mx2.orchard.example"), A("192.0.2.7")],
            ["_spf.mail.example"] = [Text("v=spf1 include:_a.mail.example include:_b.mail.example ~all")],
            ["_a.mail.example"] = [Text("v=spf1 ip4:198.51.100.0/24 exists:%{i}.x.example -all")],
            ["_b.mail.example"] = [Text("v=spf1 ip4:203.0.113.0/25 a:one.mail.example a:two.mail.example a:three.mail.example mx:mail.example -all")],
            ["mx1.orchard.example"] = [A("192.0.2.7")],
            ["7.2.0.192.in-addr.arpa"] = [new { type = "PTR", data = "host-192-0-2-7.pool.example" }],
            ["old._domainkey.orchard.example"] = [Text("v=DKIM1; p=")],
            ["crm._domainkey.orchard.example"] = [Text("v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDJ2Z4sq4lIpZEL")],
            ["_dmarc.orchard.example"] = [Text("v=DMARC1; p=quarantine; sp=none; pct=50; rua=mailto:dmarc@reports.example; fo=1")],
            ["_mta-sts.orchard.example"] = [Text("v=STSv1; id=20261128")],
            ["default._bimi.orchard.example"] = [Text("v=BIMI1; l=https://orchard.example/logo.svg")],
        }, "--selector", "old", "--selector", "crm", "--selector", "absent");
        await browser.LookAsync("domain-faults", html);
        await using var opened = await browser.OpenAsync(html);
        Assert.StartsWith("orchard.example: ", await opened.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);

        // Every number in a record leads to its finding.
        Assert.NotEqual(0, await opened.NumberAsync("document.querySelectorAll('.record sup a').length"));
        Assert.Equal(0, await opened.NumberAsync("[...document.querySelectorAll('main a[href^=\"#\"]')].filter(a => !document.querySelector(a.getAttribute('href'))).length"));
    }

    [Fact]
    public async Task Hostile_records_are_inert()
    {
        var html = await PageAsync("hostile.example", new()
        {
            ["hostile.example"] = [Text($"v=spf1 include:{Attack.Replace(' ', '_')} exp={Attack.Replace(' ', '_')} {new string('a', 400)}:x -all"), Mx("10 " + string.Join('.', Enumerable.Repeat(new string('x', 60), 4)))],
            ["_dmarc.hostile.example"] = [Text($"v=DMARC1; p=reject; rua=mailto:{Attack}; x={new string('y', 900)}")],
            ["default._domainkey.hostile.example"] = [Text($"v=DKIM1; n={Attack}; p={new string('A', 800)}")],
            ["_smtp._tls.hostile.example"] = [Text($"v=TLSRPTv1; rua=mailto:{Attack}")],
            ["default._bimi.hostile.example"] = [Text($"v=BIMI1; l=https://{Attack}/x.svg")],
        });
        await browser.LookAsync("domain-hostile", html);
        await using var opened = await browser.OpenAsync(html);
        Assert.Equal(0, await opened.NumberAsync("window.hit ?? 0"));
        Assert.Equal(0, await opened.NumberAsync("document.querySelectorAll('img, iframe, link, [onerror], main script').length"));
        Assert.Equal(0, await opened.NumberAsync("[...document.body.innerText].filter(c => c === '\\u202e').length"));
    }

    [Theory]
    [InlineData("a.example", "b.example")]
    [InlineData("--list", "domains.txt")]
    public async Task A_page_is_of_one_domain(params string[] names)
    {
        var run = await CommandRun.OfAsync(["domain", .. names, "--html", "page.html"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--html makes the page of one domain: give one NAME", run.Error, StringComparison.Ordinal);
    }

    private static object Text(string data) => new { type = "TXT", data };

    private static object A(string data) => new { type = "A", data };

    private static object Mx(string data) => new { type = "MX", preference = int.Parse(data.Split(' ')[0], CultureInfo.InvariantCulture), data = data.Split(' ')[1] };

    private static async Task<string> PageAsync(string domain, Dictionary<string, object[]> zone, params string[] arguments)
    {
        using var zoneFile = new TemporaryFile(JsonSerializer.Serialize(zone));
        using var page = new TemporaryFile(string.Empty, ".html");
        var run = await CommandRun.OfAsync(["domain", domain, "--zone", zoneFile.Path, "--html", page.Path, .. arguments]);
        Assert.Equal("", run.Error);
        return await File.ReadAllTextAsync(page.Path, TestContext.Current.CancellationToken);
    }
}
