using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The fields that a receiver adds, in whole, and those of a sender that it removes, by each octet of their names.</summary>
public class BimiHeaderFieldsAddedTests
{
    private static readonly BimiIndicator Indicator = BimiIndicator.Read("<svg/>"u8.ToArray()).Value!;

    [Theory]
    [InlineData(true, "pass", "", "BIMI-Location: v=BIMI1;\r\n l=https://a.example/l.svg;\r\n a=https://a.example/a;|BIMI-Indicator: PHN2Zy8+|BIMI-Logo-Preference: avp=brand")]
    [InlineData(true, "pass", "; avp=personal", "BIMI-Location: v=BIMI1;\r\n l=https://a.example/l.svg;\r\n a=https://a.example/a;|BIMI-Indicator: PHN2Zy8+|BIMI-Logo-Preference: avp=personal")]
    [InlineData(true, "pass", "; avp=other", "BIMI-Location: v=BIMI1;\r\n l=https://a.example/l.svg;\r\n a=https://a.example/a;|BIMI-Indicator: PHN2Zy8+")]
    [InlineData(true, "none", "; avp=x", "BIMI-Location: v=BIMI1;\r\n l=https://a.example/l.svg;|BIMI-Indicator: PHN2Zy8+")]
    [InlineData(true, "fail", "; avp=x", "BIMI-Location: v=BIMI1;\r\n l=https://a.example/l.svg;|BIMI-Indicator: PHN2Zy8+")]
    [InlineData(false, "pass", "; avp=x", "BIMI-Location: v=BIMI1;\r\n a=https://a.example/a;|BIMI-Indicator: PHN2Zy8+")]
    [InlineData(false, "none", "; avp=x", "BIMI-Indicator: PHN2Zy8+")]
    public void The_fields_say_what_was_checked(bool isLocationChecked, string authority, string tag, string expected)
    {
        var result = new BimiResult
        {
            Code = BimiResultCode.Pass,
            Record = BimiRecord.Parse("v=BIMI1; l=https://a.example/l.svg; a=https://a.example/a" + tag).Value,
            Indicator = Indicator,
            IsLocationChecked = isLocationChecked,
            Authority = Enum.GetValues<BimiAuthorityCode>().Single(code => code.Keyword() == authority),
        };
        Assert.Equal(expected, string.Join('|', result.ToHeaderFields()));
        Assert.Equal(expected.Split('|').Select(static field => field[..field.IndexOf(':', StringComparison.Ordinal)]), BimiHeaderFields.Of(result).Select(static field => field.Name));
    }

    [Fact]
    public void Without_a_pass_a_record_or_an_indicator_no_field_is_added()
    {
        var record = BimiRecord.Parse("v=BIMI1; l=https://a.example/l.svg").Value;
        foreach (var code in Enum.GetValues<BimiResultCode>())
        {
            var fields = new BimiResult { Code = code, Record = record, Indicator = Indicator, IsLocationChecked = true }.ToHeaderFields();
            Assert.Equal(code == BimiResultCode.Pass ? 3 : 0, fields.Length);
        }

        Assert.Empty(new BimiResult { Code = BimiResultCode.Pass, Record = record }.ToHeaderFields());
        Assert.Empty(new BimiResult { Code = BimiResultCode.Pass, Indicator = Indicator }.ToHeaderFields());
    }

    // RFC 5322 section 2.1.1: at most 998 characters in a line.
    [Theory]
    [InlineData(980, 980, 2)]
    [InlineData(981, 980, 1)]
    [InlineData(980, 981, 1)]
    [InlineData(981, 981, 0)]
    public void A_location_that_does_not_fit_in_a_line_is_left_out(int l, int a, int expected)
    {
        static string Uri(int length, string end) => "https://a.example/" + new string('x', length - 18 - end.Length) + end;
        var result = new BimiResult
        {
            Code = BimiResultCode.Pass,
            Record = BimiRecord.Parse($"v=BIMI1; l={Uri(l, ".svg")}; a={Uri(a, "")}; avp=x").Value,
            Indicator = Indicator,
            IsLocationChecked = true,
            Authority = BimiAuthorityCode.Pass,
        };
        var fields = BimiHeaderFields.Of(result);
        Assert.Equal(expected == 0 ? 1 : 2, fields.Length);
        Assert.Equal(
            expected == 0 ? "" : $" v=BIMI1;{(l == 980 ? $"\r\n l={Uri(l, ".svg")};" : "")}{(a == 980 ? $"\r\n a={Uri(a, "")};" : "")}",
            expected == 0 ? "" : fields[0].Value);
    }

    // 45 octets of a logo are 60 characters of base64, a line.
    [Fact]
    public void The_indicator_is_folded_after_60_characters()
    {
        for (var length = 40; length <= 140; length++)
        {
            var svg = Enumerable.Repeat((byte)'x', length).ToArray();
            var result = new BimiResult { Code = BimiResultCode.Pass, Record = BimiRecord.Parse("v=BIMI1; l=; avp=x").Value, Indicator = BimiIndicator.Read(svg).Value };
            var base64 = Convert.ToBase64String(svg);
            Assert.Equal(
                "BIMI-Indicator: " + string.Join("\r\n ", base64.Chunk(60).Select(static line => new string(line))), Assert.Single(result.ToHeaderFields()));
        }
    }

    // Which octets may be anywhere in a name, or instead of a letter, without hiding it.
    [Theory]
    [InlineData("BIMI-Location")]
    [InlineData("bimi-indicator")]
    [InlineData("Bimi-Logo-Preference")]
    public void A_name_is_found_with_any_octets_that_a_reader_may_drop(string name)
    {
        var octets = Encoding.ASCII.GetBytes(name);
        for (var b = 0; b < 256; b++)
        {
            var isDropped = b is <= 0x20 or >= 0x7f;
            for (var i = 0; i <= octets.Length; i++)
            {
                Assert.Equal(isDropped, BimiHeaderFields.IsReserved([.. octets[..i], (byte)b, .. octets[i..]]));
                if (i < octets.Length)
                {
                    Assert.Equal((b | 0x20) == (octets[i] | 0x20) && (b == octets[i] || char.IsAsciiLetter((char)b)), BimiHeaderFields.IsReserved([.. octets[..i], (byte)b, .. octets[(i + 1)..]]));
                }
            }
        }

        for (var i = 0; i < octets.Length; i++)
        {
            Assert.False(BimiHeaderFields.IsReserved(octets.AsSpan(0, i)));
            Assert.False(BimiHeaderFields.IsReserved([.. octets[..i], .. octets[(i + 1)..]]));
        }
    }

    [Theory]
    [InlineData("BIMI-Location:", "0")]
    [InlineData("BIMI-Indicator:x", "0")]
    [InlineData("BIMI-Logo-Preference:x", "0")]
    [InlineData("A:b\r\nBIMI-Location:x\r\nB:c\r\nBIMI-Location:x\r\nBIMI-Indicator:x\r\nC:d", "1 3 4")]
    [InlineData("A:\nBIMI-Location:x", "0")]
    [InlineData("A:\rBIMI-Location:x", "0")]
    [InlineData("A:b\nC\nBIMI-Location:x", "0")]
    [InlineData("A:b\nC:d\nBIMI-Location:x", "0")]
    [InlineData("A:b\n BIMI-Location:x", "")]
    [InlineData("A:b\n\tBIMI-Location:x", "")]
    [InlineData("A:b\r BIMI-Location:x", "")]
    [InlineData("A:b\n c\nBIMI-Location:x", "0")]
    [InlineData("A:b\nBIMI-Location", "")]
    [InlineData("A:b\nBIMI-Location\n:x", "")]
    [InlineData("A:b\nBIMI-Location\r:x", "")]
    [InlineData("A:b\nBIMI-\nLocation:x", "")]
    [InlineData("A:b\n:BIMI-Location:x", "")]
    [InlineData("A:b\n:x", "")]
    [InlineData("A:b\n", "")]
    [InlineData("A:b\n\n\nBIMI-Location:x", "0")]
    [InlineData("A:b\nBIMI-Location :x", "0")]
    [InlineData("A:b\r\n BIMI-Location:x", "")]
    [InlineData("A:b\r\n BIMI-Location:x\r\nD:e\nBIMI-Indicator:x", "1")]
    [InlineData("A:b\nf\r\n BIMI-Location:x", "")]
    [InlineData("A", "")]
    [InlineData(":", "")]
    [InlineData(":BIMI-Location:x", "")]
    public void These_fields_of_a_header_are_removed(string fields, string expected)
    {
        var found = BimiHeaderFields.FindArriving(HeaderBlock.Parse(Encoding.ASCII.GetBytes(fields + "\r\n\r\n")));
        Assert.False(found.IsDefault);
        Assert.Equal(expected, string.Join(' ', found));
    }

    // A header that was not read to its end may have bare line ends behind what was read: all lines are looked at.
    [Fact]
    public void In_a_header_past_the_limits_hidden_lines_are_looked_for()
    {
        var text = "A:b\r\nB:c\nBIMI-Location:x\r\n" + string.Concat(Enumerable.Repeat("C:d\r\n", 50)) + "\r\n";
        Assert.Equal([1], BimiHeaderFields.FindArriving(HeaderBlock.Parse(Encoding.ASCII.GetBytes(text), new MessageLimits { MaxHeaderFields = 16 })));
        Assert.Equal([1], BimiHeaderFields.FindArriving(HeaderBlock.Parse(Encoding.ASCII.GetBytes(text))));
    }

    [Fact]
    public void A_field_is_its_name_a_colon_and_its_value() => Assert.Equal("A: b", new BimiHeaderField("A", " b").ToString());

    [Fact]
    public void Each_edit_of_a_header_has_the_outcome_of_the_page() => ApprovedPage.Verify("bimi", "header-edits.txt", OneCharacterEdits.Outcomes(
        "A:b\r\nBIMI-Location:x\r\nC:d\nBIMI-Indicator:y\r\n e:f\rbimi-logo-preference:z\r\n\r\n", "\r\n :-X",
        static (text, _) => "removed " + string.Join(' ', BimiHeaderFields.FindArriving(HeaderBlock.Parse(Encoding.ASCII.GetBytes(text))))));
}
