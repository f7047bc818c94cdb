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
        using var stub = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint] });
        await AssertAlikeAsync(stub);
        await AssertAlikeAsync(new DnsClientResolver(new StubResolverOptions { Servers = [server.EndPoint] }));
    }

    private static async Task AssertAlikeAsync(IDnsResolver real)
    {
        var token = TestContext.Current.CancellationToken;
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
            recorder = new RecordingResolver(new DnsClientResolver(new StubResolverOptions { Servers = [server.EndPoint] }));
            first = await recorder.QueryTextAsync(name, token);
        }

        var replayed = await new ZoneResolver(recorder.ToZone()).QueryTextAsync(name, token);
        Assert.NotEmpty(first.Texts);
        Assert.Equal(first.Texts, replayed.Texts);
    }

    // Some thousand answers of a zone made up of all that a zone may hold: the wire reader and DnsClient's are fed the same, and find the same.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_zones_are_answered_alike_by_a_real_server_through_both_readers(int seed)
    {
        Assert.SkipWhen(NsdServer.Program is null, "nsd is not installed");
        var token = TestContext.Current.CancellationToken;
        var random = new Random(seed);
        var zone = new Zone();
        string[] labels = ["a", "b", "x-1", "_dmarc", "s._domainkey", "MiXed"];
        var names = Enumerable.Range(0, 120).Select(i => $"{labels[random.Next(labels.Length)]}.n{i / 2}.example").Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        foreach (var name in names)
        {
            if (random.Next(5) == 0)
            {
                zone.Add(name, ZoneEntryKind.CName, names[random.Next(names.Length)]);
                continue;
            }

            for (var count = random.Next(1, 6); count > 0; count--)
            {
                Add(name, random);
            }
        }

        await using var server = await NsdServer.StartAsync(zone, token);
        using var stub = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint] });
        var client = new DnsClientResolver(new StubResolverOptions { Servers = [server.EndPoint] });
        var memory = new ZoneResolver(zone);
        foreach (var name in names.Append("absent.example").Select(name => DomainName.ParseDnsName(name).Value!))
        {
            foreach (var type in Enum.GetValues<DnsRecordType>())
            {
                var question = new DnsQuestion(name, type);
                var expected = await memory.QueryAsync(question, token);
                foreach (var actual in new[] { await stub.QueryAsync(question, token), await client.QueryAsync(question, token) })
                {
                    AssertAlike(expected, actual, name);
                    if (expected.Status != DnsStatus.Failure)
                    {
                        Assert.Equal((name, string.Join(' ', expected.Aliases)), (name, string.Join(' ', actual.Aliases)));
                    }
                }
            }
        }

        void Add(string name, Random random)
        {
            var any = names[random.Next(names.Length)];
            _ = random.Next(6) switch
            {
                0 => zone.Add(name, ZoneEntryKind.A, $"192.0.2.{random.Next(256)}"),
                1 => zone.Add(name, ZoneEntryKind.Aaaa, $"2001:db8::{random.Next(1, 65535):x}"),
                2 => zone.Add(DomainName.ParseDnsName(name).Value!, new ZoneRecord { Type = ZoneEntryKind.MX, Preference = (ushort)random.Next(65536), Data = any }),
                3 => zone.Add(name, ZoneEntryKind.Ptr, any),
                4 => zone.Add(name, ZoneEntryKind.Txt, new string((char)random.Next(' ', '~'), random.Next(1200))),
                _ => zone.Add(name, ZoneEntryKind.Txt, "quotes \" and \\ and \u00e9 " + random.Next()),
            };
        }
    }

    // A name server may give the records of one answer in any order.
    private static void AssertAlike(DnsResponse expected, DnsResponse actual, DomainName name)
    {
        Assert.Equal((name, expected.Status), (name, actual.Status));
        Assert.Equal(RecordsOf(expected), RecordsOf(actual));

        static IEnumerable<string?> RecordsOf(DnsResponse response) =>
            response.Texts.Concat(response.Names.Select(name => name.ToString())).Concat(response.MailHosts.Select(host => host.ToString())).Concat(response.Addresses.Select(address => address.ToString()))
                .Order(StringComparer.Ordinal);
    }
}
