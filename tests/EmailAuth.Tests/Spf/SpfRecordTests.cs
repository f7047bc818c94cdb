using EmailAuth.Spf;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class SpfRecordTests
{
    [Fact]
    public void RFC_7208_section_3_a_record_is_read_into_its_terms()
    {
        var record = SpfRecord.Parse("v=spf1 +mx a:colo.example.com/28 -all").Value!;
        Assert.Equal(["+mx", "a:colo.example.com/28", "-all"], record.Mechanisms.Select(mechanism => mechanism.ToString()));
        Assert.Equal([SpfMechanismKind.MX, SpfMechanismKind.A, SpfMechanismKind.All], record.Mechanisms.Select(mechanism => mechanism.Kind));
        Assert.Equal([SpfResultCode.Pass, SpfResultCode.Pass, SpfResultCode.Fail], record.Mechanisms.Select(mechanism => mechanism.ResultOnMatch));
        Assert.Equal("colo.example.com", record.Mechanisms[1].DomainSpec);
        Assert.Equal(28, record.Mechanisms[1].PrefixLengthIPv4);
        Assert.Equal(128, record.Mechanisms[1].PrefixLengthIPv6);
        Assert.Equal([7, 11, 33], record.Mechanisms.Select(mechanism => mechanism.Position));
    }

    [Fact]
    public void Modifiers_may_appear_anywhere_and_unknown_ones_are_kept()
    {
        var record = SpfRecord.Parse("v=spf1 exp=why.example.com a moo.cow-far_out=man:dog/cat ip4:1.2.3.4 Redirect=_spf.example.com moo.cow-far_out=twice").Value!;
        Assert.Equal("_spf.example.com", record.Redirect?.Value);
        Assert.Equal("why.example.com", record.Explanation?.Value);
        Assert.Equal(["exp", "moo.cow-far_out", "Redirect", "moo.cow-far_out"], record.Modifiers.Select(modifier => modifier.Name));
        Assert.Equal(2, record.Mechanisms.Length);
    }

    [Theory]
    [InlineData("v=spf1")] // section 4.5: terms are optional
    [InlineData("V=SPF1 -ALL")] // ABNF strings ignore case
    [InlineData("v=spf1      -all   ")] // section 4.5: any number of spaces
    [InlineData("v=spf1 ?exists:%{ir}.%{v}._spf.%{d2}")]
    [InlineData("v=spf1 a//0")] // section 5.6: "0" has no leading zero
    [InlineData("v=spf1 a/0//0")]
    [InlineData("v=spf1 a/32//128")]
    [InlineData("v=spf1 mx:%{d}/24//64")]
    [InlineData("v=spf1 a:foo:bar/baz.example.com")] // a macro-literal is any visible character but "%"
    [InlineData("v=spf1 a:foo/24.example.com/24")]
    [InlineData("v=spf1 a:example.com.")] // domain-end takes a trailing dot
    [InlineData("v=spf1 a:example.xn--zckzah")]
    [InlineData("v=spf1 a:example.1-2")] // a top label with a hyphen need not have a letter
    [InlineData("v=spf1 a:example.3com")]
    [InlineData("v=spf1 a:.example")] // well-formed, though it names nothing
    [InlineData("v=spf1 a:a..example")]
    [InlineData("v=spf1 exists:%{d10r-}")]
    [InlineData("v=spf1 exists:%{L1R-+,/_=.}.example.com")] // letters and "r" ignore case
    [InlineData("v=spf1 exists:%{d999999999999999999999999}")] // more parts than there are
    [InlineData("v=spf1 exists:%%%_%-")] // a domain-spec may end in any macro-expand
    [InlineData("v=spf1 exists:foo.%%")]
    [InlineData("v=spf1 ip6:::/0")]
    [InlineData("v=spf1 ip6:::ffff:1.2.3.4/96")] // RFC 4291 section 2.2: the last 32 bits may be dotted
    [InlineData("v=spf1 ip6:2001:DB8::CD30")]
    [InlineData("v=spf1 ip6:1:2:3:4:5:6:7:8/128")]
    [InlineData("v=spf1 ip4:0.0.0.0/0")]
    [InlineData("v=spf1 unknown=")] // section 6: a macro-string may be empty
    [InlineData("v=spf1 unknown=%{c}%{r}%{t}")]
    [InlineData("v=spf1 all=modifier")] // what has "=" after a name is a modifier
    [InlineData("v=spf1 a1=x A.b-c_d=y")]
    public void What_the_grammar_allows_is_read(string text)
    {
        var result = SpfRecord.Parse(text);
        Assert.True(result.IsSuccess, result.Error?.ToString());
        Assert.Equal(text, result.Value.Text);
    }

    [Theory]
    [InlineData("v=spf1 al", 7)]
    [InlineData("v=spf1 all all.", 11)]
    [InlineData("v=spf1 all:x", 10)]
    [InlineData("v=spf1 all/8", 10)]
    [InlineData("v=spf1 --all", 8)]
    [InlineData("v=spf1 - all", 8)] // a qualifier alone
    [InlineData("v=spf1 *all", 7)]
    [InlineData("v=spf1 a b", 9)]
    [InlineData("v=spf1 a:", 9)]
    [InlineData("v=spf1 a/", 8)]
    [InlineData("v=spf1 a//", 8)]
    [InlineData("v=spf1 a/33", 9)]
    [InlineData("v=spf1 a/024", 9)]
    [InlineData("v=spf1 a/00", 9)]
    [InlineData("v=spf1 a/1000", 9)]
    [InlineData("v=spf1 a//129", 10)]
    [InlineData("v=spf1 a/24/64", 12)] // the IPv6 length takes two slashes, and 64 is no IPv4 length
    [InlineData("v=spf1 a//64/24", 8)]
    [InlineData("v=spf1 a/-1", 8)]
    [InlineData("v=spf1 a:example.com/", 9)]
    [InlineData("v=spf1 a:example", 9)] // a top label stands after a dot
    [InlineData("v=spf1 a:example.", 9)]
    [InlineData("v=spf1 a:1.2.3.4", 9)] // a top label is not all digits
    [InlineData("v=spf1 a:example.-com", 9)]
    [InlineData("v=spf1 a:example.com-", 9)]
    [InlineData("v=spf1 a:example.c_m", 9)]
    [InlineData("v=spf1 a:example.com..", 9)]
    [InlineData("v=spf1 a:%{d}example", 13)] // after a macro also
    [InlineData("v=spf1 a:example.com:8080", 9)]
    [InlineData("v=spf1 include", 14)]
    [InlineData("v=spf1 include:", 15)]
    [InlineData("v=spf1 include/24", 14)]
    [InlineData("v=spf1 include:example.com/24", 15)]
    [InlineData("v=spf1 exists", 13)]
    [InlineData("v=spf1 exists:", 14)]
    [InlineData("v=spf1 exists:example.com/24", 14)]
    [InlineData("v=spf1 ptr:", 11)]
    [InlineData("v=spf1 ptr/24", 10)]
    [InlineData("v=spf1 ptr:example.com/24", 11)]
    [InlineData("v=spf1 ip4", 10)]
    [InlineData("v=spf1 ip4:", 11)]
    [InlineData("v=spf1 ip4:1.2.3", 11)]
    [InlineData("v=spf1 ip4:1.2.3.4.5", 11)]
    [InlineData("v=spf1 ip4:1.2.3.256", 11)]
    [InlineData("v=spf1 ip4:1.2.03.4", 11)]
    [InlineData("v=spf1 ip4:1.2.3.4:25", 11)]
    [InlineData("v=spf1 ip4:1.2.3.4/33", 19)]
    [InlineData("v=spf1 ip4:1.2.3.4/4294967328", 19)] // 32 in 32 bits
    [InlineData("v=spf1 ip4:1.2.3.4/", 19)]
    [InlineData("v=spf1 ip4:1.2.3.4//32", 19)]
    [InlineData("v=spf1 ip4:1.2.3.4/032", 19)]
    [InlineData("v=spf1 ip4:::1", 11)]
    [InlineData("v=spf1 ip6:1.2.3.4", 11)]
    [InlineData("v=spf1 ip6:::1/129", 15)]
    [InlineData("v=spf1 ip6:::1%1", 11)] // no zone
    [InlineData("v=spf1 ip6:[::1]", 11)]
    [InlineData("v=spf1 ip6:1:2:3:4:5:6:7", 11)]
    [InlineData("v=spf1 ip6:1::2::3", 11)]
    [InlineData("v=spf1 ip6:::ffff:1.2.3", 11)]
    [InlineData("v=spf1 ip6:::ffff:1.02.3.4", 11)]
    [InlineData("v=spf1 ip6:12345::", 11)]
    [InlineData("v=spf1 redirect=", 16)]
    [InlineData("v=spf1 redirect:example.com", 7)]
    [InlineData("v=spf1 +redirect=example.com", 8)]
    [InlineData("v=spf1 redirect=a.example redirect=a.example", 26)]
    [InlineData("v=spf1 EXP=a.example exp=a.example", 21)]
    [InlineData("v=spf1 exp=%{c}", 13)] // section 7.2: in the explanation itself only
    [InlineData("v=spf1 exists:%{r}.example.com", 16)]
    [InlineData("v=spf1 exists:%{T}.example.com", 16)]
    [InlineData("v=spf1 exists:%{x}.example.com", 16)]
    [InlineData("v=spf1 exists:%{}.example.com", 16)]
    [InlineData("v=spf1 exists:%{d0}.example.com", 17)]
    [InlineData("v=spf1 exists:%{d00r}.example.com", 17)]
    [InlineData("v=spf1 exists:%{dr2}.example.com", 18)]
    [InlineData("v=spf1 exists:%{d;}.example.com", 17)]
    [InlineData("v=spf1 exists:%{d@}.example.com", 17)]
    [InlineData("v=spf1 exists:%{d.example.com", 14)]
    [InlineData("v=spf1 exists:%.example.com", 14)]
    [InlineData("v=spf1 exists:%(d).example.com", 14)]
    [InlineData("v=spf1 exists:example.com%", 25)]
    [InlineData("v=spf1 unknown=%", 15)]
    [InlineData("v=spf1 unknown=%{z}", 17)]
    [InlineData("v=spf1 =x", 7)]
    [InlineData("v=spf1 1a=x", 7)] // a name starts with a letter
    [InlineData("v=spf1 a:\u00fc.example.com", 9)]
    [InlineData("v=spf1 a\t-all", 7)]
    [InlineData("v=spf1 a:b\0.example.com", 10)]
    [InlineData("v=spf10 -all", 0)]
    [InlineData("v=spf1\t-all", 0)]
    [InlineData(" v=spf1 -all", 0)]
    [InlineData("v=spf1-all", 0)]
    [InlineData("spf1 -all", 0)]
    [InlineData("", 0)]
    public void What_the_grammar_forbids_says_where(string text, int position)
    {
        var result = SpfRecord.Parse(text);
        Assert.False(result.IsSuccess);
        Assert.Equal(position, result.Error.Position);
        Assert.Contains("RFC 7208", result.Error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Prefix_lengths_are_read_from_the_end_so_that_names_may_hold_slashes()
    {
        var mechanism = SpfRecord.Parse("v=spf1 a:foo/24.example.com/16//48").Value!.Mechanisms[0];
        Assert.Equal("foo/24.example.com", mechanism.DomainSpec);
        Assert.Equal(16, mechanism.PrefixLengthIPv4);
        Assert.Equal(48, mechanism.PrefixLengthIPv6);
    }

    [Property(MaxTest = 2000)]
    public bool No_text_makes_parsing_throw_and_errors_point_into_the_text(string? terms)
    {
        var text = "v=spf1 " + terms;
        var result = SpfRecord.Parse(text);
        return result.IsSuccess ? result.Value.Text == text : result.Error.Position >= 0 && result.Error.Position <= text.Length;
    }

    [Property(MaxTest = 2000)]
    public bool What_is_read_reads_again_from_its_terms(int seed)
    {
        var record = new SpfRecordGenerator(new Random(seed)).Record();
        var result = SpfRecord.Parse(record);
        if (!result.IsSuccess)
        {
            return true;
        }

        var terms = result.Value.Mechanisms.Select(mechanism => (mechanism.Position, Text: mechanism.ToString()))
            .Concat(result.Value.Modifiers.Select(modifier => (modifier.Position, Text: modifier.ToString())))
            .OrderBy(term => term.Position).Select(term => term.Text);
        var again = SpfRecord.Parse("v=spf1 " + string.Join(' ', terms));
        return again.IsSuccess && again.Value.Mechanisms.Length == result.Value.Mechanisms.Length
            && again.Value.Modifiers.Length == result.Value.Modifiers.Length;
    }
}
