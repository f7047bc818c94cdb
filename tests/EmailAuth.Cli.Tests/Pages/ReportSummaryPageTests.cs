using EmailAuth.Cli.Pages;
using EmailAuth.Cli.Pages.Reports;
using Xunit;

namespace EmailAuth.Cli.Tests.Pages;

/// <summary>The page of a period of reports in a browser.</summary>
public sealed class ReportSummaryPageTests(PageBrowser browser) : IClassFixture<PageBrowser>
{
    private const string Attack = "\"><img src=x onerror=window.hit=1><script>window.hit=1</script>\u202E";

    [Fact]
    public async Task A_period_is_shown_at_every_width_in_both_schemes()
    {
        var html = ReportSummaryPage.Of(Made("orchard.example"));
        await browser.LookAsync("reports", html);
        await using var opened = await browser.OpenAsync(html);
        Assert.Equal(
            "orchard.example, 14 Nov 2026 to 27 Nov 2026: 90.8 % of the mail is aligned; 2,286 addresses sent one message each on one day",
            await opened.Page.Locator("h1").InnerTextAsync());

        // 14 days of three series, and the wave on one of them; a pattern lies over all but the first series.
        Assert.Equal(14 * 4, await opened.NumberAsync("document.querySelectorAll('figure > svg > rect:not([fill])').length"));
        Assert.Equal(14 * 3, await opened.NumberAsync("document.querySelectorAll('figure > svg > rect[fill^=url]').length"));
        Assert.Equal(14, await opened.NumberAsync("document.querySelectorAll('figure ~ details tbody tr').length"));
    }

    [Fact]
    public async Task A_long_period_with_hostile_names_keeps_its_layout()
    {
        var made = Made(string.Join('.', Enumerable.Repeat(new string('x', 58), 4)) + ".example");
        var long10K = Attack + new string('W', 10_000);
        var html = ReportSummaryPage.Of(made with
        {
            Days = [.. Enumerable.Range(0, 400).Select(day => new ReportedDay(made.From.AddDays(day), 1_000_000_000 * (day % 3L), day, 0, day))],
            Events = [new ReportEvent(State.Fail, "new", Attack, long10K)],

            // Some names of 10,000 characters break a layout as well as a million characters do, and a browser draws them in less than minutes.
            Sources = [.. Enumerable.Range(0, 200).Select(i => new ReportedSource(i % 40 is 0 or 39 ? long10K : Attack, Attack, [Attack, i % 40 is 0 or 39 ? long10K : Attack], 100_000, State.Risk, Attack) { Messages = 1L << (i % 40) })],
            Dispositions = [new ReportedDisposition(long10K, 1, long10K)],
            Policies = [new SeenPolicy(long10K, 1, 1)],
            Reporters = [new Reporter(long10K, 1, 1, 1, State.Note, Attack, long10K)],
            Contradictions = [long10K],
            Tls = new ReportedTls(1, 1, 1, 1, [new ReportedTlsFailure(long10K, 1, long10K, long10K, long10K)]),
            Complaints = [new ReportedComplaint(long10K, 1, long10K, long10K)],
        });
        await browser.LookAsync("reports-hostile", html);
        await using var opened = await browser.OpenAsync(html);
        Assert.Equal(0, await opened.NumberAsync("window.hit ?? 0"));
        Assert.Equal(0, await opened.NumberAsync("document.querySelectorAll('img, iframe, link, [onerror], main script').length"));
        Assert.Equal(0, await opened.NumberAsync("[...document.body.innerText].filter(c => c === '\\u202e').length"));
    }

    [Fact]
    public async Task A_period_without_reports_says_so()
    {
        var html = ReportSummaryPage.Of(new ReportSummary { Domain = "quiet.example", From = new DateOnly(2026, 11, 1), To = new DateOnly(2026, 11, 1), MadeAt = DateTimeOffset.UnixEpoch });
        await using var opened = await browser.OpenAsync(html);
        Assert.Equal("quiet.example, 1 Nov 2026: no report has a message", await opened.Page.Locator("h1").InnerTextAsync());
        Assert.Empty(opened.Messages);
    }

    private static ReportSummary Made(string domain) => new()
    {
        Domain = domain,
        From = new DateOnly(2026, 11, 14),
        To = new DateOnly(2026, 11, 27),
        MadeAt = new DateTimeOffset(2026, 11, 28, 18, 40, 0, TimeSpan.Zero),
        ReportCount = 35,
        AddressCount = 2582,
        Days =
        [
            .. Enumerable.Range(0, 14).Select(i => i % 7 < 2
                ? new ReportedDay(new DateOnly(2026, 11, 14).AddDays(i), 920, 20, 3, 14)
                : new ReportedDay(new DateOnly(2026, 11, 14).AddDays(i), 2046, 60, 4, i == 9 ? 2304 : 19)),
        ],
        Events =
        [
            new ReportEvent(State.Fail, "new and suspicious", "2,286 addresses sent one message each on one day", "None is signed and none is aligned. Nothing was refused, because the policy was none: with reject all of them would have been."),
            new ReportEvent(State.Risk, "look at this", "163.example could not look up your key for 92 messages", "Either your name servers did not answer or theirs failed. See whether yours answer by TCP."),
            new ReportEvent(State.Note, "known", "bulk.example is aligned by DKIM only (373 messages)", "That is enough. A return path in your domain would make it two."),
        ],
        Sources =
        [
            new ReportedSource("Your own hosts", "mail*.orchard.example", ["192.0.2.7", "192.0.2.8"], 102, State.Pass, "yours") { Messages = 21394, SpfAligned = 21351, DkimAligned = 21308, Passing = 21351 },
            new ReportedSource("Bulk sender", "*.bulk.example", ["203.0.113.64"], 12, State.Pass, "yours, DKIM only") { Messages = 373, DkimAligned = 373, Passing = 373 },
            new ReportedSource("One-day wave", "", ["198.51.100.1"], 2286, State.Fail, "suspicious") { Messages = 2286 },
            new ReportedSource("relay.example", "relay.example", ["203.0.113.9"], 1, State.Note, "forwarder") { Messages = 114, SpfAligned = 2, DkimAligned = 110, Passing = 110 },
        ],
        Dispositions = [new ReportedDisposition("none", 26931, "delivered as usual"), new ReportedDisposition("reject", 224, "refused"), new ReportedDisposition("quarantine", 124, "put aside")],
        Policies = [new SeenPolicy("p=reject", 13, 21793), new SeenPolicy("p=none", 19, 5361)],
        Reporters = [new Reporter("yeah.example", 1, 21679, 173, State.Note, "salvaged", "RFC 7489, no selector"), new Reporter("mail.example", 6, 3057, 1, State.Pass, "conforms", "RFC 9990")],
        Conformance = [new ReportConformance(State.Pass, "conforms", 1, "RFC 9990"), new ReportConformance(State.Fail, "unusable", 6, "not well-formed XML"), new ReportConformance(State.None, "duplicate", 6, "the same content again: not counted twice")],
        Contradictions = ["186 messages: SPF passes as aligned, and the only SPF domain is another one"],
        Tls = new ReportedTls(5710, 308, 7, 5, [new ReportedTlsFailure("starttls-not-supported", 200, "the host did not offer STARTTLS", "switch it on", "Company-X"), new ReportedTlsFailure("certificate-expired", 100, "the certificate had ended", "renew it", "Company-X")]),
        Complaints = [new ReportedComplaint("abuse", 2, "a person pressed the button", "take the address off the list")],
    };
}
