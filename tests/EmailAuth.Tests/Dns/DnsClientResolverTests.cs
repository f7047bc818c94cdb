using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns;

public partial class DnsClientResolverTests
{
    private static readonly StubResolverOptions Patient = new() { Timeout = TimeSpan.FromSeconds(20) };
    private static readonly StubResolverOptions Hasty = new() { Timeout = TimeSpan.FromMilliseconds(300), Retries = 0 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_of_every_type_are_read()
    {
        await using var server = new LoopbackDnsServer(q => [q.Type switch
        {
            1 => q.Reply(Record(q.Name, 1, [192, 0, 2, 1]), Record(q.Name, 1, [192, 0, 2, 2])),
            28 => q.Reply(Record(q.Name, 28, IPAddress.Parse("2001:db8::1").GetAddressBytes())),
            15 => q.Reply(Record(q.Name, 15, [0, 10, .. Name("MX.example")]), Record(q.Name, 15, [0, 0, .. Name(".")])),
            12 => q.Reply(Record(q.Name, 12, Name("mail.example"))),
            _ => q.Reply(Text(q.Name, "v=spf1 ", "-all"), Text(q.Name, "a;b\\\"c")),
        }]);
        var resolver = For(server, Patient);
        Assert.Equal(["192.0.2.1", "192.0.2.2"], (await resolver.QueryAddressesAsync(Of("a.example"), AddressFamily.InterNetwork, Token)).Addresses.Select(a => a.ToString()));
        Assert.Equal(["2001:db8::1"], (await resolver.QueryAddressesAsync(Of("a.example"), AddressFamily.InterNetworkV6, Token)).Addresses.Select(a => a.ToString()));
        Assert.Equal([new MailHost(10, Of("mx.example")), new MailHost(0, null)], (await resolver.QueryMailHostsAsync(Of("a.example"), Token)).MailHosts);
        Assert.Equal([Of("mail.example")], (await resolver.QueryPointersAsync(IPAddress.Parse("192.0.2.1"), Token)).Names);
        var text = await resolver.QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(["v=spf1 -all", "a;b\\\"c"], text.Texts);
        Assert.Equal(TimeSpan.FromSeconds(300), text.TimeToLive);
        Assert.False(text.IsAuthenticated);
    }

    [Fact]
    public async Task Text_is_UTF_8_or_else_each_byte_a_character()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "caf\u00c3\u00a9"), Text(q.Name, "caf\u00e9 \\", "\u00ff\"\0\n"), Text(q.Name, "\u00c3", "\u00a9"), Text(q.Name))]);
        var response = await For(server, Patient).QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(["café", "caf\u00e9 \\\u00ff\"\0\n", "é", ""], response.Texts);
    }

    [Theory]
    [InlineData(0, 0, DnsStatus.NoData, null)]
    [InlineData(3, 0, DnsStatus.NameError, null)]
    [InlineData(2, 0, DnsStatus.Failure, "SERVFAIL from ")]
    [InlineData(5, 0, DnsStatus.Failure, "REFUSED from ")]
    [InlineData(1, 0, DnsStatus.Failure, "FORMERR from ")]
    [InlineData(4, 0, DnsStatus.Failure, "NOTIMP from ")]
    [InlineData(9, 0, DnsStatus.Failure, "response code 9 from ")]
    [InlineData(0, 0x200, DnsStatus.Failure, "runcated")] // over TCP as well: never judged
    public async Task A_response_code_says_what_kind_of_answer_it_is(int code, int flags, DnsStatus expected, string? reason)
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(flags, code, [], [])]);
        var response = await For(server, Patient).QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(expected, response.Status);
        Assert.Equal(reason is null, response.Reason is null);
        if (reason is not null)
        {
            Assert.Contains(reason, response.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_truncated_answer_is_fetched_over_TCP()
    {
        var large = Enumerable.Range(0, 200).Select(i => new string('x', 250) + i).ToArray(); // 50 KB
        await using var server = new LoopbackDnsServer(q => [q.IsTcp ? q.Reply([.. large.Select(t => Text(q.Name, t))]) : q.Reply(0x200, 0, [Text(q.Name, "partial")], [])]);
        Assert.Equal(large, (await For(server, Patient).QueryTextAsync(Of("a.example"), Token)).Texts);
    }

    [Fact]
    public async Task A_connection_closed_in_mid_answer_is_a_temporary_failure()
    {
        await using var server = new LoopbackDnsServer(q =>
            [q.IsTcp ? q.Reply(Text(q.Name, "x")) with { AnnouncedLength = 500 } : q.Reply(0x200, 0, [], [])]);
        await AssertFails(server, Patient);
    }

    [Fact]
    public async Task Silence_is_a_temporary_failure()
    {
        await using var server = new LoopbackDnsServer(_ => []);
        await AssertFails(server, Hasty, "no answer within 0.3 s");
    }

    [Fact]
    public async Task A_silent_TCP_server_is_a_temporary_failure()
    {
        await using var server = new LoopbackDnsServer(q => q.IsTcp ? [] : [q.Reply(0x200, 0, [], [])]);
        await AssertFails(server, Hasty, "no answer within 0.3 s");
    }

    [Fact]
    public async Task A_port_without_server_is_a_temporary_failure()
    {
        await using var server = new LoopbackDnsServer(_ => []);
        var options = Hasty with { Servers = [server.EndPoint] };
        await server.DisposeAsync();
        var response = await new DnsClientResolver(options).QueryTextAsync(Of("a.example"), Token);
        Assert.StartsWith("no answer", response.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_answers_the_second_time_is_asked_again()
    {
        var questions = 0;
        await using var server = new LoopbackDnsServer(q => ++questions == 1 ? [] : [q.Reply(Text(q.Name, "x"))]);
        var options = new StubResolverOptions { Timeout = TimeSpan.FromSeconds(2), Retries = 3 };
        Assert.Equal(["x"], (await For(server, options).QueryTextAsync(Of("a.example"), Token)).Texts);
    }

    [Fact]
    public async Task A_second_server_is_asked_when_the_first_is_silent()
    {
        await using var silent = new LoopbackDnsServer(_ => []);
        await using var good = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        var resolver = new DnsClientResolver(new StubResolverOptions { Servers = [silent.EndPoint, good.EndPoint], Timeout = TimeSpan.FromSeconds(3), MaxCacheBytes = 0 });
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(["x"], (await resolver.QueryTextAsync(Of("a.example"), Token)).Texts);
        }
    }

    [Fact]
    public async Task Cancelling_ends_the_lookup_at_once()
    {
        await using var server = new LoopbackDnsServer(_ => []);
        using var cancel = new CancellationTokenSource();
        var resolver = For(server, Patient);
        var waiting = resolver.QueryTextAsync(Of("a.example"), cancel.Token).AsTask();
        await cancel.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(cancel.Token, thrown.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await resolver.QueryTextAsync(Of("a.example"), cancel.Token));
    }

    [Fact]
    public async Task An_alias_is_followed_and_only_its_end_counts()
    {
        await using var server = new LoopbackDnsServer(q =>
        [
            q.Reply(
                Alias(q.Name, "B.example", 60),
                Text("other.example", "not asked for"), // a record of another owner is no answer
                Text("c.example", "right"),
                Alias("b.example", "c.example", 30),
                Text(q.Name, "beside its alias")),
        ]);
        var response = await For(server, Patient).QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(["right"], response.Texts);
        Assert.Equal(TimeSpan.FromSeconds(30), response.TimeToLive); // the least of the chain
    }

    [Fact]
    public async Task An_alias_whose_end_the_server_leaves_out_is_asked_for()
    {
        await using var server = new LoopbackDnsServer(q => [q.Name == "b.example" ? q.Reply(Text(q.Name, "x")) : q.Reply(Alias(q.Name, "b.example", 20))]);
        var response = await For(server, Patient).QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(["x"], response.Texts);
        Assert.Equal(TimeSpan.FromSeconds(20), response.TimeToLive);
        Assert.Equal(2, server.Questions);
    }

    [Fact]
    public async Task The_end_of_an_alias_may_have_no_such_records_or_not_exist()
    {
        await using var server = new LoopbackDnsServer(q =>
            [q.Reply(0, q.Name.StartsWith("nx", StringComparison.Ordinal) ? 3 : 0, [Alias(q.Name, "b.example")], [Authority("example", 100, 50)])]);
        var resolver = For(server, Patient);
        Assert.Equal(DnsStatus.NoData, (await resolver.QueryTextAsync(Of("a.example"), Token)).Status);
        var absent = await resolver.QueryTextAsync(Of("nx.example"), Token);
        Assert.Equal(DnsStatus.NameError, absent.Status);
        Assert.Equal(TimeSpan.FromSeconds(50), absent.TimeToLive); // RFC 2308 section 5
        Assert.Equal(2, server.Questions);
    }

    [Fact]
    public async Task Alias_loops_end()
    {
        await using var server = new LoopbackDnsServer(q => [q.Name switch
        {
            "self.example" => q.Reply(Alias(q.Name, q.Name)),
            "two.example" => q.Reply(Alias(q.Name, "b.example"), Alias("b.example", q.Name)),
            "inner.example" => q.Reply(Alias(q.Name, "b.example"), Alias("b.example", "c.example"), Alias("c.example", "b.example")),
            _ => q.Reply(Alias(q.Name, "x" + q.Name)), // never ends, one step an answer
        }]);
        foreach (var name in new[] { "self.example", "two.example", "inner.example", "endless.example" })
        {
            var response = await For(server, Patient).QueryTextAsync(Of(name), Token);
            Assert.Contains("form a loop", response.Reason, StringComparison.Ordinal);
        }

        Assert.InRange(server.Questions, 4, 20);
    }

    [Fact]
    public async Task An_answer_to_another_question_is_none()
    {
        await using var server = new LoopbackDnsServer(q =>
        {
            var reply = q.Reply(Text("b.example", "x"));
            reply.Bytes[13] = (byte)'b'; // the question too, so that all fits
            return [reply];
        });
        await AssertFails(server, Patient, "an answer to another question");
    }

    [Fact]
    public async Task Records_at_another_name_are_none()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text("b.example", "x"), Record(q.Name, 16, [1, (byte)'c'], dataClass: 3))]);
        Assert.Equal(DnsStatus.NoData, (await For(server, Patient).QueryTextAsync(Of("a.example"), Token)).Status);
    }

    [Fact]
    public async Task An_answer_with_another_id_is_none()
    {
        await using var server = new LoopbackDnsServer(q =>
        {
            var reply = q.Reply(Text(q.Name, "forged"));
            reply.Bytes[0] ^= 1;
            return [reply];
        });
        await AssertFails(server, new StubResolverOptions { Timeout = TimeSpan.FromSeconds(1) });
    }

    [Theory]
    [InlineData("7a7a7a7a")] // four bytes
    [InlineData("")] // an empty datagram
    public async Task Garbage_is_a_temporary_failure(string hex)
    {
        await using var server = new LoopbackDnsServer(_ => [new Answer(Convert.FromHexString(hex))]);
        await AssertFails(server, new StubResolverOptions { Timeout = TimeSpan.FromSeconds(1) });
    }

    [Fact]
    public async Task Lengths_that_lie_are_a_temporary_failure()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Record(q.Name, 16, [200, 1, 2]))]);
        await AssertFails(server, Patient, "a malformed answer");
    }

    [Fact]
    public async Task A_name_that_points_at_itself_is_a_temporary_failure()
    {
        await using var server = new LoopbackDnsServer(q =>
        {
            var end = q.Reply().Bytes.Length;
            return [q.Reply([0xc0, (byte)end, 0, 16, 0, 1, 0, 0, 0, 9, 0, 2, 1, 65])];
        });
        await AssertFails(server, Patient, "a malformed answer");
    }

    [Fact]
    public async Task An_answer_sent_twice_does_not_reach_the_next_question()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, q.Name)), q.Reply(Text(q.Name, q.Name))]);
        var resolver = For(server, Patient);
        for (var i = 0; i < 20; i++)
        {
            var name = $"n{i}.example";
            Assert.Equal([name], (await resolver.QueryTextAsync(Of(name), Token)).Texts);
        }
    }

    [Theory]
    [InlineData("foo bar.example")]
    [InlineData("jack&jill=up.example")]
    [InlineData("a\\b;c\"d.example")]
    [InlineData("~(x)@.example")]
    [InlineData("\\065.example")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("xn--a.example")] // not a valid A-label, yet a name that somebody may ask for
    [InlineData("xn--a b.xn--.example")]
    [InlineData("_spf._domainkey.example")]
    [InlineData("-a-.example")]
    public async Task Odd_names_are_asked_for_as_they_are(string name)
    {
        string? asked = null;
        await using var server = new LoopbackDnsServer(q =>
        {
            asked = q.Name;
            return [q.Type == 12 ? q.Reply(Record(q.Name, 12, Name(name))) : q.Reply(Text(q.Name, "x"))];
        });
        var resolver = For(server, Patient);
        var response = await resolver.QueryTextAsync(Of(name), Token);
        Assert.Equal((name, null), (asked!.ToLowerInvariant(), response.Reason));
        Assert.Equal(["x"], response.Texts);
        Assert.Equal([Of(name)], (await resolver.QueryPointersAsync(IPAddress.Parse("192.0.2.1"), Token)).Names);
    }

    [Fact]
    public async Task A_host_that_is_no_name_is_left_out()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Record(q.Name, 12, Name("b\u00e9.example")), Record(q.Name, 12, Name("a\0b.example")), Record(q.Name, 12, Name("c.example")))]);
        Assert.Equal([Of("c.example")], (await For(server, Patient).QueryPointersAsync(IPAddress.Parse("192.0.2.1"), Token)).Names);
    }

    [Fact]
    public async Task The_AD_bit_is_reported()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(0x20, 0, [Text(q.Name, "x")], [])]);
        Assert.True((await For(server, Patient with { RequestDnssec = true }).QueryTextAsync(Of("a.example"), Token)).IsAuthenticated);
    }

    [Property(MaxTest = 60)]
    public async Task No_answer_makes_it_throw(byte[] noise, byte at)
    {
        await using var server = new LoopbackDnsServer(q =>
        {
            // A good answer, damaged after its id.
            var bytes = q.Reply(0, 0, [Alias(q.Name, "b.example"), Text("b.example", "x", "y")], [Authority("example", 1, 1)]).Bytes;
            for (var i = 0; i < noise.Length && 2 + at + i < bytes.Length; i++)
            {
                bytes[2 + at + i] = noise[i];
            }

            return [new Answer(bytes)];
        });
        var response = await For(server, new StubResolverOptions { Timeout = TimeSpan.FromMilliseconds(200), Retries = 0 }).QueryTextAsync(Of("a.example"), Token);
        Assert.True(Enum.IsDefined(response.Status));
    }

    [Fact]
    public void Options_have_ranges()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { Timeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { Timeout = TimeSpan.FromSeconds(61) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { Retries = 11 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { UdpPayloadSize = 511 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { UdpPayloadSize = 4097 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { MaxCacheBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { MaxTimeToLive = TimeSpan.FromDays(8) });
        Assert.Empty(new StubResolverOptions { Servers = default }.Servers);
    }

    private static DnsClientResolver For(LoopbackDnsServer server, StubResolverOptions options, TimeProvider? time = null) =>
        new(options with { Servers = [server.EndPoint] }, time);

    private static async Task AssertFails(LoopbackDnsServer server, StubResolverOptions options, string reason = "")
    {
        var response = await For(server, options).QueryTextAsync(Of("a.example"), Token);
        Assert.Equal(DnsStatus.Failure, response.Status);
        Assert.Contains(reason, response.Reason, StringComparison.Ordinal);
    }

    private static DomainName Of(string name) => DomainName.ParseDnsName(name).Value!;
}
