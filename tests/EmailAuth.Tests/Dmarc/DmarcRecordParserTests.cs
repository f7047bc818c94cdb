using System.Text.RegularExpressions;
using EmailAuth.Dmarc;
using EmailAuth.Tests.TestSupport;
using Xunit;

#pragma warning disable MA0009 // the texts are those of the tests

namespace EmailAuth.Tests.Dmarc;

/// <summary>Every part of a record, with each character at each place of it, is read as the plain reading of the grammar says (RFC 9989 sections 4.7 and 4.8).</summary>
public class DmarcRecordParserTests
{
    private const string Telling = ";=,:!% \tDsy0A\u00e9";

    public static TheoryData<string> Records =>
    [
        "v=DMARC1;p=none",
        "V = DMARC1 ; P\t= Reject ;\t",
        "v=DMARC1;sp=quarantine;np=none;p=reject",
        "v=DMARC1;p=none;adkim=s;aspf=r",
        "v=DMARC1;p=none;psd=y;t=y;x=1",
        "v=DMARC1;p=none;PSD=n;ADKIM=S",
        "V=DMARC1;P=NONE;SP=QUARANTINE;NP=REJECT;PCT=1;RF=a;RI=b",
        "v=DMARC1;p=None;ASPF=S;T=Y;RUF=a:b;FO=D:S;RUA=MAILTO:x",
        "v=DMARC1;p=none;fo=0:1 : d:s;ruf=a:b",
        "v=DMARC1;p=x;fo= 1;rua=a:b",
        "v=DMARC1;rua=a:b\t,mailto:a@b?c@d",
        "v=DMARC1;p=none;ruf=c:%4fd!9k, +:x!8",
        "v=DMARC1;p=none;pct=5;rf=a;ri=1;;",
        "v=DMARC1;np=x;v=1;toolong=2;fo=1;fo=2",
    ];

    // "\u00b7" is where the character stands.
    public static TheoryData<string> Places =>
    [
        "\u00b7v=DMARC1;p=none", "\u00b7=DMARC1;p=none", "v\u00b7=DMARC1;p=none", "v=\u00b7DMARC1;p=none", "v=DMARC1\u00b7;p=none", "v=DMARC1;\u00b7=none", "v=DMARC1;p\u00b7=none",
        "v=DMARC1;p=none\u00b7", "v=DMARC1;p=\u00b7none", "v=DMARC1;p=none;\u00b7", "v=DMARC1;p=none;x\u00b7", "v=DMARC1;p=none;s\u00b7=reject", "v=DMARC1;p=none;\u00b7p=reject",
        "v=DMARC1;p=none;adkim=\u00b7", "v=DMARC1;p=none;aspf=\u00b7", "v=DMARC1;p=none;psd=\u00b7", "v=DMARC1;p=none;t=\u00b7", "v=DMARC1;p=none;t=y\u00b7",
        "v=DMARC1;p=none;ruf=a:b;fo=\u00b7", "v=DMARC1;p=none;ruf=a:b;fo=d\u00b7", "v=DMARC1;p=none;ruf=a:b;fo=d:\u00b7:s",
        "v=DMARC1;p=none;rua=\u00b7:x", "v=DMARC1;p=none;rua=a\u00b7:x", "v=DMARC1;p=none;rua=a:\u00b7", "v=DMARC1;p=none;rua=a:x\u00b7y", "v=DMARC1;p=none;rua=a:%\u00b74", "v=DMARC1;p=none;rua=a:%4\u00b7",
        "v=DMARC1;p=none;rua=a:b!\u00b7", "v=DMARC1;p=none;rua=a:b!1\u00b7", "v=DMARC1;p=none;rua=a:b!1\u00b7k", "v=DMARC1;p=none;rua=a:b\u00b7!1", "v=DMARC1;p=none;rua=mailto:\u00b7@b",
        "v=DMARC1;p=none;rua=mailto:a\u00b7b", "v=DMARC1;p=none;rua=mailto:a@\u00b7", "v=DMARC1;p=none;rua=mail\u00b7o:x",
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void Each_change_of_one_character_has_the_effect_that_the_grammar_gives_it(string record) => AssertSame(OneCharacterEdits.Near(record, Telling));

    [Theory]
    [MemberData(nameof(Places))]
    public void Each_character_at_each_place_is_what_the_grammar_says(string place) =>
        AssertSame(Enumerable.Range(0, 128).Append('\u00e9').Append('\u017f').Append('\u0130').Append('\u3000').Select(code => place.Replace('\u00b7', (char)code)));

    [Fact]
    public void Names_and_words_are_read_in_any_case()
    {
        var record = DmarcRecord.Parse("V=DMARC1;P=NONE;SP=QUARANTINE;NP=REJECT;ADKIM=S;ASPF=S;PSD=Y;T=Y;RUA=A:B;RUF=MAILTO:C;FO=D:S;PCT=1;RF=A;RI=B;V=1;X=1").Value!;
        Assert.Equal((DmarcPolicy.None, DmarcPolicy.Quarantine, DmarcPolicy.Reject), (record.Policy, record.SubdomainPolicy, record.NonexistentSubdomainPolicy));
        Assert.Equal((DmarcAlignmentMode.Strict, DmarcAlignmentMode.Strict, DmarcDomainRole.PublicSuffix, true), (record.DkimAlignment, record.SpfAlignment, record.DomainRole, record.IsTesting));
        Assert.Equal(("A:B", 0, DmarcFailureOptions.Dkim | DmarcFailureOptions.Spf), (Assert.Single(record.AggregateReportUris), record.FailureReportUris.Length, record.FailureOptions));
        Assert.Equal(["invalid_uri", "obsolete", "obsolete", "obsolete", "repeated", "unknown"], record.Ignored.Select(item => item.Code));
        Assert.Equal("a mailto: URI must name a mailbox (RFC 6068 section 2)", record.Ignored[0].Reason);
    }

    // A list of at most 64 remarks, the last one at the last place.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(64, 63)]
    [InlineData(65, 64)]
    [InlineData(66, 64)]
    [InlineData(1000, 64)]
    public void At_most_64_remarks_are_kept(int semicolons, int expected)
    {
        var record = DmarcRecord.Parse("v=DMARC1;p=none" + new string(';', semicolons)).Value!;
        Assert.Equal(Enumerable.Range(16, expected), record.Ignored.Select(item => item.Position));
        Assert.All(record.Ignored, item => Assert.Equal(("no_tag", 0), (item.Code, item.Length)));
    }

    // Tags that mean nothing do not hide why the record is not applied.
    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Remarks_on_the_record_as_a_whole_are_always_kept(int semicolons)
    {
        var record = DmarcRecord.Parse("v=DMARC1;fo=1" + new string(';', semicolons)).Value!;
        var tags = Math.Min(semicolons - 1, 64);
        Assert.Equal(["useless_failure_options", .. Enumerable.Repeat("no_tag", tags), "missing_policy"], record.Ignored.Select(item => item.Code));
    }

    [Fact]
    public void Remarks_are_in_the_order_of_the_text()
    {
        var record = DmarcRecord.Parse("v=DMARC1;x=1;fo=1;sp=2;t=3;=4;5").Value!;
        Assert.Equal(
            [(9, "unknown"), (16, "useless_failure_options"), (21, "invalid_policy"), (25, "invalid_value"), (27, "unknown"), (30, "no_value"), (31, "missing_policy")],
            record.Ignored.Select(item => (item.Position, item.Code)));
        Assert.Equal("\"p\" is missing (RFC 9989 section 4.10.1) (at position 31)", record.Ignored[^1].ToString());
    }

    [Fact]
    public void What_may_be_a_record_begins_with_the_version()
    {
        string[] records = ["v=DMARC1", "v=DMARC1;", "V \t=\t DMARC1; p=none", "v= DMARC12", "v  =DMARC1x"];
        var wrong = new List<string>();
        var count = 0;
        foreach (var record in records)
        {
            for (var i = 0; i <= record.Length; i++)
            {
                foreach (var text in Enumerable.Range(0, 128).Select(code => record[..i] + (char)code + record[i..]).Append(record[..i]).Append(i < record.Length ? record.Remove(i, 1) : ""))
                {
                    count += DmarcRecordParser.MayBeRecord(text) ? 1 : 0;
                    if (DmarcRecordParser.MayBeRecord(text) != Regex.IsMatch(text, @"\A[vV][ \t]*=[ \t]*DMARC1") || (DmarcRecord.Parse(text).IsSuccess && !DmarcRecordParser.MayBeRecord(text)))
                    {
                        wrong.Add(text);
                    }
                }
            }
        }

        Assert.Empty(wrong);
        Assert.NotEqual(0, count);
    }

    [Fact]
    public void Each_policy_falls_back_to_the_one_before_it_and_only_a_valid_record_has_any()
    {
        string?[] values = [null, "none", "quarantine", "reject", "x"];
        foreach (var (p, sp, np) in from p in values from sp in values from np in values select (p, sp, np))
        {
            var text = "v=DMARC1" + (p is null ? null : ";p=" + p) + (sp is null ? null : ";sp=" + sp) + (np is null ? null : ";np=" + np) + ";rua=a:b";
            var record = DmarcRecord.Parse(text).Value!;
            var isValid = p is not (null or "x") && sp is not "x" && np is not "x";
            Assert.Equal(isValid ? DmarcPolicyValidity.Valid : DmarcPolicyValidity.TreatedAsNone, record.Validity);
            Assert.Equal(
                (isValid ? p : "none", isValid ? sp ?? p : "none", isValid ? np ?? sp ?? p : "none"),
                (record.PolicyFor(DmarcPolicyTag.Domain).Keyword(), record.PolicyFor(DmarcPolicyTag.Subdomain).Keyword(), record.PolicyFor(DmarcPolicyTag.NonexistentSubdomain).Keyword()));
        }
    }

    [Fact]
    public void A_record_that_nobody_read_is_empty()
    {
        var record = new DmarcRecord();
        Assert.Equal("", record.Text);
        Assert.Equal("", record.ToString());
        Assert.Equal((null, null, null), (record.Policy, record.SubdomainPolicy, record.NonexistentSubdomainPolicy));
        Assert.Equal((0, 0, 0, 0), (record.AggregateReportUris.Length, record.FailureReportUris.Length, record.Ignored.Length, record.Tags.Length));
        Assert.Equal(DmarcFailureOptions.AllFail, record.FailureOptions);
        Assert.Equal((0, ""), (new DmarcIgnoredItem(DmarcIgnoredCode.NoTag).Length, new DmarcIgnoredItem(DmarcIgnoredCode.NoTag).Reason));
    }

    // Parsed once and kept: at most 1,024 characters.
    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_text_of_at_most_1024_characters_is_kept(int length, bool isKept)
    {
        var records = new DmarcRecordCache();
        var text = ("v=DMARC1;p=none;x=").PadRight(length, 'y');
        Assert.Equal(isKept, records.Keeps(text));
        Assert.Equal(isKept, ReferenceEquals(records.Get(text), records.Get(text)));
        Assert.Equal(isKept ? 1 : 0, records.Count);
        Assert.Equal(text, records.Get(text)?.Text);
        Assert.Null(records.Get("v=DMARC2"));
    }

    private static void AssertSame(IEnumerable<string> texts)
    {
        var wrong = new List<string>();
        foreach (var text in texts)
        {
            var (expected, found) = (DmarcRecordOracle.Read(text), DmarcRecordOracle.Describe(text));
            if (expected != found)
            {
                wrong.Add($"{text}\nexpected: {expected}\nfound: {found}");
            }
        }

        Assert.Empty(wrong.Take(3));
    }
}
