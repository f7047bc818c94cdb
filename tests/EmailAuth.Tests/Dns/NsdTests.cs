using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>Against a real server: what it answers from a zone is what a <see cref="ZoneResolver"/> answers from it.</summary>
public class NsdTests
{
    private static readonly string LongKey = "v=DKIM1; p=" + new string('A', 3000);

    private static readonly Zone Served = new Zone()
        .Add("a.example", ZoneEntryKind.A, "192.0.2.1")
        .Add("a.example", ZoneEntryKind.A, "192.0.2.2")
        .Add("a.example", ZoneEntryKind.Aaaa, "2001:db8::1")
        .Add("a.example", ZoneEntryKind.Txt, "v=spf1 a:b.example -all")
        .Add("a.example", ZoneEntryKind.Txt, "quotes \" and \\ and é")
        .Add("a.example", ZoneEntryKind.MX, "mx.a.example")
        .Add("null.example", ZoneEntryKind.MX, ".")
        .Add("key._domainkey.a.example", ZoneEntryKind.Txt, LongKey) // more than UDP takes
        .Add("alias.example", ZoneEntryKind.CName, "second.example")
        .Add("second.example", ZoneEntryKind.CName, "a.example")
        .Add("dangling.example", ZoneEntryKind.CName, "nowhere.example")
        .Add("loop.example", ZoneEntryKind.CName, "pool.example")
        .Add("pool.example", ZoneEntryKind.CName, "loop.example")
        .Add("foo bar.example", ZoneEntryKind.Txt, "odd")
        .Add("a.b.c.example", ZoneEntryKind.Txt, "below")
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "a.example");

    [Fact]
    public async Task A_real_server_and_the_zone_in_memory_answer_alike()
    {
        Assert.SkipWhen(NsdServer.Program is null, "nsd is not installed");
        var token = TestContext.Current.CancellationToken;
        await using var server = await NsdServer.StartAsync(Served, token);
        var real = new DnsClientResolver(new DnsClientResolverOptions { Servers = [server.EndPoint] });
        var memory = new ZoneResolver(Served);
        string[] names =
        [
            "a.example", "A.Example", "null.example", "key._domainkey.a.example", "alias.example", "second.example", "dangling.example",
            "loop.example", "foo bar.example", "b.c.example", "c.example", "absent.example", "x.a.example", "mx.a.example",
        ];
        foreach (var name in names.Select(n => DomainName.ParseDnsName(n).Value!))
        {
            AssertAlike(await memory.QueryTextAsync(name, token), await real.QueryTextAsync(name, token), name);
            AssertAlike(await memory.QueryMailHostsAsync(name, token), await real.QueryMailHostsAsync(name, token), name);
            foreach (var family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
            {
                AssertAlike(await memory.QueryAddressesAsync(name, family, token), await real.QueryAddressesAsync(name, family, token), name);
            }
        }

        foreach (var address in new[] { IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.9"), IPAddress.Parse("2001:db8::9") })
        {
            Assert.Equal(
                (await memory.QueryPointersAsync(address, token)).Names, (await real.QueryPointersAsync(address, token)).Names);
        }
    }

    [Fact]
    public async Task What_was_recorded_from_a_real_server_answers_without_it()
    {
        Assert.SkipWhen(NsdServer.Program is null, "nsd is not installed");
        var token = TestContext.Current.CancellationToken;
        var name = DomainName.Parse("alias.example").Value!;
        RecordingResolver recorder;
        DnsResponse first;
        await using (var server = await NsdServer.StartAsync(Served, token))
        {
            recorder = new RecordingResolver(new DnsClientResolver(new DnsClientResolverOptions { Servers = [server.EndPoint] }));
            first = await recorder.QueryTextAsync(name, token);
        }

        var replayed = await new ZoneResolver(recorder.ToZone()).QueryTextAsync(name, token);
        Assert.NotEmpty(first.Texts);
        Assert.Equal(first.Texts, replayed.Texts);
    }

    // A name server may give the records of one answer in any order.
    private static void AssertAlike(DnsResponse expected, DnsResponse actual, DomainName name)
    {
        Assert.Equal((name, expected.Status), (name, actual.Status));
        Assert.Equal(RecordsOf(expected), RecordsOf(actual));

        static IEnumerable<string?> RecordsOf(DnsResponse response) =>
            response.Texts.Concat(response.MailHosts.Select(host => host.ToString())).Concat(response.Addresses.Select(address => address.ToString()))
                .Order(StringComparer.Ordinal);
    }
}
