using System.Net;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using Xunit;

namespace EmailAuth.Tests.Iprev;

public class IprevEvaluatorTests
{
    private const string Reverse = "1.2.0.192.in-addr.arpa";

    [Fact]
    public async Task A_name_that_points_back_is_a_pass()
    {
        var result = await Evaluate("192.0.2.1", new Zone()
            .Add(Reverse, ZoneEntryKind.Ptr, "mail.example.com")
            .Add("mail.example.com", ZoneEntryKind.A, "192.0.2.1"));
        Assert.Equal(IprevResultCode.Pass, result.Code);
        Assert.Equal("mail.example.com", result.HostName?.ToString());
        Assert.Equal(2, result.LookupCount);
        Assert.Null(result.Reason);

        // RFC 8601 section 2.7.3: policy.iprev is the address.
        var method = result.ToMethodResult();
        Assert.Equal(("iprev", "pass", "mail.example.com"), (method.Method, method.Result, method.Comment));
        var property = Assert.Single(method.Properties);
        Assert.Equal(("policy", "iprev", "192.0.2.1"), (property.Type, property.Name, property.Value));
    }

    [Fact]
    public void A_resolver_is_needed() => Assert.Throws<ArgumentNullException>("resolver", () => new IprevEvaluator(null!));

    [Fact]
    public async Task An_ipv6_client_is_looked_for_among_aaaa_records()
    {
        var result = await Evaluate("2001:db8::1", new Zone()
            .Add("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", ZoneEntryKind.Ptr, "mail.example.com")
            .Add("mail.example.com", ZoneEntryKind.A, "192.0.2.1")
            .Add("mail.example.com", ZoneEntryKind.Aaaa, "2001:db8:0:0::1"));
        Assert.Equal(IprevResultCode.Pass, result.Code);
    }

    [Fact]
    public async Task An_ipv4_mapped_client_is_an_ipv4_client()
    {
        var result = await Evaluate("::ffff:192.0.2.1", new Zone()
            .Add(Reverse, ZoneEntryKind.Ptr, "mail.example.com")
            .Add("mail.example.com", ZoneEntryKind.A, "192.0.2.1"));
        Assert.Equal(IprevResultCode.Pass, result.Code);
        Assert.Equal("192.0.2.1", result.ToMethodResult().Properties[0].Value);
    }

    // The zone of an address is not in the DNS.
    [Theory]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fe80::1%2")]
    public async Task A_client_is_looked_for_without_its_zone(string client)
    {
        var result = await Evaluate(client, new Zone()
            .Add("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa", ZoneEntryKind.Ptr, "mail.example.com")
            .Add("mail.example.com", ZoneEntryKind.Aaaa, "fe80::1"));
        Assert.Equal(IprevResultCode.Pass, result.Code);
    }

    [Fact]
    public async Task One_of_several_names_is_enough_even_when_another_query_fails()
    {
        var result = await Evaluate("192.0.2.1", new Zone()
            .Add(Reverse, ZoneEntryKind.Ptr, "slow.example.com")
            .Add(Reverse, ZoneEntryKind.Ptr, "other.example.com")
            .Add(Reverse, ZoneEntryKind.Ptr, "mail.example.com")
            .Add("slow.example.com", ZoneEntryKind.Timeout)
            .Add("other.example.com", ZoneEntryKind.A, "192.0.2.9")
            .Add("mail.example.com", ZoneEntryKind.A, "192.0.2.1"));
        Assert.Equal(IprevResultCode.Pass, result.Code);
        Assert.Equal("mail.example.com", result.HostName?.ToString());
    }

    [Theory]
    [InlineData("A", "192.0.2.2")] // another address
    [InlineData("Txt", "no address at all")] // NODATA
    [InlineData(null, null)] // NXDOMAIN
    public async Task A_name_that_does_not_point_back_is_a_fail(string? type, string? data)
    {
        var zone = new Zone().Add(Reverse, ZoneEntryKind.Ptr, "mail.example.com");
        if (type is not null)
        {
            zone.Add("mail.example.com", Enum.Parse<ZoneEntryKind>(type), data);
        }

        var result = await Evaluate("192.0.2.1", zone);
        Assert.Equal(IprevResultCode.Fail, result.Code);
        Assert.Null(result.HostName);
        Assert.Null(result.ToMethodResult().Comment);
    }

    [Fact]
    public async Task An_address_without_a_name_is_a_permerror() =>
        Assert.Equal(IprevResultCode.PermError, (await Evaluate("192.0.2.1", new Zone())).Code);

    [Fact]
    public async Task A_failure_of_the_reverse_query_is_a_temperror()
    {
        var result = await Evaluate("192.0.2.1", new Zone().Add(Reverse, ZoneEntryKind.ServFail));
        Assert.Equal(IprevResultCode.TempError, result.Code);
        Assert.Contains("SERVFAIL", result.ToMethodResult().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_of_a_forward_query_is_a_temperror_unless_another_name_matches()
    {
        var result = await Evaluate("192.0.2.1", new Zone()
            .Add(Reverse, ZoneEntryKind.Ptr, "other.example.com")
            .Add(Reverse, ZoneEntryKind.Ptr, "slow.example.com")
            .Add("other.example.com", ZoneEntryKind.A, "192.0.2.9")
            .Add("slow.example.com", ZoneEntryKind.Timeout));
        Assert.Equal(IprevResultCode.TempError, result.Code);
    }

    [Theory]
    [InlineData(9, IprevResultCode.Pass)]
    [InlineData(10, IprevResultCode.Fail)]
    public async Task No_more_than_ten_names_are_looked_up(int before, IprevResultCode expected)
    {
        var zone = new Zone().Add("mail.example.com", ZoneEntryKind.A, "192.0.2.1");
        for (var i = 0; i < before; i++)
        {
            zone.Add(Reverse, ZoneEntryKind.Ptr, $"n{i}.example.com");
        }

        var result = await Evaluate("192.0.2.1", zone.Add(Reverse, ZoneEntryKind.Ptr, "mail.example.com"));
        Assert.Equal(expected, result.Code);
        Assert.Equal(11, result.LookupCount);
        Assert.Equal(before + 1, result.Names.Length);
        if (expected == IprevResultCode.Fail)
        {
            Assert.Contains("MaxNames", result.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_limit_of_names_is_at_least_one() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new IprevOptions { MaxNames = 0 });

    [Fact]
    public async Task Cancellation_is_honoured() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        async () => await new IprevEvaluator(new ZoneResolver(new Zone())).EvaluateAsync(IPAddress.Loopback, new CancellationToken(true)));

    [Fact]
    public async Task No_lookup_runs_on_when_a_check_is_cancelled()
    {
        var resolver = new ScriptedResolver(new Zone()
            .Add(Reverse, ZoneEntryKind.Ptr, "a.example.com")
            .Add(Reverse, ZoneEntryKind.Ptr, "b.example.com")
            .Add(Reverse, ZoneEntryKind.Ptr, "c.example.com"));
        resolver.Script = (_, question, cancellationToken) => question.Type == DnsRecordType.A ? () => resolver.Silence(cancellationToken) : null;
        using var cancel = new CancellationTokenSource();
        var check = new IprevEvaluator(resolver).EvaluateAsync(IPAddress.Parse("192.0.2.1"), cancel.Token).AsTask();
        Assert.Equal(3, resolver.Outstanding);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.Equal(0, resolver.Outstanding);
    }

    private static async Task<IprevResult> Evaluate(string address, Zone zone) =>
        await new IprevEvaluator(new ZoneResolver(zone)).EvaluateAsync(IPAddress.Parse(address), TestContext.Current.CancellationToken);
}
