using System.Net;
using System.Reflection;
using DnsClient;
using DnsClient.Protocol;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>What DnsClient hands over, rule by rule, without a network.</summary>
public class DnsAnswerReaderTests
{
    private const string Loop = "Failure Malformed: the aliases of a.example form a loop, or are more than 16 in a row (RFC 1034 section 3.6.2), at ";

    [Fact]
    public void Records_of_each_type_are_read_and_others_are_not()
    {
        DnsResourceRecord[] all =
        [
            new ARecord(Info("a.example", ResourceRecordType.A, 9), IPAddress.Parse("192.0.2.1")), new AaaaRecord(Info("a.example", ResourceRecordType.AAAA, 8), IPAddress.Parse("2001:db8::1")),
            new MxRecord(Info("a.example", ResourceRecordType.MX, 7), 10, DnsString.Parse("mx.example.")), new MxRecord(Info("a.example", ResourceRecordType.MX, 7), 20, DnsString.Parse(".")),
            new PtrRecord(Info("a.example", ResourceRecordType.PTR, 6), DnsString.Parse("p.example.")), new TxtRecord(Info("a.example", ResourceRecordType.TXT, 5), ["te", "xt"], ["te", "xt"]),
            new TxtRecord(Info("b.example", ResourceRecordType.TXT, 1), ["other"], ["other"]), new TxtRecord(Info("a.example", ResourceRecordType.TXT, 1, QueryClass.CH), ["chaos"], ["chaos"]),
        ];
        foreach (var (type, expected) in new[]
        {
            (DnsRecordType.A, "Records [192.0.2.1] 9 s"), (DnsRecordType.Aaaa, "Records [2001:db8::1] 8 s"), (DnsRecordType.Mx, "Records [10 mx.example|20 .] 7 s"),
            (DnsRecordType.Ptr, "Records [p.example] 6 s"), (DnsRecordType.Txt, "Records [text] 5 s"),
        })
        {
            Assert.Equal(expected + ", at a.example", Said(type, new Message { Answers = all }));
            Assert.Equal("NoData -, at a.example", Said(type, new Message()));
        }
    }

    [Fact]
    public void A_host_that_is_not_a_name_is_left_out()
    {
        DnsResourceRecord[] odd = [new MxRecord(Info("a.example", ResourceRecordType.MX, 3), 10, DnsString.Parse("b\\255.example.")), new PtrRecord(Info("a.example", ResourceRecordType.PTR, 3), DnsString.Parse("b\\000.example."))];
        Assert.Equal("NoData -, at a.example", Said(DnsRecordType.Mx, new Message { Answers = odd }));
        Assert.Equal("NoData -, at a.example", Said(DnsRecordType.Ptr, new Message { Answers = odd }));
        Assert.Equal("Records [1 m.example] 9 s, at a.example", Said(DnsRecordType.Mx, new Message { Answers = [.. odd, new MxRecord(Info("a.example", ResourceRecordType.MX, 9), 1, DnsString.Parse("m.example."))] }));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void Sixteen_aliases_in_a_row_are_followed(int count)
    {
        var chain = Enumerable.Range(1, count).Select(static i => Alias(i == 1 ? "a.example" : $"n{i - 1}.example", $"n{i}.example", 100 - i)).ToArray();
        var text = Text($"n{count}.example", "x");
        var aliases = string.Join(' ', Enumerable.Range(1, count).Select(static i => $"n{i}.example"));
        var expected = count > 16 ? Loop + "n16.example" : $"Records [x] {100 - count} s, at n{count}.example, aliases {aliases}";
        Assert.Equal(expected, Said(DnsRecordType.Txt, new Message { Answers = [.. chain, text] }));
        Assert.Equal(expected, Said(DnsRecordType.Txt, new Message { Answers = [text, .. chain.Reverse()] }));
        var reader = NewReader(DnsRecordType.Txt);
        foreach (var alias in chain.SkipLast(1))
        {
            Assert.Null(reader.Read(new Message { Answers = [alias] }));
        }

        Assert.Equal(expected, Summary(reader, reader.Read(new Message { Answers = [chain[^1], text] })));
    }

    [Fact]
    public void A_chain_that_returns_to_its_start_is_a_loop()
    {
        Assert.Equal(Loop + "a.example", Said(DnsRecordType.Txt, new Message { Answers = [Alias("a.example", "A.example", 1)] }));
        Assert.Equal(Loop + "b.example", Said(DnsRecordType.Txt, new Message { Answers = [Alias("a.example", "b.example", 1), Alias("b.example", "a.example", 1)] }));
        Assert.Equal("Records [x] 300 s, at a.example", Said(DnsRecordType.Txt, new Message { Answers = [Alias("b.example", "c.example", 1), Text("a.example", "x")] }));
    }

    [Theory]
    [InlineData(10, 20, 30, 10)]
    [InlineData(30, 20, 10, 10)]
    [InlineData(30, 10, 20, 10)]
    [InlineData(30, -1, 20, 0)]
    [InlineData(30, 20, -5, 0)]
    public void The_least_lifetime_of_the_chain_counts(int alias, int first, int second, int least)
    {
        Assert.Equal(
            $"Records [x|y] {least} s, at b.example, aliases b.example",
            Said(DnsRecordType.Txt, new Message { Answers = [Alias("a.example", "b.example", alias), Text("b.example", "x", first), Text("b.example", "y", second)] }));
    }

    // RFC 2308 section 5.
    [Theory]
    [InlineData(9, 8, 30, 8)]
    [InlineData(8, 9, 30, 8)]
    [InlineData(-1, 9, 30, 0)]
    [InlineData(9, 0, 30, 0)]
    [InlineData(40, 50, 30, 30)]
    [InlineData(30, 50, 30, 30)]
    public void A_negative_answer_is_kept_for_the_least_of_three(int timeToLive, uint minimum, int alias, int least)
    {
        DnsResourceRecord[] authorities = [new NsRecord(Info("example", ResourceRecordType.NS, 1), DnsString.Parse("ns.example.")), Authority(timeToLive, minimum), Authority(0, 0)];
        DnsResourceRecord[] answers = [Alias("a.example", "b.example", alias)];
        Assert.Equal($"NoData {least} s, at b.example, aliases b.example", Said(DnsRecordType.Txt, new Message { Answers = answers, Authorities = authorities }));
        Assert.Equal($"NameError {least} s, at b.example, aliases b.example", Said(DnsRecordType.Txt, new Message { Code = 3, Answers = answers, Authorities = authorities }));
        Assert.Equal("NameError -, at b.example, aliases b.example", Said(DnsRecordType.Txt, new Message { Code = 3, Answers = answers, Authorities = authorities[..1] }));
        Assert.Equal("goes on, at b.example", Said(DnsRecordType.Txt, new Message { Answers = answers, Authorities = authorities[..1] }));
        Assert.Equal("NoData -, at a.example", Said(DnsRecordType.Txt, new Message { Authorities = authorities[..1] }));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void An_answer_is_authentic_when_all_of_its_messages_are(bool first, bool second, bool isAuthentic)
    {
        foreach (var (message, said) in new[]
        {
            (new Message { IsAuthentic = second, Answers = [Text("b.example", "x")] }, "Records [x] 9 s"),
            (new Message { IsAuthentic = second, Authorities = [Authority(5, 5)] }, "NoData 5 s"),
            (new Message { IsAuthentic = second, Code = 3 }, "NameError -"),
        })
        {
            var reader = NewReader(DnsRecordType.Txt);
            Assert.Null(reader.Read(new Message { IsAuthentic = first, Answers = [Alias("a.example", "b.example", 9)] }));
            Assert.Equal($"{said}, at b.example, aliases b.example{(isAuthentic ? ", authentic" : "")}", Summary(reader, reader.Read(message)));
        }
    }

    [Theory]
    [InlineData("a.example", true)]
    [InlineData("A.Example.", true)]
    [InlineData("b.example", false)]
    [InlineData("a.exampl", false)]
    [InlineData(@"\097.example.", true)]
    [InlineData(@"\098.example.", false)]
    public void A_name_is_the_one_asked_for_however_it_is_written(string written, bool isEqual) =>
        Assert.Equal(isEqual, DnsNames.IsEqual(DnsString.FromResponseQueryString(written), Of("a.example")));

    [Theory]
    [InlineData("a.example", "a.example.")]
    [InlineData("xn--a.xn--b.example", "XN--a.XN--b.example.")]
    [InlineData("axn-.example", "axn-.example.")]
    public void A_name_is_asked_for_with_its_root(string name, string written) => Assert.Equal(written, DnsNames.Write(Of(name)));

    // RFC 1035 section 5.1: each octet by its number, and the backslash, the quote and the semicolon by themselves.
    [Fact]
    public void An_escaped_name_reads_as_its_octets()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            var expected = octet is >= 0x21 and < 0x7f or 0x20 && octet != '.' ? $"a{char.ToLowerInvariant((char)octet)}b.example" : null;
            if (octet != '.')
            {
                Assert.Equal((octet, expected), (octet, DnsNames.Read(DnsString.FromResponseQueryString($"a\\{octet:000}b.example."))?.ToString()));
            }
        }

        foreach (var (written, expected) in new[]
        {
            (@"a\\b.example.", @"a\b.example"), ("a\\\"b.example.", "a\"b.example"), (@"a\;b.example.", "a;b.example"), (@"a\xb.example.", @"a\xb.example"), (@"a\12.example.", @"a\12.example"),
            (@"a\1234.example.", "a{4.example"), (@"a\12/b.example.", @"a\12/b.example"), (@"a\12:b.example.", @"a\12:b.example"), (@"a.b\065", "a.ba"), (@"a.b\06", @"a.b\06"), (@"a.b\", @"a.b\"),
        })
        {
            Assert.Equal((written, expected), (written, DnsNames.Read(DnsString.FromResponseQueryString(written))?.ToString()));
        }
    }

    // In a text the quote alone is escaped; only a text that is not UTF-8 is read again.
    [Theory]
    [InlineData("plain", "plain", "plain")]
    [InlineData("\ufffd", @"\255", "\u00ff")]
    [InlineData("\ufffd\"", "\\255\\\"", "\u00ff\"")]
    [InlineData("\ufffd", @"\255\;\\", @"\;\\", true)]
    [InlineData("\ufffd", @"\195\169", "\u00e9")]
    [InlineData("\ufffd", @"\195", "\u00c3")]
    [InlineData("x\\065", "x", "x\\065")]
    public void A_text_is_read_as_it_came(string text, string escaped, string expected, bool isBehindAnOctet = false)
    {
        var record = new TxtRecord(Info("a.example", ResourceRecordType.TXT, 0), [escaped], [text]);
        Assert.Equal((isBehindAnOctet ? "\u00ff" : "") + expected, DnsNames.ReadText(record));
        record = new TxtRecord(Info("a.example", ResourceRecordType.TXT, 0), [escaped, "z"], [text, "z"]);
        Assert.Equal((isBehindAnOctet ? "\u00ff" : "") + expected + "z", DnsNames.ReadText(record));
    }

    [Fact]
    public async Task What_DnsClient_says_or_throws_is_an_answer_or_a_failure()
    {
        foreach (var (said, expected) in new (Func<IDnsQueryResponse>, string)[]
        {
            (static () => new Message { Answers = [Text("a.example", "x")] }, "Records: "),
            (static () => new Message { Code = 3 }, "NameError: "),
            (static () => new Message { Code = 1 }, "ServerFailure: FORMERR from 192.0.2.53:53"),
            (static () => new Message { Code = 2 }, "ServerFailure: SERVFAIL from 192.0.2.53:53"),
            (static () => new Message { Code = 4 }, "ServerFailure: NOTIMP from 192.0.2.53:53"),
            (static () => new Message { Code = 5 }, "Refused: REFUSED from 192.0.2.53:53"),
            (static () => new Message { Code = 6 }, "ServerFailure: response code 6 from 192.0.2.53:53"),
            (static () => new Message { IsTruncated = true }, "Malformed: a truncated answer from 192.0.2.53:53"),
            (static () => new Message { Questions = [] }, "Malformed: an answer to another question from 192.0.2.53:53"),
            (static () => new Message { Questions = [new("a.example.", QueryType.MX)] }, "Malformed: an answer to another question from 192.0.2.53:53"),
            (static () => new Message { Questions = [new("b.example.", QueryType.TXT)] }, "Malformed: an answer to another question from 192.0.2.53:53"),
            (static () => new Message { Questions = [new("a.example.", QueryType.TXT), new("a.example.", QueryType.TXT)] }, "Malformed: an answer to another question from 192.0.2.53:53"),
            (static () => throw new TimeoutException(), "Timeout: no answer within 7.5 s"),
            (static () => throw new OperationCanceledException(), "Timeout: no answer within 7.5 s"),
            (static () => throw new DnsResponseException("x", new TimeoutException()), "Timeout: no answer within 7.5 s"),
            (static () => throw new IOException("x", new IOException("y", new OperationCanceledException())), "Timeout: no answer within 7.5 s"),
            (static () => throw new DnsResponseException("x", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.TimedOut)), "Timeout: "),
            (static () => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.NetworkUnreachable), "Unreachable: "),
            (static () => throw new DnsResponseException(DnsResponseCode.Refused), "Refused: REFUSED"),
            (static () => throw new DnsResponseException(DnsResponseCode.ServerFailure, "it failed."), "ServerFailure: it failed"),
            (static () => throw new DnsResponseParseException("x"), "Malformed: a malformed answer"),
            (static () => throw new InvalidOperationException("odd"), "Malformed: a malformed answer (odd)"),
        })
        {
            var resolver = new DnsClientResolver(Client.Of(_ => said()), new StubResolverOptions { Timeout = TimeSpan.FromSeconds(7.5) });
            var response = await resolver.QueryAsync(new EmailAuth.Dns.DnsQuestion(Of("a.example"), DnsRecordType.Txt), TestContext.Current.CancellationToken);
            Assert.Equal(expected, response.Status == DnsStatus.Failure ? $"{response.Failure}: {response.Detail}" : $"{response.Status}: {response.Detail}");
            Assert.Equal((1L, 0L, 0L), (resolver.Lookups, resolver.CacheHits, response.Status == DnsStatus.Failure ? resolver.CacheBytes : 0));
        }
    }

    [Fact]
    public async Task A_lookup_ends_with_its_time_and_each_step_of_a_chain_is_a_question()
    {
        var time = new FakeTimeProvider();
        var asked = new List<string>();
        CancellationToken token = default;
        var silent = new DnsClientResolver(Client.Of(_ => null, seen => token = seen), new StubResolverOptions { Timeout = TimeSpan.FromSeconds(7) }, time);
        var asking = silent.QueryAsync(new EmailAuth.Dns.DnsQuestion(Of("a.example"), DnsRecordType.Txt), CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromSeconds(7) - TimeSpan.FromTicks(1));
        Assert.False(token.IsCancellationRequested || asking.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(token.IsCancellationRequested);
        Assert.Equal("no answer within 7 s", (await asking).Detail);
        using var cancel = new CancellationTokenSource();
        var abandoned = silent.QueryAsync(new EmailAuth.Dns.DnsQuestion(Of("a.example"), DnsRecordType.Txt), cancel.Token).AsTask();
        Assert.False(token.IsCancellationRequested);
        await cancel.CancelAsync();
        Assert.True(token.IsCancellationRequested); // the client's work ends too
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);

        var following = new DnsClientResolver(Client.Of(question =>
        {
            asked.Add($"{question.QuestionType} {question.QueryName} {question.QuestionClass}");
            return new Message { Questions = [question], Answers = asked.Count == 1 ? [Alias("a.example", "b.example", 9)] : [Text("b.example", "x")] };
        }));
        var response = await following.QueryAsync(new EmailAuth.Dns.DnsQuestion(Of("a.example"), DnsRecordType.Txt), CancellationToken.None);
        Assert.Equal(["TXT a.example. IN", "TXT b.example. IN"], asked);
        Assert.Equal(("x", TimeSpan.FromSeconds(9)), (response.Texts[0], response.TimeToLive));
        Assert.True(following.CacheBytes > 0);
    }

    [Theory]
    [InlineData(1, 1, 2500)]
    [InlineData(2, 1, 1250)]
    [InlineData(2, 0, 2500)]
    [InlineData(1, 0, 5000)]
    [InlineData(5, 4, 200)]
    public void All_tries_at_all_servers_fit_in_the_time(int servers, int retries, int milliseconds)
    {
        var options = new StubResolverOptions { Servers = [.. Enumerable.Range(1, servers).Select(static i => new IPEndPoint(IPAddress.Loopback, 5300 + i))], Retries = retries, UdpPayloadSize = 777, RequestDnssec = servers == 2 };
        var client = (LookupClient)typeof(DnsClientResolver).GetField("_client", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(new DnsClientResolver(options))!;
        var settings = client.Settings;
        Assert.Equal(
            (false, false, true, false, retries, true, 777, servers == 2, TimeSpan.FromMilliseconds(milliseconds)),
            (settings.UseCache, settings.ThrowDnsErrors, settings.ContinueOnDnsError, settings.ContinueOnEmptyResponse, settings.Retries, settings.UseTcpFallback, settings.ExtendedDnsBufferSize, settings.RequestDnsSecRecords, settings.Timeout));
        Assert.Equal(options.Servers.Select(static server => $"{server}"), settings.NameServers.Select(static server => $"{server}"));
    }

    private static ResourceRecordInfo Info(string name, ResourceRecordType type, int timeToLive, QueryClass queryClass = QueryClass.IN) =>
        new(DnsString.FromResponseQueryString(name + "."), type, queryClass, timeToLive, 0);

    private static TxtRecord Text(string name, string text, int timeToLive = 300) => new(Info(name, ResourceRecordType.TXT, timeToLive), [text], [text]);

    private static CNameRecord Alias(string name, string target, int timeToLive) => new(Info(name, ResourceRecordType.CNAME, timeToLive), DnsString.FromResponseQueryString(target + "."));

    private static SoaRecord Authority(int timeToLive, uint minimum) =>
        new(Info("example", ResourceRecordType.SOA, timeToLive), DnsString.Parse("ns.example."), DnsString.Parse("x.example."), 1, 2, 3, 4, minimum);

    private static DomainName Of(string name) => DomainName.ParseDnsName(name).Value!;

    private static DnsAnswerReader NewReader(DnsRecordType type) => new(Of("a.example"), type);

    private static string Said(DnsRecordType type, Message message)
    {
        var reader = NewReader(type);
        return Summary(reader, reader.Read(message));
    }

    private static string Summary(DnsAnswerReader reader, DnsResponse? response)
    {
        if (response is null)
        {
            return $"goes on, at {reader.End}";
        }

        var values = response.Texts.Concat(response.Addresses.Select(static one => one.ToString())).Concat(response.MailHosts.Select(static one => one.ToString())).Concat(response.Names.Select(static one => one.ToString()));
        return string.Concat(
            response.Status == DnsStatus.Failure ? $"Failure {response.Failure}: {response.Detail}" : $"{response.Status}",
            response.Status == DnsStatus.Records ? $" [{string.Join('|', values)}]" : "",
            response.Status == DnsStatus.Failure ? "" : response.TimeToLive is { } life ? $" {life.TotalSeconds} s" : " -",
            $", at {reader.End}",
            response.Aliases.IsEmpty ? "" : $", aliases {string.Join(' ', response.Aliases)}",
            response.IsAuthenticated ? ", authentic" : "");
    }

    private sealed record Message : IDnsQueryResponse
    {
        public int Code { get; init; }

        public bool IsAuthentic { get; init; }

        public bool IsTruncated { get; init; }

        public IReadOnlyList<DnsClient.DnsQuestion> Questions { get; init; } = [new("a.example.", QueryType.TXT)];

        public IReadOnlyList<DnsResourceRecord> Additionals => [];

        public IEnumerable<DnsResourceRecord> AllRecords => [];

        public IReadOnlyList<DnsResourceRecord> Answers { get; init; } = [];

        public IReadOnlyList<DnsResourceRecord> Authorities { get; init; } = [];

        public string AuditTrail => "";

        public string ErrorMessage => "";

        public bool HasError => Code != 0;

        public DnsResponseHeader Header => new(1, (ushort)(0x8180 | (IsAuthentic ? 0x20 : 0) | (IsTruncated ? 0x200 : 0) | Code), 1, 0, 0, 0);

        public int MessageSize => 0;

        public NameServer NameServer => new(IPAddress.Parse("192.0.2.53"), 53);

        public DnsQuerySettings Settings => null!;
    }

    /// <summary>Answers the one call that is made; or never, when it has no answer.</summary>
    public class Client : DispatchProxy
    {
        private Func<DnsClient.DnsQuestion, IDnsQueryResponse?> _answer = null!;
        private Action<CancellationToken>? _seen;

        internal static ILookupClient Of(Func<DnsClient.DnsQuestion, IDnsQueryResponse?> answer, Action<CancellationToken>? seen = null)
        {
            var client = Create<ILookupClient, Client>();
            (((Client)(object)client)._answer, ((Client)(object)client)._seen) = (answer, seen);
            return client;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal("QueryAsync", targetMethod!.Name);
            var token = (CancellationToken)args![1]!;
            _seen?.Invoke(token);
            return AnswerAsync((DnsClient.DnsQuestion)args[0]!, token);
        }

        private async Task<IDnsQueryResponse> AnswerAsync(DnsClient.DnsQuestion question, CancellationToken cancellationToken)
        {
            var answer = _answer(question);
            if (answer is null)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return answer!;
        }
    }
}
