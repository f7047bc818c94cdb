using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>The terms and tags of records, each with its place in the text.</summary>
public class RecordTagTests
{
    public static TheoryData<string, string> Lists => new()
    {
        { "v=DKIM1; k = rsa ;p=", "v|DKIM1|v=DKIM1, k|rsa|k = rsa, p||p=" },
        { "a=1;a=2", "a|1|a=1, a|2|a=2" },
        { " t=\t y : s ", "t|y : s|t=\t y : s" },
        { "a=1;;b=2", "a|1|a=1" },
        { "a=1; 1=2", "a|1|a=1" },
        { "", "" },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_tag_list_gives_its_tags_up_to_a_fault(string text, string expected)
    {
        var list = TagList.Read(text);
        Assert.Equal(expected, Shown(text, list.Tags));
        Assert.Equal(text is "a=1;;b=2" or "a=1; 1=2", list.Error is not null);
    }

    [Fact]
    public void Records_give_their_tags_as_they_are_in_the_text()
    {
        const string Bimi = "v=BIMI1; l = https://example.com/l.svg; zz=1;";
        Assert.Equal("v|BIMI1|v=BIMI1, l|https://example.com/l.svg|l = https://example.com/l.svg, zz|1|zz=1", Shown(Bimi, TagList.Read(BimiRecord.Parse(Bimi).Value!.Text).Tags));
        const string Key = "v=DKIM1; k=ed25519; x = ; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
        var record = KeyRecord.Parse(Key).Value!;
        Assert.Equal(["v", "k", "x", "p"], record.Tags.Select(tag => tag.Name));
        Assert.Equal((Key, 256, null), (record.Text, record.KeyBits, record.KeyDefect));
    }

    // DMARC ignores what it does not know, so its tags go on where those of other records end.
    [Theory]
    [InlineData("v=DMARC1; p=none", "v|DMARC1|v=DMARC1, p|none|p=none")]
    [InlineData("v = DMARC1 ;; P = None; x; 1x=2; =3; p=reject;", "v|DMARC1|v = DMARC1, P|None|P = None, 1x|2|1x=2, p|reject|p=reject")]
    [InlineData("v=DMARC1; rua=", "v|DMARC1|v=DMARC1, rua||rua=")]
    public void A_dmarc_record_gives_all_that_has_a_name_and_a_value(string text, string expected) =>
        Assert.Equal(expected, Shown(text, DmarcRecord.Parse(text).Value!.Tags));

    [Theory]
    [InlineData("v=DKIM1; p=", "the key is revoked")]
    [InlineData("v=DKIM1; k=dsa; p=AAAA", "unknown key type")]
    [InlineData("v=DKIM1; p=AAAA", "malformed")]
    public void A_key_that_cannot_be_used_says_why(string text, string reason)
    {
        var record = KeyRecord.Parse(text).Value!;
        Assert.Equal(0, record.KeyBits);
        Assert.Contains(reason, record.KeyDefect, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RSA", "RSA")]
    [InlineData("ed25519", "Ed25519")]
    [InlineData("dsa", null)]
    public void A_key_type_has_a_title(string keyType, string? title) => Assert.Equal(title, KeyRecord.KeyTypeTitle(keyType));

    [Theory]
    [InlineData("v=spf1 redirect=a.example  mx -all ip4:192.0.2.1", "redirect=a.example mx -all ip4:192.0.2.1", "mx -all")]
    [InlineData("v=spf1 redirect=a.example exp=%{d}.e.example a", "redirect=a.example exp=%{d}.e.example a", "a redirect=a.example")]
    [InlineData("v=spf1", "", "")]
    public void An_spf_record_gives_its_terms_by_place_and_by_evaluation(string text, string terms, string evaluated)
    {
        var record = SpfRecord.Parse(text).Value!;
        Assert.Equal(terms, string.Join(' ', record.Terms));
        Assert.Equal(evaluated, string.Join(' ', record.EvaluatedTerms));
        Assert.All(record.Terms, term => Assert.Equal(term.ToString(), text.Substring(term.Position, term.Length)));
    }

    [Theory]
    [InlineData("include:a.example", true, true, "5.2", "a.example", false)]
    [InlineData("redirect=A.Example", true, true, "6.1", "a.example", false)]
    [InlineData("exp=e.example", false, false, "6.2", "e.example", false)]
    [InlineData("zz=e.example", false, false, "6", null, false)]
    [InlineData("exists:%{p}.a.example", true, false, "5.7", null, true)]
    [InlineData("a:a..example", true, false, "5.3", null, false)]
    [InlineData("mx", true, false, "5.4", null, false)]
    [InlineData("ip4:192.0.2.1", false, false, "5.6", null, false)]
    public void A_term_says_what_it_asks_for(string text, bool asks, bool leads, string section, string? name, bool depends)
    {
        var term = Assert.Single(SpfRecord.Parse("v=spf1 " + text).Value!.Terms);
        Assert.Equal((asks, leads, section, name, depends), (term.AsksDns, term.LeadsToRecord, term.Section, term.TargetName?.ToString(), term.DependsOnMessage));
        Assert.Equal(depends, term.AsksPointers);
    }

    private static string Shown(string text, IEnumerable<RecordTag> tags) =>
        string.Join(", ", tags.Select(tag => $"{tag.Name}|{tag.Value}|{text.Substring(tag.Position, tag.Length)}"));
}
