using System.Net;
using EmailAuth.Spf;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class SpfMacroTests
{
    private const string Sender = "strong-bad@email.example.com";

    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d3}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    public async Task RFC_7208_section_7_4_IPv4(string spec, string expected) =>
        Assert.Equal(expected, await SpfTestZone.ExpandAsync(spec, Sender));

    [Fact]
    public async Task RFC_7208_section_7_4_IPv6() =>
        Assert.Equal(
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
            await SpfTestZone.ExpandAsync("%{ir}.%{v}._spf.%{d2}", Sender, SpfTestZone.IPv6));

    [Theory]
    [InlineData("%{s}", "postmaster@email.example.com")]
    [InlineData("%{l}", "postmaster")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{h}", "email.example.com")]
    [InlineData("%{i}", "192.0.2.3")]
    [InlineData("%{v}", "in-addr")]
    [InlineData("%{p}", "unknown")]
    public async Task A_null_sender_is_postmaster_at_the_helo_host(string spec, string expected)
    {
        Assert.Equal(expected, await SpfTestZone.ExpandAsync(spec, "<>", helo: "email.example.com"));
        Assert.Equal(expected, await SpfTestZone.ExpandAsync(spec, string.Empty, helo: "email.example.com"));
    }

    [Theory]
    [InlineData("%{i}", "2.0.0.1.0.d.b.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.b.0.1")]
    [InlineData("%{i4}", "c.b.0.1")]
    [InlineData("%{i2r}", "0.2")] // reversed first, then the right-hand two
    [InlineData("%{v}", "ip6")]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{p}", "unknown")]
    public async Task Each_letter_for_an_IPv6_client(string spec, string expected) =>
        Assert.Equal(expected, await SpfTestZone.ExpandAsync(spec, Sender, SpfTestZone.IPv6));

    [Fact]
    public async Task A_zone_of_the_clients_address_is_left_out() =>
        Assert.Equal("fe80::1", (await SpfTestZone.Of("v=spf1 -all exp=why.example.com").Text("why.example.com", "%{c}").CheckAsync(client: IPAddress.Parse("fe80::1%3"))).Explanation);

    [Theory]
    [InlineData("%{i}.%{v}", "192.0.2.3.in-addr")]
    [InlineData("%{ir}", "3.2.0.192")]
    public async Task An_IPv4_mapped_client_is_an_IPv4_client(string spec, string expected) =>
        Assert.Equal(expected, await SpfTestZone.ExpandAsync(spec, Sender, IPAddress.Parse("::ffff:192.0.2.3")));

    [Theory]
    [InlineData("%{d10r-}", "email.example.com")] // one part, since there is no hyphen
    [InlineData("%{d999}", "email.example.com")]
    [InlineData("%{d99999999999999999999}", "email.example.com")]
    [InlineData("%{d1r}", "email")]
    [InlineData("%{h2}", "example.com")]
    [InlineData("%{o1}.x", "com.x")]
    [InlineData("%{s2r@}", "email.example.com.strong-bad", false)] // "@" is no delimiter, so this is a syntax error
    [InlineData("%{lR-}.x", "bad.strong.x")]
    [InlineData("%{l-.}", "strong.bad")]
    [InlineData("a%%b.example", "a%b.example")]
    [InlineData("a%_b.example", "a b.example")]
    [InlineData("a%-b.example", "a%20b.example")]
    [InlineData("%{D}.example", "email.example.com.example")]
    public async Task Transformers_and_delimiters(string spec, string expected, bool wellFormed = true) =>
        Assert.Equal(wellFormed ? expected : null, await SpfTestZone.ExpandAsync(spec, Sender));

    [Theory]
    [InlineData("a+b-c", "%{l+-}.x.example", "a.b.c.x.example")]
    [InlineData("a--b", "%{l-}.x.example", null)] // an empty part stays one, and a label is never empty
    [InlineData("a--b", "%{l1-}.x.example", "b.x.example")]
    [InlineData("a_b=c/d", "%{lr_=/,}.x.example", "d.c.b.a.x.example")]
    [InlineData("~jack&jill=up-a_b3.c", "%{L}.x.example", "~jack%26jill%3dup-a_b3.c.x.example")] // RFC 3986 section 2.3: unreserved stays
    [InlineData("foo bar", "%{l}.x.example", "foo bar.x.example")]
    [InlineData("\"a b\"", "%{l}.x.example", "\"a b\".x.example")] // as the client wrote it
    [InlineData("\"a@b\"", "%{l}.x.example", "\"a@b\".x.example")]
    [InlineData("a%{d}b", "%{l}.x.example", "a%{d}b.x.example")] // what the client said is never expanded
    public async Task Local_parts(string localPart, string spec, string? expected) =>
        Assert.Equal(expected, await SpfTestZone.ExpandAsync(spec, localPart + "@email.example.com"));

    [Fact]
    public async Task A_long_name_loses_labels_on_its_left_until_it_fits()
    {
        var label = new string('a', 50);
        var tail = string.Join('.', Enumerable.Repeat(label, 4)) + ".example.com"; // 215 characters
        Assert.Null(await SpfTestZone.ExpandAsync("%{l}." + tail, new string('b', 60) + ".@email.example.com")); // an empty label is left
        var fits = new string('c', 253 - tail.Length - 1);
        Assert.Equal(fits + "." + tail, await SpfTestZone.ExpandAsync("%{l}." + tail, fits + "@email.example.com"));
        Assert.Equal(tail, await SpfTestZone.ExpandAsync("%{l}." + tail, fits + "c@email.example.com"));
        Assert.Equal("c." + tail, await SpfTestZone.ExpandAsync("%{l}." + tail, "x." + new string('d', 60) + ".c@email.example.com"));
    }

    [Theory]
    [InlineData("%{l}.x.example")]
    [InlineData("%{s}.x.example")]
    [InlineData("%{l1r+}.x.example")] // even when the transformers leave ASCII only
    [InlineData("%{L}.x.example")]
    public async Task RFC_8616_section_4_a_local_part_beyond_ASCII_never_matches(string spec)
    {
        var zone = SpfTestZone.Of($"v=spf1 exists:{spec} include:{spec} ?all").Address("a.x.example", "192.0.2.1");
        var result = await zone.CheckAsync("a+\u00fc@example.com");
        Assert.Equal(SpfResultCode.Neutral, result.Code);
        Assert.Equal(2, result.LookupCount);
        Assert.Single(result.Evidence!.Terms[0].Lookups.Concat(result.Evidence.Terms[1].Lookups).Append(result.Evidence.Lookup!));
    }

    [Fact]
    public async Task A_local_part_beyond_ASCII_does_not_excuse_an_include_of_no_possible_domain() =>
        Assert.Equal(SpfResultCode.PermError, (await SpfTestZone.Of("v=spf1 include:%{d}..x.example ?all").CheckAsync("\u00fc@example.com")).Code);

    [Fact]
    public async Task RFC_8616_section_4_domains_in_Unicode_are_looked_up_as_A_labels()
    {
        Assert.Equal("xn--bcher-kva.example.x.example", await SpfTestZone.ExpandAsync("%{d}.x.example", "a@b\u00fccher.example", domain: "xn--bcher-kva.example"));
        Assert.Equal("xn--bcher-kva.example.x.example", await SpfTestZone.ExpandAsync("%{h}.x.example", Sender, helo: "b\u00fccher.example"));
    }

    [Theory]
    [InlineData("email.example.com", "email.example.com", "x.email.example.com", "other.example.org")] // the domain itself first
    [InlineData("x.email.example.com", "x.email.example.com", "other.example.org")] // then a name below it
    [InlineData("other.example.org", "other.example.org")] // then any
    [InlineData("unknown", "lying.example.org")] // one that does not point back is none
    [InlineData("unknown")]
    public async Task The_name_of_the_p_macro_is_validated(string expected, params string[] pointers)
    {
        var zone = new Zone();
        foreach (var pointer in pointers.Reverse())
        {
            zone.Pointer(SpfTestZone.IPv4, pointer).Address(pointer, pointer.StartsWith("lying", StringComparison.Ordinal) ? "192.0.2.99" : "192.0.2.3");
        }

        Assert.Equal(expected + ".x.example", await SpfTestZone.ExpandAsync("%{p}.x.example", Sender, zone: zone));
    }

    [Fact]
    public async Task A_failed_lookup_of_the_clients_names_makes_the_p_macro_unknown()
    {
        var zone = new Zone().Add("3.2.0.192.in-addr.arpa", ZoneEntryKind.ServFail);
        Assert.Equal("unknown.x.example", await SpfTestZone.ExpandAsync("%{p}.x.example", Sender, zone: zone));
    }

    [Fact]
    public async Task The_p_macro_counts_neither_as_a_term_nor_as_void()
    {
        var result = await SpfTestZone.Of("v=spf1 a:%{p}.x.example a:%{p}.y.example ?all")
            .Address("unknown.x.example", "198.51.100.1").Address("unknown.y.example", "198.51.100.1").CheckAsync();
        Assert.Equal((SpfResultCode.Neutral, 2, 0), (result.Code, result.LookupCount, result.VoidLookupCount));
    }

    [Theory]
    [InlineData("%{c} is queried as %{ir}.%{v}.arpa", "192.0.2.3 is queried as 3.2.0.192.in-addr.arpa")]
    [InlineData("%{r} at %{t}", "mx.example.org at 1700000000")]
    [InlineData("See http://%{d}/why.html?s=%{S}&i=%{I}", "See http://example.com/why.html?s=alice%2Bx%40example.com&i=192.0.2.3")]
    [InlineData("%{h}%_%%%-", "mail.example.com %%20")]
    [InlineData("two  spaces, and more.", "two  spaces, and more.")]
    [InlineData("", "")]
    public async Task Explanations_are_expanded(string text, string expected)
    {
        var resolver = new ZoneResolver(SpfTestZone.Of("v=spf1 -all exp=why.example.com").Text("why.example.com", text));
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var result = await new SpfEvaluator(resolver, new SpfOptions { Receiver = "mx.example.org" }, clock)
            .EvaluateMailFromAsync(SpfTestZone.IPv4, "mail.example.com", "alice+x@example.com", TestContext.Current.CancellationToken);
        Assert.Equal((SpfResultCode.Fail, expected), (result.Code, result.Explanation));
    }

    [Theory]
    [InlineData("bad %{x}")]
    [InlineData("bad %")]
    [InlineData("bad %{d")]
    [InlineData("caf\u00e9")]
    [InlineData("line\r\nbreak")]
    [InlineData("tab\there")]
    public async Task A_malformed_explanation_is_dropped_and_the_result_does_not_change(string text)
    {
        var result = await SpfTestZone.Of("v=spf1 -all exp=why.example.com").Text("why.example.com", text).CheckAsync();
        Assert.Equal((SpfResultCode.Fail, null), (result.Code, result.Explanation));
        Assert.Contains("no explanation", result.Evidence!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explanation_holds_visible_ASCII_whatever_the_client_says()
    {
        var zone = SpfTestZone.Of("v=spf1 -all exp=why.example.com").Text("why.example.com", "%{l} %{h} %{H}");
        var result = await zone.CheckAsync("\u00fc\u2028@example.com", helo: "a\r\nb\0\u00fc");
        Assert.Equal("?? a??b?? a%0D%0Ab%00%C3%BC", result.Explanation);
    }

    [Fact]
    public async Task An_explanation_past_the_limit_is_dropped()
    {
        var zone = SpfTestZone.Of("v=spf1 -all exp=why.example.com").Text("why.example.com", string.Concat(Enumerable.Repeat("%{s}", 5000)));
        Assert.Null((await zone.CheckAsync()).Explanation);
        var exact = SpfTestZone.Of("v=spf1 -all exp=why.example.com").Text("why.example.com", new string('x', 20));
        Assert.Equal(20, (await exact.CheckAsync(options: new SpfOptions { MaxExplanationLength = 20 })).Explanation?.Length);
        Assert.Null((await exact.CheckAsync(options: new SpfOptions { MaxExplanationLength = 19 })).Explanation);
    }

    [Theory]
    [InlineData("%{l-}")]
    [InlineData("%{l1-}")]
    [InlineData("%{lr-}")]
    [InlineData("%{S}")]
    [InlineData("%{h}")]
    public async Task A_record_of_thousands_of_macros_ends(string macro)
    {
        var record = "v=spf1 exists:" + string.Concat(Enumerable.Repeat(macro, 65_000 / macro.Length)) + " -all";
        var result = await SpfTestZone.Of(record).CheckAsync(new string('-', 900) + "@example.com", helo: new string('h', 100_000), options: new SpfOptions { MaxRecordLength = 65535 });
        Assert.Equal(SpfResultCode.Fail, result.Code);
    }

    [Property(MaxTest = 2000)]
    public void Transformers_do_what_splitting_reversing_and_joining_does(string? value, byte count, bool reverse, byte delimiters)
    {
        var localPart = new string([.. (value ?? "a-b").Where(c => char.IsAsciiLetterOrDigit(c) || "-+./_=".Contains(c, StringComparison.Ordinal))]) + "-x+y.z";
        var chosen = new string([.. ".-+/_=".Where((_, i) => (delimiters >> i & 1) == 1)]);
        var (digits, letters) = (count % 8 == 0 ? string.Empty : $"{count % 8}", reverse ? "r" : string.Empty);
        var parts = localPart.Split((chosen.Length == 0 ? "." : chosen).ToCharArray());
        IEnumerable<string> ordered = reverse ? parts.Reverse() : parts;
        var expected = digits.Length + letters.Length + chosen.Length == 0 ? localPart : string.Join('.', digits.Length == 0 ? ordered : ordered.TakeLast(count % 8));
        var zone = SpfTestZone.Of("v=spf1 -all exp=why.example.com").Text("why.example.com", $"%{{l{digits}{letters}{chosen}}}");
        Assert.Equal(expected, zone.CheckAsync(localPart + "@example.com").AsTask().GetAwaiter().GetResult().Explanation);
    }

    [Property(MaxTest = 1000)]
    public void Whatever_the_client_and_the_explanation_say_no_control_character_comes_out(string? localPart, string? helo, string? text)
    {
        var zone = SpfTestZone.Of("v=spf1 exists:%{l}.%{h}.%{L1r-}.x.example -all exp=why.example.com").Text("why.example.com", text + "%{l}%{h}%{s}%{H}");
        var result = zone.CheckAsync(localPart + "@example.com", helo: helo).AsTask().GetAwaiter().GetResult();
        Assert.DoesNotContain(result.Explanation ?? string.Empty, c => c is < ' ' or > '~');
    }
}
