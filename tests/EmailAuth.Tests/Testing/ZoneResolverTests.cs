using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Testing;

public class ZoneResolverTests
{
    [Theory]
    [InlineData("a.example", "A", DnsStatus.Records)]
    [InlineData("A.EXAMPLE", "A", DnsStatus.Records)] // names compare without case
    [InlineData("a.example", "AAAA", DnsStatus.NoData)] // records of other types only
    [InlineData("a.example", "TXT", DnsStatus.NoData)]
    [InlineData("example", "TXT", DnsStatus.NoData)] // names below it only (an empty non-terminal)
    [InlineData("deep.name.example", "TXT", DnsStatus.NoData)]
    [InlineData("name.example", "A", DnsStatus.NoData)]
    [InlineData("x.a.example", "A", DnsStatus.NameError)]
    [InlineData("other.example", "A", DnsStatus.NameError)]
    [InlineData("spf.example", "TXT", DnsStatus.NoData)] // the retired type: the name exists, nobody asks for it
    [InlineData("empty.example", "TXT", DnsStatus.NoData)] // a name without entries
    [InlineData("slow.example", "A", DnsStatus.Failure)]
    [InlineData("slow.example", "TXT", DnsStatus.Failure)]
    [InlineData("half.example", "TXT", DnsStatus.Records)] // listed before the failure
    [InlineData("half.example", "A", DnsStatus.Failure)] // listed after it
    [InlineData("half.example", "MX", DnsStatus.Failure)]
    [InlineData("one.example", "A", DnsStatus.Failure)] // "for": only that type, wherever it stands
    [InlineData("one.example", "TXT", DnsStatus.Records)]
    [InlineData("one.example", "MX", DnsStatus.NoData)]
    [InlineData("alias.example", "A", DnsStatus.Records)]
    [InlineData("alias.example", "TXT", DnsStatus.NoData)]
    [InlineData("dangling.example", "A", DnsStatus.NameError)] // the end of the chain does not exist
    [InlineData("loop.example", "A", DnsStatus.Failure)]
    [InlineData("toslow.example", "A", DnsStatus.Failure)]
    public async Task A_zone_answers_as_the_format_says(string name, string type, DnsStatus expected) =>
        Assert.Equal((expected, expected), (await Ask(name, type, mostNodes: 100), await Ask(name, type, mostNodes: 0)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("a text of more than thirty-two characters, all ASCII")]
    [InlineData("a text of more than thirty-two characters, not all of them ASCII: \u00e9\u20ac")]
    public void The_text_of_an_entry_is_what_it_was_and_compares_as_text(string? text)
    {
        var entry = new ZoneRecord { Type = ZoneEntryKind.Txt, Data = text };
        var same = new ZoneRecord { Type = ZoneEntryKind.Txt, Data = text is null ? null : string.Concat(text.AsSpan(0, text.Length / 2), text.AsSpan(text.Length / 2)) };
        Assert.Equal(text, entry.Data);
        Assert.Equal((entry, entry.GetHashCode()), (same, same.GetHashCode()));
        Assert.NotEqual(entry, entry with { Data = text + "x" });
        Assert.NotEqual(entry, entry with { Data = text is null ? "" : null });
    }

    [Fact]
    public async Task Names_that_share_their_parents_add_them_once()
    {
        var deep = string.Join('.', Enumerable.Repeat("x", 120));
        var zone = new Zone();
        for (var i = 0; i < 100; i++)
        {
            zone.Add($"n{i}.{deep}", ZoneEntryKind.A, "192.0.2.1");
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var resolver = new ZoneResolver(zone);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // 120 parents of 120 characters in the middle, not a hundred times as many.
        Assert.InRange(allocated, 1, 500_000);
        Assert.Equal(DnsStatus.NoData, (await resolver.QueryTextAsync(DomainName.Parse(deep[4..]).Value!, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(DnsStatus.NoData, (await resolver.QueryTextAsync(DomainName.Parse("x").Value!, TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task A_name_between_two_others_has_its_parents_too()
    {
        // The middle one is there when the lowest comes to it, and its own parents are still to come.
        var resolver = new ZoneResolver(new Zone().Add("a.b.c.d.example", ZoneEntryKind.A, "192.0.2.1").Add("b.c.d.example", ZoneEntryKind.A, "192.0.2.1"));
        Assert.Equal(DnsStatus.NoData, (await resolver.QueryTextAsync(DomainName.Parse("d.example").Value!, TestContext.Current.CancellationToken)).Status);
        Assert.Equal(DnsStatus.NoData, (await resolver.QueryTextAsync(DomainName.Parse("example").Value!, TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task Pointers_stand_under_the_reverse_name()
    {
        var resolver = new ZoneResolver(new Zone()
            .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mail.example")
            .Add("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", ZoneEntryKind.Ptr, "six.example"));
        Assert.Equal("mail.example", (await resolver.QueryPointersAsync(IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken)).Names[0].ToString());
        Assert.Equal("mail.example", (await resolver.QueryPointersAsync(IPAddress.Parse("::ffff:192.0.2.1"), TestContext.Current.CancellationToken)).Names[0].ToString());
        Assert.Equal("six.example", (await resolver.QueryPointersAsync(IPAddress.Parse("2001:db8::1"), TestContext.Current.CancellationToken)).Names[0].ToString());
        Assert.Equal(DnsStatus.NameError, (await resolver.QueryPointersAsync(IPAddress.Parse("192.0.2.2"), TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task The_strings_of_a_text_record_are_joined_and_may_be_none()
    {
        var zone = new Zone();
        var name = DomainName.Parse("a.example").Value!;
        zone.Add(name, new ZoneRecord { Type = ZoneEntryKind.Txt, Strings = ["a ", "b"] });
        zone.Add(name, new ZoneRecord { Type = ZoneEntryKind.Txt, Strings = [] });
        Assert.Equal(["a b", ""], (await new ZoneResolver(zone).QueryTextAsync(name, TestContext.Current.CancellationToken)).Texts);
    }

    [Fact]
    public async Task The_null_mail_exchange_has_no_host()
    {
        var resolver = new ZoneResolver(new Zone().Add("a.example", ZoneEntryKind.MX, "."));
        Assert.Equal(new MailHost(0, null), Assert.Single((await resolver.QueryMailHostsAsync(DomainName.Parse("a.example").Value!, TestContext.Current.CancellationToken)).MailHosts));
    }

    [Theory]
    [InlineData(ZoneEntryKind.A, "::1")]
    [InlineData(ZoneEntryKind.Aaaa, "192.0.2.1")]
    [InlineData(ZoneEntryKind.MX, "")]
    [InlineData(ZoneEntryKind.Ptr, "a..b")]
    [InlineData(ZoneEntryKind.CName, null)]
    public void Data_that_its_type_cannot_hold_is_the_callers_mistake(ZoneEntryKind type, string? data) =>
        Assert.Throws<ArgumentException>(() => new ZoneResolver(new Zone().Add("a.example", type, data)));

    [Fact]
    public async Task A_recorded_failure_keeps_its_reason()
    {
        var resolver = new ZoneResolver(new Zone().Add("a.example", ZoneEntryKind.ServFail, "REFUSED from the server"));
        Assert.Equal("REFUSED from the server", (await resolver.QueryTextAsync(DomainName.Parse("a.example").Value!, TestContext.Current.CancellationToken)).Reason);
    }

    [Fact]
    public void Answering_allocates_nothing()
    {
        var resolver = new ZoneResolver(new Zone().Add("a.example", ZoneEntryKind.Txt, "x"));
        var (name, absent) = (DomainName.Parse("a.example").Value!, DomainName.Parse("b.example").Value!);
        var token = TestContext.Current.CancellationToken;
        Assert.True(IsAnswered(resolver.QueryTextAsync(name, token)) && IsAnswered(resolver.QueryTextAsync(absent, token)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(IsAnswered(resolver.QueryTextAsync(name, token)) && IsAnswered(resolver.QueryTextAsync(absent, token)));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static bool IsAnswered(ValueTask<DnsResponse> answer) => answer.IsCompletedSuccessfully;
    }

    private static async Task<DnsStatus> Ask(string name, string type, int mostNodes)
    {
        var zone = new Zone()
            .Add("a.example", ZoneEntryKind.A, "192.0.2.1")
            .Add("below.deep.name.example", ZoneEntryKind.Txt, "x")
            .Add("spf.example", ZoneEntryKind.Spf, "v=spf1 -all")
            .Add(DomainName.Parse("empty.example").Value!)
            .Add("slow.example", ZoneEntryKind.Timeout)
            .Add("half.example", ZoneEntryKind.Txt, "x")
            .Add("half.example", ZoneEntryKind.Timeout)
            .Add("half.example", ZoneEntryKind.A, "192.0.2.1")
            .Add("one.example", ZoneEntryKind.A, "192.0.2.1")
            .Add("one.example", ZoneEntryKind.Txt, "x")
            .Add("alias.example", ZoneEntryKind.CName, "a.example")
            .Add("dangling.example", ZoneEntryKind.CName, "nowhere.example")
            .Add("toslow.example", ZoneEntryKind.CName, "slow.example")
            .Add("loop.example", ZoneEntryKind.CName, "pool.example")
            .Add("pool.example", ZoneEntryKind.CName, "loop.example");
        zone.Add(DomainName.Parse("one.example").Value!, new ZoneRecord { Type = ZoneEntryKind.ServFail, For = ZoneEntryKind.A });
        var resolver = new ZoneResolver(zone, mostNodes);
        var domain = DomainName.ParseDnsName(name).Value!;
        return type switch
        {
            "A" => (await resolver.QueryAddressesAsync(domain, AddressFamily.InterNetwork, TestContext.Current.CancellationToken)).Status,
            "AAAA" => (await resolver.QueryAddressesAsync(domain, AddressFamily.InterNetworkV6, TestContext.Current.CancellationToken)).Status,
            "MX" => (await resolver.QueryMailHostsAsync(domain, TestContext.Current.CancellationToken)).Status,
            _ => (await resolver.QueryTextAsync(domain, TestContext.Current.CancellationToken)).Status,
        };
    }
}
