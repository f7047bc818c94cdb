using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Iprev;

/// <summary>Whole results of iprev, with what was asked for and in which order.</summary>
public class IprevResultTests
{
    // The names of the client; how many are looked up; the result; the name; the rest of the reason; the questions after the first one.
    [Theory]
    [InlineData("back", 1, "pass", "back.test", null, null, "back")]
    [InlineData("back", 2, "pass", "back.test", null, null, "back")]
    [InlineData("other back", 2, "pass", "back.test", null, null, "back other")]
    [InlineData("other back", 1, "fail", null, "name_limit", "none of the first 1 names (MaxNames) that {0} points to points back to it (RFC 8601 section 2.7.3)", "other")]
    [InlineData("back more", 2, "pass", "back.test", null, null, "more back")]
    [InlineData("back more", 1, "pass", "back.test", null, null, "back")]
    [InlineData("other more", 2, "fail", null, "no_match", "none of the names that {0} points to points back to it (RFC 8601 section 2.7.3)", "more other")]
    [InlineData("other more", 3, "fail", null, "no_match", "none of the names that {0} points to points back to it (RFC 8601 section 2.7.3)", "more other")]
    [InlineData("absent other more", 2, "fail", null, "name_limit", "none of the first 2 names (MaxNames) that {0} points to points back to it (RFC 8601 section 2.7.3)", "other absent")]
    [InlineData("slow other", 2, "temperror", null, "dns_failure", "a query for a name of {0} failed: {1} (RFC 8601 section 2.7.3)", "other slow")]
    [InlineData("slow broken", 9, "temperror", null, "dns_failure", "a query for a name of {0} failed: {1} (RFC 8601 section 2.7.3)", "broken slow")]
    [InlineData("slow back", 2, "pass", "back.test", null, null, "back slow")]
    [InlineData("slow other back", 2, "temperror", null, "dns_failure", "a query for a name of {0} failed: {1} (RFC 8601 section 2.7.3)", "other slow")]
    [InlineData("", 2, "permerror", null, "no_name", "{0} does not point to a name (RFC 8601 section 2.7.3)", "")]
    public async Task A_result_is_whole(string names, int most, string word, string? host, string? code, string? reason, string asked)
    {
        foreach (var (client, address, type) in new[] { ("192.0.2.3", "192.0.2.3", "A"), ("::ffff:192.0.2.3", "192.0.2.3", "A"), ("2001:db8::cb01", "2001:db8::cb01", "AAAA"), ("2001:db8::cb01%5", "2001:db8::cb01", "AAAA") })
        {
            string[] listed = [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name + ".test")];
            var resolver = new ScriptedResolver(ZoneOf(IPAddress.Parse(address), listed));
            var result = await new IprevEvaluator(resolver, new IprevOptions { MaxNames = most }).EvaluateAsync(IPAddress.Parse(client), TestContext.Current.CancellationToken);
            var failure = (await new ZoneResolver(ZoneOf(IPAddress.Parse(address), [])).QueryAsync(new DnsQuestion(DomainName.Parse("slow.test").Value!, Enum.Parse<DnsRecordType>(type, ignoreCase: true)), TestContext.Current.CancellationToken)).Reason;
            Assert.Equal(reason?.Replace("{0}", address, StringComparison.Ordinal).Replace("{1}", failure, StringComparison.Ordinal), result.Reason);
            Assert.Equal((word, host, code, address), (result.Code.Keyword(), result.HostName?.ToString(), result.ReasonCode, result.Address.ToString()));
            Assert.Equal(listed, result.Names.Select(name => name.ToString()));
            string[] questions = [$"PTR {address}", .. asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"{type} {name}.test")];
            Assert.Equal(questions, resolver.Asked);
            Assert.Equal(questions.Length, result.LookupCount);
            AssertWritten(result, word, reason is null ? null : result.Reason, code);
        }
    }

    [Fact]
    public async Task The_query_for_the_names_may_fail()
    {
        var zone = new Zone().Add(ReverseName.Of(SpfTestZone.IPv4), new ZoneRecord { Type = ZoneEntryKind.ServFail });
        var result = await new IprevEvaluator(new ZoneResolver(zone)).EvaluateAsync(SpfTestZone.IPv4, TestContext.Current.CancellationToken);
        Assert.StartsWith("the query for the names of 192.0.2.3 failed: ", result.Reason, StringComparison.Ordinal);
        Assert.EndsWith(" (RFC 8601 section 2.7.3)", result.Reason, StringComparison.Ordinal);
        Assert.Equal((IprevResultCode.TempError, 1, null, "dns_failure"), (result.Code, result.LookupCount, result.HostName, result.ReasonCode));
        Assert.Empty(result.Names);
        AssertWritten(result, "temperror", result.Reason, "dns_failure");
    }

    // Its questions are those of the client's names and of no other check.
    [Theory]
    [InlineData("client-names", IprevResultCode.TempError)]
    [InlineData("spf", IprevResultCode.Pass)]
    public async Task It_asks_in_its_own_name(string check, IprevResultCode code)
    {
        var zone = ZoneOf(SpfTestZone.IPv4, ["back.test"])
            .Add(ReverseName.Of(SpfTestZone.IPv4), new ZoneRecord { Type = ZoneEntryKind.ServFail, For = ZoneEntryKind.Ptr, Check = check });
        Assert.Equal(code, (await new IprevEvaluator(new ZoneResolver(zone)).EvaluateAsync(SpfTestZone.IPv4, TestContext.Current.CancellationToken)).Code);
    }

    [Fact]
    public async Task What_was_asked_ahead_and_is_not_needed_is_cancelled()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(ZoneOf(SpfTestZone.IPv4, ["back.test", "other.test", "more.test"])));
        var session = new DnsSession(held);
        var result = await Task.Run(
            () =>
            {
                var check = new IprevEvaluator(held).EvaluateAsync(session, SpfTestZone.IPv4, CancellationToken.None).AsTask();
                held.AnswerRound();
                Assert.Equal(["PTR 192.0.2.3", "A other.test", "A more.test", "A back.test"], held.Asked);
                held.AnswerOne(2);
                return check;
            },
            TestContext.Current.CancellationToken);
        Assert.Equal((IprevResultCode.Pass, 4, 0, false), (result.Code, result.LookupCount, held.Outstanding, session.IsRunning));
    }

    // As many names as the option allows may all be asked for: the check's own allowance is not below it.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    public async Task The_last_of_the_names_may_be_the_one(int most)
    {
        string[] names = [.. Enumerable.Range(1, most - 1).Select(i => $"n{i}.test"), "back.test"];
        var result = await new IprevEvaluator(new ZoneResolver(ZoneOf(SpfTestZone.IPv4, names)), new IprevOptions { MaxNames = most }).EvaluateAsync(SpfTestZone.IPv4, TestContext.Current.CancellationToken);
        Assert.Equal((IprevResultCode.Pass, most + 1), (result.Code, result.LookupCount));
        Assert.Equal(10, IprevOptions.Default.MaxNames);
        Assert.Equal(int.MaxValue, new IprevOptions { MaxNames = int.MaxValue }.MaxNames);
        Assert.Throws<ArgumentOutOfRangeException>("value", () => new IprevOptions { MaxNames = 0 });
    }

    private static Zone ZoneOf(IPAddress client, string[] names)
    {
        var zone = new Zone().Address("back.test", client.ToString()).Address("more.test", client.ToString() == "192.0.2.3" ? "192.0.2.4" : "2001:db8::4").Address("other.test", "198.51.100.1")
            .Address("other.test", "2001:db8::99").Address("back.test", "198.51.100.1").Address("back.test", "2001:db8::98")
            .Add("slow.test", ZoneEntryKind.Timeout).Add("broken.test", ZoneEntryKind.ServFail);
        return names.Aggregate(zone, (all, name) => all.Pointer(client, name));
    }

    private static void AssertWritten(IprevResult result, string word, string? reason, string? code)
    {
        var method = result.ToMethodResult();
        Assert.Equal(("iprev", word, result.HostName?.ToString(), word == "temperror" ? reason : null), (method.Method, method.Result, method.Comment, method.Reason));
        Assert.Equal([$"policy.iprev={result.Address}"], method.Properties.Select(one => $"{one.Type}.{one.Name}={one.Value}"));
        IMethodOutcome outcome = result;
        Assert.Equal(("iprev", word, reason, code), (outcome.Name, outcome.Result, outcome.Reason, outcome.ReasonCode));
        var results = ImmutableArray.CreateBuilder<MethodResult>();
        outcome.AddResultsTo(results);
        Assert.Equal(word, Assert.Single(results).Result);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            outcome.WriteJson(json);
        }

        Assert.Equal(
            new[] { ("result", word), ("address", result.Address.ToString()), ("host", result.HostName?.ToString()), ("reason", reason), ("reason_code", code) },
            JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement.EnumerateObject().Select(one => (one.Name, one.Value.GetString())));
    }
}
