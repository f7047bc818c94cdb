using EmailAuth.Dmarc;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>All of what a decision about a report address says, and how much is asked for it.</summary>
public class DmarcReportDestinationsLimitTests
{
    private const string Record = "_dmarc.example.com v=DMARC1;p=none";

    public static TheoryData<string, string, string> Decisions => new()
    {
        { "", "https://x.example/r", "https://x.example/r: NotAMailbox [] of  at  " },
        { "", "mailto:a@example.com", "mailto:a@example.com: SameOrganization [a@example.com] of example.com at  " },
        { "", "mailto:a@Sub.example.com", "mailto:a@Sub.example.com: SameOrganization [a@sub.example.com] of sub.example.com at  " },
        { "", "mailto:a@x.example", "mailto:a@x.example: NotConfirmed [] of x.example at example.com._report._dmarc.x.example " },
        { "example.com._report._dmarc.x.example other", "mailto:a@x.example", "mailto:a@x.example: NotConfirmed [] of x.example at example.com._report._dmarc.x.example " },
        { "example.com._report._dmarc.x.example v=DMARC1", "mailto:a@x.example", "mailto:a@x.example: Confirmed [a@x.example] of x.example at example.com._report._dmarc.x.example " },
        { "example.com._report._dmarc.x.example v=DMARC1;rua=mailto:b@y.example", "mailto:a@x.example", "mailto:a@x.example: OtherHost [] of x.example at example.com._report._dmarc.x.example " },
        { "!example.com._report._dmarc.x.example", "mailto:a@x.example", "mailto:a@x.example: Undecided [] of x.example at example.com._report._dmarc.x.example SERVFAIL" },
        { "!_dmarc.x.example.com", "mailto:a@x.example.com", "mailto:a@x.example.com: Undecided [] of x.example.com at example.com._report._dmarc.x.example.com it is not known whether x.example.com and example.com are of one organization: a query failed" },
        { "!_dmarc.x.example.com|!example.com._report._dmarc.x.example.com", "mailto:a@x.example.com", "mailto:a@x.example.com: Undecided [] of x.example.com at example.com._report._dmarc.x.example.com SERVFAIL" },
        { "!_dmarc.x.example.com|example.com._report._dmarc.x.example.com v=DMARC1;rua=mailto:b@y.example", "mailto:a@x.example.com", "mailto:a@x.example.com: OtherHost [] of x.example.com at example.com._report._dmarc.x.example.com " },
        { "!_dmarc.x.example.com|example.com._report._dmarc.x.example.com v=DMARC1", "mailto:a@x.example.com", "mailto:a@x.example.com: Confirmed [a@x.example.com] of x.example.com at example.com._report._dmarc.x.example.com " },
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task A_decision_has_all_of_its_parts(string zone, string uri, string expected)
    {
        var found = Assert.Single(await CheckAsync(new ScriptedResolver(ZoneOf(Record + "|" + zone)), [uri]));
        Assert.Equal(expected, Told(found));
        Assert.Equal($"{uri}: {found.Consent}", found.ToString());
    }

    [Fact]
    public async Task Ten_addresses_are_used_whatever_they_are()
    {
        string[] uris = [.. Enumerable.Range(0, 12).Select(n => n % 3 == 0 ? "https://x.example/" : $"mailto:a{n}@example.com")];
        var found = await CheckAsync(new ScriptedResolver(ZoneOf(Record)), uris);
        Assert.Equal(uris, found.Select(one => one.Uri));
        Assert.Equal(
            [.. Enumerable.Range(0, 10).Select(n => n % 3 == 0 ? DmarcReportConsent.NotAMailbox : DmarcReportConsent.SameOrganization), DmarcReportConsent.TooMany, DmarcReportConsent.TooMany],
            found.Select(one => one.Consent));
        Assert.Equal("mailto:a10@example.com: TooMany [] of  at  ", Told(found[10]));
        Assert.Equal(10, DmarcReportDestinations.MaxUris);
        Assert.Empty(await CheckAsync(new ScriptedResolver(ZoneOf(Record)), []));
    }

    // Of a consent that names many mailboxes, ten are used; the eleventh may be anything.
    [Theory]
    [InlineData(9, "Confirmed", 9)]
    [InlineData(10, "Confirmed", 10)]
    [InlineData(11, "Confirmed", 10)]
    public async Task Ten_addresses_of_a_consent_are_used(int count, string consent, int mailboxes)
    {
        var uris = string.Join(',', Enumerable.Range(1, count).Select(n => n == 11 ? "mailto:a@other.example" : $"mailto:m{n}@x.example"));
        var found = Assert.Single(await CheckAsync(new ScriptedResolver(ZoneOf($"{Record}|example.com._report._dmarc.x.example v=DMARC1;rua={uris}")), ["mailto:a@x.example"]));
        Assert.Equal((consent, string.Join(' ', Enumerable.Range(1, mailboxes).Select(n => $"m{n}@x.example"))), (found.Consent.ToString(), string.Join(' ', found.Mailboxes)));
    }

    // One host after the other, each question once; where all are our own, nothing but the walks.
    [Theory]
    [InlineData("", "")]
    [InlineData("https://x.example/", "")]
    [InlineData("mailto:a@example.com", "_dmarc.example.com _dmarc.com")]
    [InlineData("mailto:a@x.example mailto:b@x.example mailto:c@X.example", "_dmarc.example.com _dmarc.com example.com._report._dmarc.x.example")]
    [InlineData("mailto:a@x.example.com mailto:b@x.example.com mailto:c@y.example.com", "_dmarc.example.com _dmarc.com _dmarc.x.example.com _dmarc.y.example.com")]
    [InlineData("mailto:a@x.example mailto:a@y.example", "_dmarc.example.com _dmarc.com example.com._report._dmarc.x.example example.com._report._dmarc.y.example")]
    public async Task What_is_asked(string uris, string expected)
    {
        var resolver = new ScriptedResolver(ZoneOf(Record));
        await CheckAsync(resolver, uris.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, string.Join(' ', resolver.Names));
    }

    // Ten hosts of ten labels: each has a walk of its own of eight names and a question for its consent.
    [Fact]
    public async Task Ten_hosts_are_all_compared_and_asked_whatever_the_limit_of_identifiers_is()
    {
        var zone = ZoneOf(Record.Replace("p=none", "p=none;psd=u", StringComparison.Ordinal));
        string[] uris = [.. Enumerable.Range(0, 10).Select(n => $"mailto:a@{n}1.{n}2.{n}3.{n}4.{n}5.{n}6.{n}7.{n}8.example.com")];
        foreach (var record in Enumerable.Range(0, 10).Select(n => $"_dmarc.{n}8.example.com"))
        {
            zone.Add(record, ZoneEntryKind.Txt, "v=DMARC1;p=none;psd=n");
        }

        var resolver = new ScriptedResolver(zone);
        var found = await new DmarcReportDestinations(resolver, new DmarcOptions { MaxIdentifiers = 1 })
            .CheckAsync(DmarcSituation.Name("example.com"), uris, DmarcReportKind.Aggregate, TestContext.Current.CancellationToken);
        Assert.All(found, one => Assert.Equal((DmarcReportConsent.NotConfirmed, null), (one.Consent, one.Reason)));
        Assert.Equal(2 + (10 * (6 + 1)), resolver.AskedCount);
    }

    // Hosts of ten labels below a top-level domain: a walk of seven names beside that domain's own, and a consent.
    [Fact]
    public async Task Eighty_questions_for_ten_hosts_are_within_the_allowance()
    {
        var zone = ZoneOf("_dmarc.com v=DMARC1;p=none");
        foreach (var n in Enumerable.Range(0, 10))
        {
            zone.Add($"_dmarc.{n}9.com", ZoneEntryKind.Txt, "v=DMARC1;p=none;psd=n");
        }

        var resolver = new ScriptedResolver(zone);
        var found = await new DmarcReportDestinations(resolver).CheckAsync(
            DmarcSituation.Name("com"),
            [.. Enumerable.Range(0, 10).Select(n => $"mailto:a@{n}1.{n}2.{n}3.{n}4.{n}5.{n}6.{n}7.{n}8.{n}9.com")],
            DmarcReportKind.Aggregate,
            TestContext.Current.CancellationToken);
        Assert.All(found, one => Assert.Equal((DmarcReportConsent.NotConfirmed, null), (one.Consent, one.Reason)));
        Assert.Equal(1 + (10 * (7 + 1)), resolver.AskedCount);
    }

    [Fact]
    public async Task A_check_that_is_given_up_asks_for_nothing_more()
    {
        using var cancellation = new CancellationTokenSource();
        var resolver = ScriptedResolver.Held(new ZoneResolver(ZoneOf(Record)));
        var check = new DmarcReportDestinations(resolver).CheckAsync(DmarcSituation.Name("example.com"), ["mailto:a@x.example"], DmarcReportKind.Aggregate, cancellation.Token).AsTask();
        Assert.Equal(1, resolver.Outstanding);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.Equal((0, 1), (resolver.Outstanding, resolver.AskedCount));
    }

    [Fact]
    public async Task A_list_says_what_an_organization_is()
    {
        var resolver = new ScriptedResolver(ZoneOf(Record));
        var found = await new DmarcReportDestinations(resolver, new DmarcOptions { PublicSuffixList = PublicSuffixList.Load(new StringReader("com")) })
            .CheckAsync(DmarcSituation.Name("a.example.com"), ["mailto:x@b.example.com", "mailto:x@b.com"], DmarcReportKind.Failure, TestContext.Current.CancellationToken);
        Assert.Equal([DmarcReportConsent.SameOrganization, DmarcReportConsent.NotConfirmed], found.Select(one => one.Consent));
        Assert.Equal("_dmarc.a.example.com _dmarc.example.com a.example.com._report._dmarc.b.com", string.Join(' ', resolver.Names));
    }

    // The longest name of a consent has 253 characters.
    [Theory]
    [InlineData(0, DmarcReportConsent.NotConfirmed)]
    [InlineData(1, DmarcReportConsent.NameTooLong)]
    public async Task A_name_of_a_consent_has_at_most_253_characters(int more, DmarcReportConsent expected)
    {
        var length = 253 - "example.com._report._dmarc.".Length - ".example".Length + more;
        var host = string.Join('.', new string('a', 60), new string('b', 60), new string('c', 60), new string('d', length - 183)) + ".example";
        var found = Assert.Single(await CheckAsync(new ScriptedResolver(ZoneOf(Record)), [$"mailto:a@{host}"]));
        Assert.Equal((expected, host, more == 0 ? 253 : null), (found.Consent, found.Host!.ToString(), found.ConsentName?.ToString().Length));
    }

    private static Zone ZoneOf(string entries)
    {
        var zone = new Zone();
        foreach (var entry in entries.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = entry.IndexOf(' ', StringComparison.Ordinal);
            _ = entry[0] == '!' ? zone.Add(entry[1..], ZoneEntryKind.ServFail) : zone.Add(entry[..space], ZoneEntryKind.Txt, entry[(space + 1)..]);
        }

        return zone;
    }

    private static string Told(DmarcReportDestination one) => $"{one} [{string.Join(' ', one.Mailboxes)}] of {one.Host} at {one.ConsentName} {one.Reason}";

    private static async Task<IReadOnlyList<DmarcReportDestination>> CheckAsync(ScriptedResolver resolver, string[] uris) =>
        await new DmarcReportDestinations(resolver).CheckAsync(DmarcSituation.Name("example.com"), uris, DmarcReportKind.Aggregate, TestContext.Current.CancellationToken);
}
