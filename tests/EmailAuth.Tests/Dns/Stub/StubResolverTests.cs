using System.Net;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>What a stub resolver makes of the answers of one server.</summary>
public abstract partial class StubResolverTests
{
    /// <summary>What reads the sockets: each has a class of its own.</summary>
    private protected abstract UdpReceiver? Receiver { get; }

    private StubResolverOptions Patient => new() { Timeout = TimeSpan.FromSeconds(20), DatagramReceiver = () => Receiver };

    private StubResolverOptions Hasty => Patient with { Timeout = TimeSpan.FromMilliseconds(300), Retries = 0 };

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
        using var resolver = For(server, Patient);
        Assert.Equal(["192.0.2.1", "192.0.2.2"], (await Ask(resolver, "a.example", DnsRecordType.A)).Addresses.Select(a => a.ToString()));
        Assert.Equal(["2001:db8::1"], (await Ask(resolver, "a.example", DnsRecordType.Aaaa)).Addresses.Select(a => a.ToString()));
        Assert.Equal([new MailHost(10, Of("mx.example")), new MailHost(0, null)], (await Ask(resolver, "a.example", DnsRecordType.Mx)).MailHosts);
        Assert.Equal([Of("mail.example")], (await resolver.QueryAsync(DnsQuestion.Pointers(IPAddress.Parse("192.0.2.1")), Token)).Names);
        var text = await Ask(resolver, "a.example");
        Assert.Equal(["v=spf1 -all", "a;b\\\"c"], text.Texts);
        Assert.Equal(TimeSpan.FromSeconds(300), text.TimeToLive);
        Assert.False(text.IsAuthenticated);
    }

    [Fact]
    public async Task Text_is_UTF_8_or_else_each_byte_a_character()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "caf\u00c3\u00a9"), Text(q.Name, "caf\u00e9 \\", "\u00ff\"\0\n"), Text(q.Name, "\u00c3", "\u00a9"), Text(q.Name), Text(q.Name, ""))]);
        using var resolver = For(server, Patient);
        Assert.Equal(["café", "caf\u00e9 \\\u00ff\"\0\n", "é", "", ""], (await Ask(resolver)).Texts);
    }

    [Theory]
    [InlineData(0, DnsStatus.NoData, DnsFailure.None, null)]
    [InlineData(3, DnsStatus.NameError, DnsFailure.None, null)]
    [InlineData(2, DnsStatus.Failure, DnsFailure.ServerFailure, "SERVFAIL from 127.0.0.1:")]
    [InlineData(5, DnsStatus.Failure, DnsFailure.Refused, "REFUSED from 127.0.0.1:")]
    [InlineData(1, DnsStatus.Failure, DnsFailure.ServerFailure, "FORMERR from 127.0.0.1:")]
    [InlineData(4, DnsStatus.Failure, DnsFailure.ServerFailure, "NOTIMP from 127.0.0.1:")]
    [InlineData(9, DnsStatus.Failure, DnsFailure.ServerFailure, "response code 9 from 127.0.0.1:")]
    public async Task A_response_code_says_what_kind_of_answer_it_is(int code, DnsStatus expected, DnsFailure failure, string? detail)
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(0, code, [], [])]);
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal((expected, failure, null), (response.Status, response.Failure, response.TimeToLive));
        Assert.StartsWith(detail ?? "", response.Detail ?? "", StringComparison.Ordinal);
        Assert.Equal(detail is null, response.Detail is null);
    }

    [Theory]
    [InlineData(0x01, 0, "response code 16")] // BADVERS by its number is said below; here the upper bits alone
    [InlineData(0x01, 7, "response code 23")] // BADCOOKIE
    [InlineData(0xff, 15, "response code 4095")]
    public async Task The_upper_bits_of_a_response_code_are_in_the_OPT_record(byte upper, int lower, string detail)
    {
        await using var server = new LoopbackDnsServer(q => [WithAdditional(q.Reply(0, lower, [Text(q.Name, "not this")], []), Opt(upper))]);
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal(DnsFailure.ServerFailure, response.Failure);
        Assert.StartsWith(upper == 1 && lower == 0 ? "BADVERS from " : detail + " from ", response.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(4, 0, false)]
    [InlineData(0, 1, false)]
    [InlineData(1, 0, true)] // a header and nothing else
    [InlineData(4, 0, true)]
    public async Task A_server_that_refuses_EDNS_is_asked_without(int code, byte upper, bool isBare)
    {
        var sizes = new List<int>();
        await using var server = new LoopbackDnsServer(q =>
        {
            sizes.Add(q.Bytes.Length);
            return q.Bytes[11] == 0 ? [q.Reply(Text(q.Name, "plain"))]
                : isBare ? [new Answer([q.Bytes[0], q.Bytes[1], 0x81, (byte)(0x80 | code), .. new byte[8]])]
                : [upper == 0 ? q.Reply(0, code, [], []) : WithAdditional(q.Reply(0, code, [], []), Opt(upper))];
        });
        using var resolver = For(server, Patient);
        Assert.Equal(["plain"], (await Ask(resolver)).Texts);
        Assert.Equal([11], [sizes[0] - sizes[1]]);
    }

    [Fact]
    public async Task A_bare_header_with_another_code_is_not_an_answer()
    {
        await using var server = new LoopbackDnsServer(q => [new Answer([q.Bytes[0], q.Bytes[1], 0x81, 0x82, .. new byte[8]]), q.Reply(Text(q.Name, "x"))]);
        using var resolver = For(server, Patient);
        Assert.Equal(["x"], (await Ask(resolver)).Texts);
        Assert.Equal(1, resolver.Counters.Strays);
    }

    [Fact]
    public async Task A_query_is_for_recursion_with_EDNS_and_without_AD_unless_wanted()
    {
        var queries = new List<byte[]>();
        await using var server = new LoopbackDnsServer(q =>
        {
            queries.Add(q.Bytes);
            return [q.Reply(0x20, 0, [Text(q.Name, "x")], [])];
        });
        using var resolver = For(server, Patient);
        using var trusting = For(server, Patient with { RequestDnssec = true, UdpPayloadSize = 4096 });
        Assert.False((await Ask(resolver)).IsAuthenticated);
        Assert.True((await Ask(trusting)).IsAuthenticated);
        Assert.Equal("010000010000000000010161076578616d706c65000010000100002904d0000000000000", Convert.ToHexStringLower(queries[0].AsSpan(2)));
        Assert.Equal("0120000100000000000101610765", Convert.ToHexStringLower(queries[1].AsSpan(2, 14)));
        Assert.Equal("00002910000000000000000"[..22], Convert.ToHexStringLower(queries[1].AsSpan()[^11..]));
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
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal(["right"], response.Texts);
        Assert.Equal([Of("b.example"), Of("c.example")], response.Aliases);
        Assert.Equal(TimeSpan.FromSeconds(30), response.TimeToLive); // the least of the chain
    }

    [Fact]
    public async Task An_alias_whose_end_the_server_leaves_out_is_asked_for()
    {
        await using var server = new LoopbackDnsServer(q => [q.Name == "b.example" ? q.Reply(Text(q.Name, "x")) : q.Reply(Alias(q.Name, "b.example", 20))]);
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal(["x"], response.Texts);
        Assert.Equal(TimeSpan.FromSeconds(20), response.TimeToLive);
        Assert.Equal([Of("b.example")], response.Aliases);
        Assert.Equal(2, server.Questions);
    }

    [Fact]
    public async Task The_end_of_an_alias_may_have_no_such_records_or_not_exist()
    {
        await using var server = new LoopbackDnsServer(q =>
            [q.Reply(0, q.Name.StartsWith("nx", StringComparison.Ordinal) ? 3 : 0, [Alias(q.Name, "b.example")], [Authority("example", 100, 50)])]);
        using var resolver = For(server, Patient);
        Assert.Equal(DnsStatus.NoData, (await Ask(resolver)).Status);
        var absent = await Ask(resolver, "nx.example");
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
        using var resolver = For(server, Patient);
        foreach (var name in new[] { "self.example", "two.example", "inner.example", "endless.example" })
        {
            var response = await Ask(resolver, name);
            Assert.Equal(DnsFailure.Malformed, response.Failure);
            Assert.Contains("form a loop", response.Detail, StringComparison.Ordinal);
        }

        Assert.InRange(server.Questions, 4, 20);
    }

    [Theory]
    [InlineData(16, DnsFailure.None)]
    [InlineData(17, DnsFailure.Malformed)]
    public async Task Sixteen_aliases_in_a_row_are_followed(int count, DnsFailure expected)
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply([.. Enumerable.Range(1, count).Reverse().Select(i => Alias(i == 1 ? "a.example" : $"a{i - 1}.example", $"a{i}.example")), Text($"a{count}.example", "end")])]);
        using var resolver = For(server, Patient);
        Assert.Equal(expected, (await Ask(resolver)).Failure);
    }

    [Fact]
    public async Task Records_at_another_name_or_of_another_class_are_not_part_of_the_answer()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text("b.example", "x"), Record(q.Name, 16, [1, (byte)'c'], dataClass: 3))]);
        using var resolver = For(server, Patient);
        Assert.Equal(DnsStatus.NoData, (await Ask(resolver)).Status);
    }

    [Fact]
    public async Task Lengths_that_lie_are_a_malformed_answer()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Record(q.Name, 16, [200, 1, 2]))]);
        using var resolver = For(server, Patient);
        var response = await Ask(resolver);
        Assert.Equal(DnsFailure.Malformed, response.Failure);
        Assert.StartsWith("a malformed TXT record from 127.0.0.1:", response.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_referral_of_a_server_that_does_not_ask_others_says_nothing_of_the_name()
    {
        var referral = Record("example", 2, Name("ns.example"));
        await using var server = new LoopbackDnsServer(q =>
        {
            var reply = q.Reply(0, 0, [], [referral]);
            reply.Bytes[3] &= 0x7f; // RA
            reply.Bytes[2] |= q.Name == "owned.example" ? (byte)4 : (byte)0; // AA
            return [reply];
        });
        using var resolver = For(server, Patient);
        Assert.Equal(DnsFailure.ServerFailure, (await Ask(resolver)).Failure);
        Assert.Equal(DnsStatus.NoData, (await Ask(resolver, "owned.example")).Status);
    }

    [Theory]
    [InlineData("foo bar.example")]
    [InlineData("jack&jill=up.example")]
    [InlineData("a\\b;c\"d.example")]
    [InlineData("~(x)@.example")]
    [InlineData("\\065.example")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("xn--a.example")] // not a valid A-label, yet a name that somebody may ask for
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
        using var resolver = For(server, Patient);
        Assert.Equal(["x"], (await Ask(resolver, name)).Texts);
        Assert.Equal(name, asked);
        Assert.Equal([Of(name)], (await resolver.QueryAsync(DnsQuestion.Pointers(IPAddress.Parse("192.0.2.1")), Token)).Names);
    }

    [Fact]
    public async Task A_host_that_cannot_be_asked_for_is_left_out()
    {
        byte[] dotted = [3, (byte)'c', (byte)'.', (byte)'d', .. Name("example")];
        await using var server = new LoopbackDnsServer(q => [q.Reply(Record(q.Name, 12, Name("b\u00e9.example")), Record(q.Name, 12, Name("a\0b.example")), Record(q.Name, 12, dotted), Record(q.Name, 12, Name("c.example")))]);
        using var resolver = For(server, Patient);
        Assert.Equal([Of("c.example")], (await resolver.QueryAsync(DnsQuestion.Pointers(IPAddress.Parse("192.0.2.1")), Token)).Names);
    }

    [Fact]
    public async Task An_answer_is_kept_for_its_TTL()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var server = new LoopbackDnsServer(q => [q.Name == "nx.example" ? q.Reply(0, 3, [], [Authority("example", 100, 50)]) : q.Name == "fails.example" ? q.Reply(0, 2, [], []) : q.Reply(Text(q.Name, "x"))]);
        using var resolver = new StubResolver(Patient with { Servers = [server.EndPoint], MaxTimeToLive = TimeSpan.FromSeconds(200) }, time);
        foreach (var (seconds, questions) in new[] { (0, 3), (49, 4), (2, 6), (150, 9) })
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            foreach (var name in new[] { "a.example", "nx.example", "fails.example" })
            {
                await Ask(resolver, name);
            }

            Assert.Equal(questions, server.Questions);
        }

        Assert.Equal((12L, 3L), (resolver.Lookups, resolver.CacheHits));
        Assert.InRange(resolver.CacheBytes, 100, 4096);
    }

    [Fact]
    public async Task Equal_questions_at_the_same_time_are_asked_once()
    {
        await using var server = new LoopbackDnsServer(q => [q.Reply(Text(q.Name, "x"))]);
        using var resolver = For(server, Patient with { MaxCacheBytes = 0 });
        var first = resolver.QueryAsync(new DnsQuestion(Of("a.example"), DnsRecordType.Txt), Token);
        var second = resolver.QueryAsync(new DnsQuestion(Of("A.example"), DnsRecordType.Txt), Token);
        await first;
        await second;
        Assert.InRange(server.Questions, 1, 2); // two only where the first answer came before the second question
    }

    [Fact]
    public async Task Cancelling_ends_the_lookup_at_once()
    {
        await using var server = new LoopbackDnsServer(_ => []);
        using var cancel = new CancellationTokenSource();
        using var resolver = For(server, Patient);
        var waiting = resolver.QueryAsync(new DnsQuestion(Of("a.example"), DnsRecordType.Txt), cancel.Token).AsTask();
        await cancel.CancelAsync();
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(cancel.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task Disposing_ends_what_waits()
    {
        await using var server = new LoopbackDnsServer(_ => []);
        var resolver = For(server, Patient);
        var waiting = resolver.QueryAsync(new DnsQuestion(Of("a.example"), DnsRecordType.Txt), Token);
        await resolver.DisposeAsync();
        Assert.Equal(DnsFailure.Unreachable, (await waiting).Failure);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Ask(resolver));
        resolver.Dispose();
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
        using var resolver = For(server, Hasty with { Timeout = TimeSpan.FromMilliseconds(200) });
        Assert.True(Enum.IsDefined((await Ask(resolver)).Status));
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
        Assert.Throws<ArgumentException>(() => new StubResolverOptions { Servers = [.. Enumerable.Range(1, 17).Select(port => new IPEndPoint(IPAddress.Loopback, port))] });
        Assert.Empty(new StubResolverOptions { Servers = default }.Servers);
    }

    private static StubResolver For(LoopbackDnsServer server, StubResolverOptions options) => new(options with { Servers = [server.EndPoint] });

    private static ValueTask<DnsResponse> Ask(StubResolver resolver, string name = "a.example", DnsRecordType type = DnsRecordType.Txt) =>
        resolver.QueryAsync(new DnsQuestion(Of(name), type), Token);

    private static DomainName Of(string name) => DomainName.ParseDnsName(name).Value!;

    private static byte[] Opt(byte upperCode) => [0, 0, 41, 4, 208, upperCode, 0, 0, 0, 0, 0];

    private static Answer WithAdditional(Answer answer, byte[] record)
    {
        answer.Bytes[11]++;
        return new Answer([.. answer.Bytes, .. record]);
    }
}
