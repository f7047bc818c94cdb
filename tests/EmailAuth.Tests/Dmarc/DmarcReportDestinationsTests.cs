using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>RFC 9990 section 4: who may get reports.</summary>
public class DmarcReportDestinationsTests
{
    private const string Consent = "example.com._report._dmarc.reports.example";

    [Theory]
    [InlineData("mailto:d@example.com", DmarcReportConsent.SameOrganization, "d@example.com")]
    [InlineData("MailTo:D.x%2Btag@Sub.Example.COM?subject=x", DmarcReportConsent.SameOrganization, "D.x+tag@sub.example.com")]
    [InlineData("mailto:d@reports.example", DmarcReportConsent.NotConfirmed, "")]
    [InlineData("https://example.com/r", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("https:/d@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:d@", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto://d@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("MAILTO://d@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:d@[192.0.2.1]", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:a%40b@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:a@example.com%2Cb@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:a%0D%0ARCPT%20TO:<b@example.com>@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:a%20b@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:%22a%22@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:.a@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:a..b@example.com", DmarcReportConsent.NotAMailbox, "")]
    [InlineData("mailto:%C3%A9@example.com", DmarcReportConsent.NotAMailbox, "")]
    public async Task Each_form_of_a_uri(string uri, DmarcReportConsent expected, string mailboxes) =>
        Assert.Equal((expected, mailboxes), await DecideAsync(new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none"), uri));

    // Steps 5 to 8.
    [Theory]
    [InlineData("v=DMARC1", DmarcReportConsent.Confirmed, "d@reports.example")]
    [InlineData("v=DMARC1;", DmarcReportConsent.Confirmed, "d@reports.example")]
    [InlineData("v=DMARC1; p=nonsense; x=y", DmarcReportConsent.Confirmed, "d@reports.example")]
    [InlineData("v=DMARC1; ruf=mailto:f@other.example", DmarcReportConsent.Confirmed, "d@reports.example")]
    [InlineData("v=DMARC1; rua=mailto:n@reports.example", DmarcReportConsent.Confirmed, "n@reports.example")]
    [InlineData("v=DMARC1; rua=mailto:n@reports.example,mailto:m@reports.example,mailto:n@reports.example", DmarcReportConsent.Confirmed, "n@reports.example m@reports.example")]
    [InlineData("v=DMARC1; rua=mailto:n@reports.example,mailto:N@reports.example", DmarcReportConsent.Confirmed, "n@reports.example N@reports.example")] // two mailboxes
    [InlineData("v=DMARC1; rua=mailto:n@other.example", DmarcReportConsent.OtherHost, "")]
    [InlineData("v=DMARC1; rua=mailto:n@sub.reports.example", DmarcReportConsent.OtherHost, "")]
    [InlineData("v=DMARC1; rua=mailto:n@reports.example,mailto:m@other.example", DmarcReportConsent.OtherHost, "")]
    [InlineData("v=DMARC1; rua=https://reports.example/", DmarcReportConsent.OtherHost, "")]
    [InlineData("v=DMARC2", DmarcReportConsent.NotConfirmed, "")]
    [InlineData("V=dmarc1", DmarcReportConsent.NotConfirmed, "")]
    [InlineData("rua=mailto:d@reports.example", DmarcReportConsent.NotConfirmed, "")]
    [InlineData("yes", DmarcReportConsent.NotConfirmed, "")]
    public async Task Each_answer_of_another_organization(string text, DmarcReportConsent expected, string mailboxes) =>
        Assert.Equal((expected, mailboxes), await DecideAsync(new Zone().Add(Consent, ZoneEntryKind.Txt, text), "mailto:d@reports.example"));

    [Fact]
    public async Task For_failure_reports_the_consent_names_ruf()
    {
        var zone = new Zone().Add(Consent, ZoneEntryKind.Txt, "v=DMARC1; rua=mailto:a@other.example; ruf=mailto:f@reports.example");
        Assert.Equal((DmarcReportConsent.Confirmed, "f@reports.example"), await DecideAsync(zone, "mailto:d@reports.example", DmarcReportKind.Failure));
    }

    [Fact]
    public async Task One_record_of_several_is_enough_and_other_texts_at_the_name_are_discarded()
    {
        var zone = new Zone().Add(Consent, ZoneEntryKind.Txt, "v=spf1 -all").Add(Consent, ZoneEntryKind.Txt, "v=DMARC1")
            .Add(Consent, ZoneEntryKind.Txt, "v=DMARC1; rua=mailto:n@reports.example");
        Assert.Equal((DmarcReportConsent.Confirmed, "n@reports.example"), await DecideAsync(zone, "mailto:d@reports.example"));
    }

    // The organizational domain is that of the tree walk: a name with psd=n is an organization of its own.
    [Theory]
    [InlineData("v=DMARC1; p=none", DmarcReportConsent.SameOrganization)]
    [InlineData("v=DMARC1; p=none; psd=n", DmarcReportConsent.NotConfirmed)]
    public async Task A_host_below_the_policy_domain_is_of_the_same_organization_unless_its_record_says_otherwise(string record, DmarcReportConsent expected)
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none").Add("_dmarc.tenant.example.com", ZoneEntryKind.Txt, record);
        Assert.Equal(expected, (await DecideAsync(zone, "mailto:d@tenant.example.com")).Consent);
    }

    [Fact]
    public async Task What_fails_for_now_is_undecided()
    {
        var zone = new Zone().Add(Consent, ZoneEntryKind.ServFail);
        Assert.Equal((DmarcReportConsent.Undecided, ""), await DecideAsync(zone, "mailto:d@reports.example"));
        zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none").Add("_dmarc.tenant.example.com", ZoneEntryKind.Timeout);
        var destination = Assert.Single(await CheckAsync(zone, ["mailto:d@tenant.example.com"]));
        Assert.Equal(DmarcReportConsent.Undecided, destination.Consent);
        Assert.Contains("one organization", destination.Reason, StringComparison.Ordinal);
    }

    // Whether it is the same organization or another one, consent makes it right.
    [Fact]
    public async Task Consent_is_enough_where_it_is_not_known_whether_the_organization_is_the_same()
    {
        var zone = new Zone().Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none").Add("_dmarc.tenant.example.com", ZoneEntryKind.Timeout)
            .Add("example.com._report._dmarc.tenant.example.com", ZoneEntryKind.Txt, "v=DMARC1");
        Assert.Equal((DmarcReportConsent.Confirmed, "d@tenant.example.com"), await DecideAsync(zone, "mailto:d@tenant.example.com"));
    }

    [Fact]
    public async Task A_name_over_253_octets_is_not_asked()
    {
        var host = string.Join('.', Enumerable.Repeat(new string('h', 60), 4));
        var destination = Assert.Single(await CheckAsync(new Zone(), [$"mailto:d@{host}"]));
        Assert.Equal((DmarcReportConsent.NameTooLong, null), (destination.Consent, destination.ConsentName));
    }

    [Fact]
    public async Task Thirty_addresses_at_a_host_without_consent_get_nothing_and_cost_one_query_for_it()
    {
        var asked = new ScriptedResolver(new ZoneResolver(new Zone()));
        var destinations = await new DmarcReportDestinations(asked).CheckAsync(
            Name("example.com"), [.. Enumerable.Range(0, 30).Select(number => $"mailto:v{number}@victim.example")], DmarcReportKind.Aggregate, TestContext.Current.CancellationToken);
        Assert.Equal(10, destinations.Count(destination => destination.Consent == DmarcReportConsent.NotConfirmed));
        Assert.Equal(20, destinations.Count(destination => destination.Consent == DmarcReportConsent.TooMany));
        Assert.Equal(1, asked.Asked.Count(question => question.Contains("example.com._report._dmarc.victim.example", StringComparison.Ordinal)));
    }

    [Property]
    public void Whatever_the_uri_is_a_mailbox_is_safe_in_a_command(string text)
    {
        if (DmarcMailbox.Of("mailto:" + text + "@example.com") is { } mailbox)
        {
            Assert.All(mailbox.Address, c => Assert.InRange(c, '!', '~'));
            Assert.Equal(mailbox.Address.IndexOf('@', StringComparison.Ordinal), mailbox.Address.LastIndexOf('@'));
            Assert.DoesNotContain(mailbox.Address, c => "<>,;:\"\\()[]".Contains(c, StringComparison.Ordinal));
        }
    }

    private static async Task<(DmarcReportConsent Consent, string Mailboxes)> DecideAsync(Zone zone, string uri, DmarcReportKind kind = DmarcReportKind.Aggregate)
    {
        var destination = Assert.Single(await CheckAsync(zone, [uri], kind));
        Assert.Equal(uri, destination.Uri);
        return (destination.Consent, string.Join(' ', destination.Mailboxes));
    }

    private static async Task<IReadOnlyList<DmarcReportDestination>> CheckAsync(Zone zone, string[] uris, DmarcReportKind kind = DmarcReportKind.Aggregate) =>
        await new DmarcReportDestinations(new ZoneResolver(zone)).CheckAsync(Name("example.com"), uris, kind, TestContext.Current.CancellationToken);

    private static DomainName Name(string text) => DomainName.Parse(text).Value!;
}
