using EmailAuth.Syntax;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Syntax;

public class InternationalizedLabelTests
{
    [Theory]
    [InlineData("example.com")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("xn--i-7iq.ws")] // an emoji domain in use
    [InlineData("xn--ls8h.la")]
    [InlineData("xn--e1afmkfd.xn--p1ai")]
    [InlineData("xn--strae-oqa.example")] // sharp s stands for itself (UTS 46 section 4, non-transitional)
    [InlineData("xn--mxaxql.example")] // and so does the final sigma
    [InlineData("xn--r8jz45g.xn--zckzah")]
    [InlineData("a-xn--b.example")]
    [InlineData("xn.xn-.example")]
    public void A_name_of_A_labels_holds_no_fake_one(string name) => Assert.Null(InternationalizedLabel.FirstFake(name));

    [Theory]
    [InlineData("")]
    [InlineData("\u00fc")] // not even ASCII
    [InlineData("victim-")] // ASCII alone
    [InlineData("a")] // U+0080
    [InlineData("victim")] // decodes, but to what was not assigned to be written so
    [InlineData("victimcom-bk3hi945q")] // U+3002 and U+FF0F
    [InlineData("bcher-2pa")] // a capital letter
    [InlineData("bucher-xyd")] // a letter and its mark apart
    [InlineData("99999999")]
    public void A_label_that_only_begins_as_an_A_label_is_named(string rest) =>
        Assert.Equal("xn--" + rest, InternationalizedLabel.FirstFake($"a.xn--bcher-kva.xn--{rest}.xn--b-.example"), ignoreCase: true);

    [Theory]
    [InlineData("", "")]
    [InlineData("mx.example.org", "mx.example.org")]
    [InlineData("xn--bcher-kva.c", "b\u00fccher.c")]
    [InlineData(".mx.xn--bcher-kva.", ".mx.b\u00fccher.")]
    [InlineData("xn--ls8h.xn--p1ai", "\U0001f4a9.\u0440\u0444")]
    [InlineData("xn--.xn--99999999.xn--victim-", "xn--.xn--99999999.xn--victim-")]
    [InlineData("b\u00fccher.xn--\u00fc", "b\u00fccher.xn--\u00fc")]
    public void A_labels_become_U_labels_where_they_decode(string name, string expected) => Assert.Equal(expected, InternationalizedLabel.ToULabels(name));

    public static TheoryData<string, bool, string> Labels => new()
    {
        { "\u00fc", true, "a letter" },
        { "i\u2764", true, "a symbol that RFC 5892 refuses and UTS 46 keeps" },
        { "\ud83d\udca9", true, "a symbol past the first plane" },
        { "\u13a0\u13a1", true, "Cherokee capitals, to which the small ones are mapped" },
        { "\uab70", false, "a small one" },
        { "\ua7db\u0378", true, "U+0378, which no version of Unicode has assigned" },
        { "a\u3002b", false, "a full stop" },
        { "a\uff0fb", false, "a solidus of full width" },
        { "a\u200bb", false, "what cannot be seen" },
        { "a\u00adb", false, "a soft hyphen" },
        { "a\ufe0fb", false, "a variation selector" },
        { "a\u200db", false, "a joiner that joins nothing" },
        { "\u0915\u094d\u200d\u0937", true, "a joiner after a virama" },
        { "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc", true, "a non-joiner in Persian" },
        { "\u0301a", false, "a mark first" },
        { "a\u0323\u0301", false, "marks that make one letter" },
        { "q\u0323\u0301", true, "marks in their order, with which no letter is made" },
        { "q\u0301\u0323", false, "marks out of their order" },
        { "\u00e0\u0323", false, "a mark that makes another letter with what is in the letter before it" },
        { "\u1100\u1161", false, "two parts of a Hangul syllable" },
        { "\uac00\u11a8", false, "a Hangul syllable and its last part" },
        { "\uac01", true, "a Hangul syllable" },
        { "\u2126", false, "the ohm sign, a capital letter elsewhere" },
        { "\uf900", false, "a compatibility ideograph" },
        { "\ufdd0", false, "a noncharacter" },
        { "\ue000", false, "private use" },
        { "\ufffd", false, "the sign for what could not be read" },
    };

    [Theory, MemberData(nameof(Labels))]
    public void A_label_is_an_A_label_when_UTS_46_leaves_it_as_it_is(string label, bool expected, string why)
    {
        Assert.NotEmpty(why);
        var name = AsWritten(label);
        Assert.Equal(expected, InternationalizedLabel.FirstFake(name) is null);

        // The same characters as a U-label: mapped to another one, or refused, or the same name.
        var read = DomainName.Parse(label).Value?.ToString();
        Assert.Equal(expected, read == name);
        Assert.True(read is null || InternationalizedLabel.FirstFake(read) is null);
    }

    [Fact]
    public void Marks_past_the_limit_are_refused_without_sorting_them()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 15));
        Assert.True(DomainName.Parse("q" + marks[..20] + ".example").IsSuccess);
        Assert.Null(LabelMapping.Map("q" + marks + "\u0301"));
    }

    [Property(MaxTest = 3000)]
    public void Whatever_is_read_holds_no_fake_label_but_one_that_was_written_so(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        string[] parts = ["a", "-", "\u00fc", "\u0301", "\u0323", "\u2764", "\u1100", "\u1161", "\u11a8", "\u200d", "\u13a0", "\uab70", "\uff21", "\u0130", "\u212a", "\u03c3", "\ud83d\udca9", "\u0378", "."];
        var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
        var name = DomainName.Parse(text).Value?.ToString();
        Assert.True(name is null || InternationalizedLabel.FirstFake(name) is null, text);
    }

    // RFC 1035 section 2.3.4: 63 octets, of the A-label.
    [Fact]
    public void The_longest_label_has_63_octets_as_it_is_asked_for()
    {
        var names = Enumerable.Range(1, 70).Select(count => DomainName.Parse($"\u00fc{new string('a', count)}.example").Value?.ToString()).ToArray();
        var longest = names.Count(name => name is not null);
        Assert.All(names[..longest], Assert.NotNull);
        Assert.All(names[longest..], Assert.Null);
        Assert.Equal(63, names[longest - 1]!.IndexOf('.', StringComparison.Ordinal));
    }

    private static string AsWritten(string label)
    {
        var text = new char[63];
        Assert.True(Punycode.TryEncode([.. label.EnumerateRunes().Select(rune => rune.Value)], text, out var length));
        return "xn--" + new string(text, 0, length);
    }
}
