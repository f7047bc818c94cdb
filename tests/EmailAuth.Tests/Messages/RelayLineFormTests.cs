using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Where the forms of relays begin and end: each edit of a field, the networks' edges, the number of fields.</summary>
public class RelayLineFormTests
{
    private static readonly string[] InternalNames = [".prod.outlook.com", ".prod.exchangelabs.com", ".prod.protection.outlook.com", ".outlook.office365.com"];

    [Fact]
    public void Each_edit_of_a_field_is_a_relays_as_the_page_says() => EditedReadings.Check(
        "relay-lines.txt",
        " (;[.6\n",
        [
            " (qmail 47 invoked from network)\r\n ; x",
            " by 2002:a05:6a00::1 with SMTP id x",
            " by m.google.com with SMTP id x",
            " from [192.0.2.1] by c with e (Exim 4)",
            "from a (b [fe80::1%4])\r\n by c.",
            " from a (b [192.0.2.1]) id 1; x",
        ],
        (text, _) => Readings(RelayLine.Read(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Each_edit_of_a_hop_inside_Exchange_Online_is_read_as_the_page_says() => EditedReadings.Check(
        "relay-lines-exchange.txt",
        " ().26",
        ["from a.prod.outlook.com (2603:1010::1) by b.outlook.office365.com x"],
        (text, _) => Readings(RelayLine.Read(Encoding.UTF8.GetBytes(text))));

    [Theory]
    [InlineData("by 2002:a00:: with SMTP", true)]
    [InlineData("by 2002:aff:ffff:ffff:ffff:ffff:ffff:ffff with SMTP", true)]
    [InlineData("by 2002:9ff:ffff:ffff:ffff:ffff:ffff:ffff with SMTP", false)]
    [InlineData("by 2002:b00:: with SMTP", false)]
    [InlineData("by 2003:a00:: with SMTP", false)]
    [InlineData("by 10.0.0.1 with SMTP", false)]
    [InlineData("by x.google.com with SMTP", true)]
    [InlineData("by x.GOOGLE.com with SMTP", true)]
    [InlineData("by .google.com with SMTP", true)]
    [InlineData("by google.com with SMTP", false)]
    [InlineData("by xgoogle.com with SMTP", false)]
    [InlineData("by x.google.com with smtp", false)]
    [InlineData("by x.google.com with ESMTP", false)]
    [InlineData("by x.google.com with SMTP x", false)]
    [InlineData("by x.google.com", false)]
    [InlineData("from a by x.google.com with SMTP", false)]
    [InlineData("from (192.0.2.1) by x.google.com with SMTP", false)]
    [InlineData("(qmail 0123456789 invoked from network)", true)]
    [InlineData("(qmail 1/ invoked from network)", false)]
    [InlineData("(qmail 1: invoked from network)", false)]
    [InlineData("(qmail x invoked from network)", false)]
    [InlineData("(qmail  invoked from network)", false)]
    [InlineData("(Qmail 1 invoked from network)", false)]
    [InlineData("(qmail 1 Invoked from network)", false)]
    [InlineData("(qmail 1 invoked From network)", false)]
    [InlineData("(qmail 1 invoked from Network)", false)]
    [InlineData("(qmail 1 invoked from network x)", false)]
    [InlineData("(qmail 1 invoked from)", false)]
    [InlineData("(x) (qmail 1 invoked from network)", false)]
    [InlineData("by c (qmail 1 invoked from network)", false)]
    [InlineData("with c (qmail 1 invoked from network)", false)]
    [InlineData("from c (qmail 1 invoked from network)", false)]
    [InlineData("id c (qmail 1 invoked from network)", true)]
    public void A_step_inside_a_relay_has_one_form(string text, bool isInternal) => Assert.Equal(isInternal, Read(text).IsInternal);

    [Fact]
    public void A_hop_inside_Exchange_Online_has_two_names_and_an_address_of_its_own()
    {
        foreach (var from in InternalNames)
        {
            foreach (var by in InternalNames)
            {
                Assert.True(IsInside($"a{from}", "2603:1000::1", $"b{by}"));
                Assert.True(IsInside($"A{from.ToUpperInvariant()}", "2a01:111::1", $"B{by.ToUpperInvariant()}"));
                Assert.True(IsInside(from, "2a01:111::1", by));
                Assert.False(IsInside($"a{from[1..]}", "2603:1000::1", $"b{by}"));
                Assert.False(IsInside($"a{from}", "2603:1000::1", $"b{by[1..]}"));
                Assert.False(IsInside($"a{from}x", "2603:1000::1", $"b{by}"));
                Assert.False(IsInside($"a{from}", "2603:1000::1", $"b{by}x"));
                Assert.False(IsInside($"a{from}", "192.0.2.1", $"b{by}"));
                Assert.False(Parse($"from a{from} by b{by}").IsInsideExchangeOnline);
            }

            Assert.False(Parse($"by b{from} (2603:1000::1)").IsInsideExchangeOnline);
            Assert.False(Parse($"from a{from} (2603:1000::1)").IsInsideExchangeOnline);
        }

        Assert.False(ExchangeOnlineHosts.HasInternalName(null));
        Assert.False(ExchangeOnlineHosts.HasInternalName(string.Empty));
        Assert.False(ExchangeOnlineHosts.HasInternalName("a.mail.protection.outlook.com"));
    }

    [Theory]
    [InlineData("2603:1000::", true)]
    [InlineData("2603:10ff:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("2603:fff:ffff:ffff:ffff:ffff:ffff:ffff", false)]
    [InlineData("2603:1100::", false)]
    [InlineData("2a01:111::", true)]
    [InlineData("2a01:111:ffff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("2a01:110:ffff:ffff:ffff:ffff:ffff:ffff", false)]
    [InlineData("2a01:112::", false)]
    [InlineData("38.3.16.0", false)]
    public void The_networks_of_Exchange_Online_end_where_they_end(string address, bool isInside) =>
        Assert.Equal(isInside, ExchangeOnlineHosts.HasAddress(IPAddress.Parse(address)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void Sixteen_fields_are_read_from_the_top(int count)
    {
        var fields = string.Concat(Enumerable.Range(0, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"X: y\r\nreceived: from a (b [192.0.2.{number}]) by c; x\r\n")));
        var lines = RelayLine.ReadTop(HeaderBlock.Parse(Encoding.ASCII.GetBytes(fields + "X-Received: from a (b [192.0.2.99]) by c; x\r\n")));
        Assert.Equal(Enumerable.Range(0, Math.Min(count, 16)).Select(number => string.Create(CultureInfo.InvariantCulture, $"192.0.2.{number}")), lines.Select(line => line.Client?.ToString()));
    }

    [Theory]
    [InlineData("a\r\n b", false)]
    [InlineData("a\r\n\tb", false)]
    [InlineData("a\r\n b\r\n\tc\r\n ", false)]
    [InlineData("\r\n a", false)]
    [InlineData("a\r\n b\r\nc", true)]
    [InlineData("a\r\n", true)]
    [InlineData("a\r\nb", true)]
    [InlineData("a\n b", true)]
    [InlineData("a\r b", true)]
    [InlineData("a\r", true)]
    [InlineData("a\n", true)]
    [InlineData("a\r\r\n b", true)]
    [InlineData("a\r\n\n b", true)]
    [InlineData("a\r\n \n", true)]
    [InlineData("a\r\n\u000bb", true)]
    public void A_line_end_that_is_not_folding_is_a_problem(string text, bool isProblem)
    {
        var line = Read(text);
        Assert.Equal(isProblem ? "has a bare CR or LF" : "does not say which host wrote it", line.Problem);
    }

    [Fact]
    public void A_field_has_a_client_or_a_problem()
    {
        Assert.Equal("client fe80::1, helo a, by c", All("from a (b [fe80::1%4]) by c"));
        Assert.Equal("client fe80::1, helo a, by c", All("from a (b [fe80::1]) by c"));
        Assert.Equal("client 192.0.2.1, helo [192.0.2.1], by c", All("from [192.0.2.1] by c (Exim 4)"));
        Assert.Equal("problem does not name the client's address, by c", All("from [192.0.2.1] by c (exim 4)"));
        Assert.Equal("problem does not say which host wrote it", All("from a (b [192.0.2.1])"));
        Assert.Equal("problem names more than one client", All("from a (b [192.0.2.1]) by c by d"));
        Assert.Equal("internal yes", All("(qmail 1 invoked from network)"));
    }

    private static string All(string text) =>
        string.Join(", ", Readings(Read(text)).Where(reading => reading.Value is not null).Select(reading => $"{reading.Name} {reading.Value}"));

    private static List<Reading> Readings(RelayLine line) =>
    [
        new("internal", line.IsInternal ? "yes" : null),
        new("problem", line.Problem),
        new("client", line.Client?.ToString()),
        new("helo", line.Helo, true),
        new("by", line.ByHost, true),
    ];

    private static bool IsInside(string from, string address, string by) => Parse($"from {from} ({address}) by {by} with SMTP").IsInsideExchangeOnline;

    private static ReceivedField Parse(string text) => ReceivedField.Parse(Encoding.UTF8.GetBytes(text));

    private static RelayLine Read(string text) => RelayLine.Read(Encoding.UTF8.GetBytes(text));
}
