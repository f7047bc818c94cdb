using EmailAuth.Syntax;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Syntax;

public class DomainNameTests
{
    private static readonly string Label63 = new('a', 63);

    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("EXAMPLE.Com", "example.com")] // RFC 4343: case does not matter
    [InlineData("com", "com")]
    [InlineData("a_b.example", "a_b.example")] // service names and careless hosts
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")] // RFC 5891: U-label to A-label
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")] // upper case is mapped first
    [InlineData("例え.テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("ｅｘＡｍple.com", "example.com")] // RFC 5895 section 2: full width
    [InlineData("bu\u0308cher.example", "xn--bcher-kva.example")] // RFC 5890 section 2.3.2.1: a U-label is in NFC
    [InlineData("BU\u0308CHER.example", "xn--bcher-kva.example")]
    [InlineData("\u212a.example", "k.example")] // the kelvin sign is a capital letter
    [InlineData("straße.example", "xn--strae-oqa.example")] // RFC 5892 section 2.6: ß and final sigma stand for themselves
    [InlineData("ναυς.example", "xn--mxaxql.example")]
    [InlineData("l\u00b7l.example", "xn--ll-0ea.example")] // RFC 5892 appendix A.3
    public void A_host_name_is_read_into_lower_case_a_labels(string text, string expected) =>
        Assert.Equal(expected, DomainName.Parse(text).Value?.ToString());

    [Theory]
    [InlineData("", 0)]
    [InlineData(".", 0)]
    [InlineData(".example", 0)]
    [InlineData("example..com", 8)]
    [InlineData("example.com.", 12)] // RFC 5321 section 2.3.5 knows no trailing dot
    [InlineData("exa mple.com", 3)]
    [InlineData("example.com\0", 11)]
    [InlineData("example.com\r\nX: y", 11)]
    [InlineData("a(b.example", 1)]
    [InlineData("a\"b.example", 1)]
    [InlineData("[192.0.2.1]", 0)]
    [InlineData("b\ufffdcher.example", 1)] // octets that were no UTF-8
    [InlineData("a\u200bb.example", 1)] // a space of no width
    [InlineData("a\u00a0b.example", 1)]
    [InlineData("\ufb01.example", 0)] // RFC 5892 section 2.2: a ligature is two letters to whoever compares
    [InlineData("a\u017f.example", 1)] // a long s
    [InlineData("a\u00b2.example", 1)]
    [InlineData("\ud835\udc1a.example", 0)] // a mathematical a
    [InlineData("\uff8a.example", 0)] // a half-width letter
    [InlineData("\uf900.example", 0)]
    [InlineData("\u0130.example", 0)] // a capital letter without a small one
    [InlineData("a\u3002example", 1)] // a full stop that is not the DNS's
    public void An_invalid_host_name_gives_the_position_of_the_fault(string text, int position)
    {
        var result = DomainName.Parse(text);
        Assert.False(result.IsSuccess);
        Assert.Equal(position, result.Error.Position);
    }

    [Fact]
    public void A_label_has_at_most_63_octets()
    {
        Assert.True(DomainName.Parse(Label63 + ".example").IsSuccess);
        Assert.False(DomainName.Parse(Label63 + "a.example").IsSuccess);
    }

    [Fact]
    public void A_name_has_at_most_253_characters()
    {
        var name = string.Join('.', Label63, Label63, Label63, new string('a', 61));
        Assert.Equal(253, name.Length);
        Assert.True(DomainName.Parse(name).IsSuccess);
        Assert.False(DomainName.Parse(name + "a").IsSuccess);
    }

    [Theory]
    [InlineData("foo bar.example.com", "foo bar.example.com")]
    [InlineData("Jack&Jill=up.example.com.", "jack&jill=up.example.com")]
    public void A_dns_name_holds_any_visible_ascii_or_space(string text, string expected) =>
        Assert.Equal(expected, DomainName.ParseDnsName(text).Value?.ToString());

    [Theory]
    [InlineData("a..b")]
    [InlineData("..")]
    [InlineData("a\u00fc.b")]
    [InlineData("a\0.b")]
    public void A_dns_name_has_no_empty_label_and_no_control_byte(string text) =>
        Assert.False(DomainName.ParseDnsName(text).IsSuccess);

    [Fact]
    public void Parents_end_at_the_top_level_label()
    {
        var name = DomainName.Parse("a.b.example").Value!;
        Assert.Equal(3, name.LabelCount);
        Assert.Equal("b.example", name.Parent?.ToString());
        Assert.Equal("example", name.Parent?.Parent?.ToString());
        Assert.Null(name.Parent?.Parent?.Parent);
        Assert.Equal("b.example", name.TakeLast(2).ToString());
        Assert.Same(name, name.TakeLast(3));
        Assert.Same(name, name.TakeLast(4));
        Assert.Equal("example", name.TakeLast(1).ToString());
    }

    [Fact]
    public void The_last_labels_of_127_are_found_without_a_name_for_each_step()
    {
        var name = DomainName.Parse(string.Join('.', Enumerable.Repeat("a", 127))).Value!;
        Assert.Equal("a.a.a.a.a.a.a", name.TakeLast(7).ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var taken = name.TakeLast(120);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 1024);
        Assert.Equal(120, taken.LabelCount);
    }

    [Theory]
    [InlineData("a.example.com", "example.com", true)]
    [InlineData("example.com", "example.com", true)]
    [InlineData("notexample.com", "example.com", false)] // a suffix of characters is not a suffix of labels
    [InlineData("com", "example.com", false)]
    public void A_name_is_below_another_by_whole_labels(string name, string ancestor, bool expected) =>
        Assert.Equal(expected, DomainName.Parse(name).Value!.IsEqualToOrBelow(DomainName.Parse(ancestor).Value!));

    [Fact]
    public void Prepending_labels_stays_within_the_limit_or_gives_null()
    {
        var name = DomainName.Parse(string.Join('.', Label63, Label63, Label63, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")).Value!;
        Assert.Equal("_dmarc." + name, name.Prepend("_dmarc")?.ToString());
        Assert.Null(name.Prepend("_dmarc.x"));
        Assert.Throws<ArgumentException>(() => name.Prepend("a b"));
    }

    [Property]
    public bool No_text_makes_parsing_throw_and_what_is_read_reads_again(string? text)
    {
        var result = DomainName.Parse(text ?? string.Empty);
        return !result.IsSuccess || DomainName.Parse(result.Value.ToString()).Value == result.Value;
    }
}
