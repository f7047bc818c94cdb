using System.Net;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>Which lines are about a message, whoever its author and its client are.</summary>
public class PolicyExceptionsMatchTests
{
    private const string Lines = """
        a.example accept # 1
        .b.example reject # 2
        192.0.2.0/24 at-most-quarantine # 3
        a.example@198.51.100.0/24 skip spf # 4
        .b.example@198.51.100.0/24 reject # 5
        198.51.100.0/24 reject until 2026-11-29 # 6
        a.example skip dkim,arc until 2026-11-28 # 7
        2001:db8::/32 reject # 8
        """;

    private static readonly DateOnly Today = new(2026, 11, 29);

    // The lines that are about the message alone: with the deciding one, each skip.
    [Theory]
    [InlineData("a.example", null, "1")]
    [InlineData("x.a.example", null, "")]
    [InlineData("b.example", null, "2")]
    [InlineData("x.b.example", null, "2")]
    [InlineData("c.example", null, "")]
    [InlineData("a.example", "192.0.2.0", "1 3")]
    [InlineData("c.example", "192.0.2.255", "3")]
    [InlineData("c.example", "::ffff:192.0.2.1", "3")]
    [InlineData("c.example", "192.0.1.255", "")]
    [InlineData("c.example", "192.0.3.0", "")]
    [InlineData("a.example", "198.51.100.7", "1 4 6")]
    [InlineData("b.example", "198.51.100.7", "2 5 6")]
    [InlineData("y.x.b.example", "::ffff:198.51.100.7", "2 5 6")]
    [InlineData("c.example", "2001:db8:ffff::1", "8")]
    [InlineData("c.example", "2001:db9::1", "")]
    [InlineData("", "198.51.100.7", "6")]
    [InlineData("a.example b.example", null, "2")]
    [InlineData("c.example x.b.example", "198.51.100.7", "2 5 6")]
    [InlineData("a.example c.example", "198.51.100.7", "6")]
    [InlineData("a.example c.example", "192.0.2.1", "3")]
    public void Each_line_is_about_the_messages_that_it_names(string authors, string? client, string expected)
    {
        var all = PolicyExceptions.Parse(Lines).Value!;
        var (author, address) = (AuthorOf(authors), client is null ? null : IPAddress.Parse(client));
        Assert.Equal(expected, string.Join(' ', all.All.Where(line => line.IsAbout(author, address) && !line.IsExpired(Today)).Select(line => line.Why)));

        // Alone, each of them is found; together the first that is no skip, and every skip.
        foreach (var line in all.All)
        {
            var match = new PolicyExceptions([line]).Find(author, address, Today);
            var isFound = expected.Contains(line.Why, StringComparison.Ordinal);
            Assert.Equal((isFound && line.Action != "skip" ? line : null, isFound && line.Action == "skip" ? 1 : 0, null), (match.Deciding, match.Skips.Length, match.Possible));
        }

        var found = all.Find(author, address, Today);
        Assert.Equal(expected.Replace("4", "", StringComparison.Ordinal).Trim().Split(' ')[0], found.Deciding?.Why ?? "");
        Assert.Equal(expected.Contains('4', StringComparison.Ordinal), found.LeavesOut("spf"));
        Assert.False(found.LeavesOut("dkim"));
        var before = all.Find(author, address, Today.AddDays(-1));
        Assert.Equal(authors == "a.example", before.LeavesOut("dkim"));
        Assert.Equal(authors == "a.example", before.LeavesOut("arc"));
    }

    [Fact]
    public void A_line_counts_on_its_last_day_and_not_after_it()
    {
        var line = PolicyExceptions.Parse("a accept until 2026-11-29 # w").Value!.All[0];
        Assert.Equal([false, false, true], new[] { -1, 0, 1 }.Select(days => line.IsExpired(Today.AddDays(days))));
        Assert.False(PolicyExceptions.Parse("a accept # w").Value!.All[0].IsExpired(DateOnly.MaxValue));
    }

    [Theory]
    [InlineData("a reject # w", "a", false)]
    [InlineData("192.0.2.0/24 reject # w", "a", true)]
    [InlineData("192.0.2.0/24 reject # w", "", true)]
    [InlineData("192.0.2.0/24 accept # w", "a", false)]
    [InlineData("192.0.2.0/24 at-most-quarantine # w", "a", false)]
    [InlineData("192.0.2.0/24 skip spf # w", "a", false)]
    [InlineData("a@192.0.2.0/24 reject # w", "a", true)]
    [InlineData("a@192.0.2.0/24 reject # w", "b", false)]
    [InlineData("a@192.0.2.0/24 reject # w", "x.a", false)]
    [InlineData(".a@192.0.2.0/24 reject # w", "x.a", true)]
    [InlineData("a@192.0.2.0/24 reject # w", "b a", true)]
    [InlineData("a@192.0.2.0/24 reject # w", "", false)]
    public void A_line_may_refuse_a_client_that_is_not_known(string line, string authors, bool expected) =>
        Assert.Equal(expected, PolicyExceptions.Parse(line).Value!.All[0].MayRefuse(AuthorOf(authors)));

    // Behind a relay: the address that may be the client's, the line that decides and the one that would refuse.
    [Theory]
    [InlineData("192.0.2.0/24 reject # 1", null, null, "1")]
    [InlineData("192.0.2.0/24 accept # 1", null, null, null)]
    [InlineData("192.0.2.0/24 reject # 1", "192.0.2.1", "1", null)]
    [InlineData("192.0.2.0/24 reject # 1", "192.0.3.1", null, null)]
    [InlineData("192.0.2.0/24 accept # 1", "192.0.2.1", null, null)]
    [InlineData("192.0.2.0/24 at-most-quarantine # 1", "192.0.2.1", null, null)]
    [InlineData("a accept # 1\n192.0.2.0/24 reject # 2", null, "1", null)] // the first line decides
    [InlineData("192.0.2.0/24 reject # 1\na accept # 2", null, "2", "1")]
    [InlineData("192.0.2.0/24 reject # 1\na accept # 2", "192.0.2.1", "1", null)]
    [InlineData("192.0.2.0/24 accept # 1\na at-most-quarantine # 2", "192.0.2.1", "2", null)]
    [InlineData("192.0.2.0/24 reject until 2026-11-28 # 1", null, null, null)]
    [InlineData("192.0.2.0/24 reject until 2026-11-28 # 1\n198.51.100.0/24 reject # 2", null, null, "2")]
    [InlineData("b@192.0.2.0/24 reject # 1\na@192.0.2.0/24 reject until 2026-11-29 # 2", null, null, "2")]
    [InlineData("192.0.2.0/24 skip spf # 1\n192.0.2.0/24 reject # 2\n192.0.3.0/24 reject # 3", null, null, "2")]
    public void Behind_a_relay_a_line_that_refuses_a_network_may_be_about_the_message(string lines, string? unplaced, string? deciding, string? possible)
    {
        var match = PolicyExceptions.Parse(lines).Value!.FindBehindRelay(AuthorOf("a"), unplaced is null ? null : IPAddress.Parse(unplaced), Today);
        Assert.Equal((deciding, possible, 0), (match.Deciding?.Why, match.Possible?.Why, match.Skips.Length));
    }

    [Fact]
    public void Behind_a_relay_the_lines_by_domain_leave_out_methods_as_before()
    {
        var lines = PolicyExceptions.Parse("a skip spf # 1\n192.0.2.0/24 reject # 2\na skip arc,dkim # 3").Value!;
        foreach (var unplaced in new[] { null, IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.3.1") })
        {
            var match = lines.FindBehindRelay(AuthorOf("a"), unplaced, Today);
            Assert.Equal((2, true, true, true, false), (match.Skips.Length, match.LeavesOut("spf"), match.LeavesOut("arc"), match.LeavesOut("dkim"), match.LeavesOut("SPF")));
        }

        Assert.Equal((null, 0, null, false), (ExceptionMatch.None.Deciding, ExceptionMatch.None.Skips.Length, ExceptionMatch.None.Possible, default(ExceptionMatch).LeavesOut("spf")));
        Assert.Empty(PolicyExceptions.None.All);
    }

    private static Author AuthorOf(string names)
    {
        var domains = names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => DomainName.Parse(name).Value!).ToArray();
        return new Author { Domain = domains.Length == 1 ? domains[0] : null, Domains = [.. domains] };
    }
}
