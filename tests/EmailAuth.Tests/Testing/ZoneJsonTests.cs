using System.Text;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Testing;

public class ZoneJsonTests
{
    [Fact]
    public void A_zone_is_read_entry_by_entry()
    {
        var zone = Zone.Parse(
            """
            { "Mail.Example.com.": [ { "type": "a", "data": "192.0.2.1", "ttl": [300] }, { "type": "MX", "preference": 10, "data": "mx.example.com" } ],
              "t.example.com": [ { "type": "TXT", "strings": ["v=spf1 ", "-all"] }, { "type": "TXT", "strings": [] }, { "type": "TXT", "data": "x" } ],
              "slow.example.com": [ { "type": "TIMEOUT" }, { "type": "SERVFAIL", "for": "AAAA" } ],
              "null.example.com": [ { "type": "MX", "data": "" } ],
              "6.example.com": [ { "type": "AAAA", "data": "2001:db8::1" }, { "type": "CNAME", "data": "a.example" }, { "type": "SPF", "data": "x" } ],
              "1.2.0.192.in-addr.arpa": [ { "type": "PTR", "data": "mail.example.com" } ],
              "nothing.example.com": [ ] }
            """).Value!;
        Assert.Equal(7, zone.Names.Count());
        Assert.Equal(["192.0.2.1", "mx.example.com"], zone[Name("mail.example.com")].Select(e => e.Data));
        Assert.Equal(10, zone[Name("mail.example.com")][1].Preference);
        Assert.Equal(["v=spf1 ", "-all"], zone[Name("t.example.com")][0].Strings);
        Assert.Equal(ZoneEntryKind.Aaaa, zone[Name("slow.example.com")][1].For);
        Assert.Equal(".", zone[Name("null.example.com")][0].Data);
        Assert.Empty(zone[Name("nothing.example.com")]);
        Assert.NotNull(new ZoneResolver(zone));
    }

    [Theory]
    [InlineData("", 0, "not JSON")]
    [InlineData("{", 1, "not JSON")]
    [InlineData("{}}", 2, "not JSON")]
    [InlineData("{\"a\":\n[],,}", 9, "not JSON")]
    [InlineData("[]", 0, "a zone is an object of names")]
    [InlineData("null", 0, "an object is expected")]
    [InlineData("{\"a..b\": []}", 1, "[\"a..b\"]: the domain name has an empty label")]
    [InlineData("{\"a\": {}}", 6, "[\"a\"]: the entries of a name are an array")]
    [InlineData("{\"a\": [null]}", 7, "[\"a\"][0]: an object is expected")]
    [InlineData("{\"a\": [{\"type\": \"A\", \"data\": \"1.2.3.4\"}, 5]}", 41, "[\"a\"][1]: an object is expected")]
    [InlineData("{\"a\": [{\"data\": \"x\"}]}", 19, "[\"a\"][0].type: the member is missing")]
    [InlineData("{\"a\": [{\"type\": 7}]}", 16, "[\"a\"][0].type: a string is expected")]
    [InlineData("{\"a\": [{\"type\": \"NS\"}]}", 16, "[\"a\"][0].type: \"NS\" is not a type")]
    [InlineData("{\"a\": [{\"type\": \"TIMEOUT\", \"for\": \"X\"}]}", 34, "[\"a\"][0].for: \"X\" is not a type")]
    [InlineData("{\"a\": [{\"type\": \"LIMIT\", \"for\": \"A\", \"check\": \"helo\"}]}", 52, "[\"a\"][0].check: a check is one of spf, spf-helo")]
    [InlineData("{\"a\": [{\"type\": \"LIMIT\", \"check\": \"spf\"}]}", 39, "[\"a\"][0].check: a check is one of spf, spf-helo")]
    [InlineData("{\"a\": [{\"type\": \"A\", \"data\": \"1.2\"}]}", 34, "[\"a\"][0].data: \"1.2\" is not a valid IPv4 address")]
    [InlineData("{\"a\": [{\"type\": \"A\", \"data\": \"010.0.0.1\"}]}", 40, "[\"a\"][0].data: \"010.0.0.1\" is not a valid IPv4 address")]
    [InlineData("{\"a\": [{\"type\": \"AAAA\", \"data\": \"fe80::1%1\"}]}", 43, "[\"a\"][0].data: \"fe80::1%1\" is not a valid IPv6 address")]
    [InlineData("{\"a\": [{\"type\": \"A\"}]}", 19, "is not a valid IPv4 address")]
    [InlineData("{\"a\": [{\"type\": \"TXT\"}]}", 21, "a TXT record has data or strings")]
    [InlineData("{\"a\": [{\"type\": \"TXT\", \"strings\": \"x\"}]}", 34, "[\"a\"][0].strings: an array of strings is expected")]
    [InlineData("{\"a\": [{\"type\": \"TXT\", \"strings\": [1]}]}", 35, "[\"a\"][0].strings[0]: a string is expected")]
    [InlineData("{\"a\": [{\"type\": \"MX\", \"preference\": 65536, \"data\": \"b\"}]}", 36, "a preference is a number from 0 to 65535")]
    [InlineData("{\"a\": [{\"type\": \"PTR\", \"data\": \"a..b\"}]}", 37, "[\"a\"][0].data: the domain name has an empty label")]
    [InlineData("{\"a\": [{\"type\": \"TXT\", \"data\": \"\\ud800\"}]}", 31, "half a character")]
    public void What_is_wrong_is_named_with_its_member(string json, int position, string reason)
    {
        var read = Zone.Parse(json);
        Assert.False(read.IsSuccess);
        Assert.Contains(reason, read.Error.Reason, StringComparison.Ordinal);
        Assert.Equal(position, read.Error.Position);
    }

    [Fact]
    public void Bytes_with_a_byte_order_mark_are_read() => Assert.True(Zone.Parse([0xef, 0xbb, 0xbf, .. "{}"u8]).IsSuccess);

    [Fact]
    public void A_zone_survives_being_written_and_read()
    {
        var zone = new Zone()
            .Add("a.example", ZoneEntryKind.Txt, "quotes \" and \\ and é 漢")
            .Add("a.example", ZoneEntryKind.MX, ".")
            .Add("foo bar.example", ZoneEntryKind.Timeout)
            .Add(Name("empty.example"))
            .Add(Name("b.example"), new ZoneRecord { Type = ZoneEntryKind.Txt, Strings = ["a", ""] })
            .Add(Name("b.example"), new ZoneRecord { Type = ZoneEntryKind.ServFail, For = ZoneEntryKind.MX, Data = "why" });
        AssertEqual(zone, Zone.Parse(zone.ToJson()).Value!);
    }

    [Theory]
    [InlineData("spf-rfc7208.jsonl")]
    [InlineData("arc-validation.jsonl")]
    [InlineData("dkim-mail-auth.jsonl")]
    public void The_zones_of_the_suites_survive_being_written_and_read(string file)
    {
        Assert.SkipWhen(Repository.SuitePath(file) is null, "the conformance suites do not stand beside the project");
        Assert.All(SuiteCase.Read(file).Values, read => AssertEqual(read.Zone, Zone.Parse(read.Zone.ToJson()).Value!));
    }

    [Fact]
    public void A_zone_is_loaded_from_a_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "{\"a.example\": [{\"type\": \"A\", \"data\": \"192.0.2.1\"}]}");
            Assert.Equal([Name("a.example")], Zone.Load(path).Value!.Names);
            File.WriteAllText(path, "{\n  \"a.example\": [\n    {\"type\": \"A\", \"data\": \"192.0.2\"}\n  ]\n}");
            Assert.Equal("line 3, column 36: [\"a.example\"][0].data: \"192.0.2\" is not a valid IPv4 address", Zone.Load(path).Error!.Reason);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<FileNotFoundException>(() => Zone.Load(path));
    }

    [Property(MaxTest = 500)]
    public void No_bytes_make_it_throw(byte[] json) => Assert.True(Zone.Parse(json).Error is null or { Reason.Length: > 5 });

    [Property(MaxTest = 1000)]
    public void No_arrangement_of_the_formats_own_parts_makes_it_throw(byte[] choices)
    {
        string[] parts = ["{", "}", "[", "]", ":", ",", "\"a\"", "\"type\"", "\"A\"", "\"TXT\"", "\"data\"", "\"for\"", "\"strings\"", "1", "null", "\"\\ud800\"", "{\"a\":[{\"type\":\"TXT\","];
        var json = string.Concat(choices.Select(c => parts[c % parts.Length]));
        var read = Zone.Parse(json);
        Assert.True(read.IsSuccess || read.Error.Position <= Encoding.UTF8.GetByteCount(json));
        if (read.IsSuccess)
        {
            Assert.NotNull(new ZoneResolver(read.Value));
        }
    }

    private static DomainName Name(string name) => DomainName.ParseDnsName(name).Value!;

    private static void AssertEqual(Zone expected, Zone actual)
    {
        Assert.Equal(expected.Names, actual.Names);
        foreach (var name in expected.Names)
        {
            Assert.Equal(
                expected[name].Select(e => (e.Type, e.Data, e.Preference, e.For, Strings: e.Strings.IsDefault ? null : string.Join('|', e.Strings))),
                actual[name].Select(e => (e.Type, e.Data, e.Preference, e.For, Strings: e.Strings.IsDefault ? null : string.Join('|', e.Strings))));
        }
    }
}
