using System.Collections.Immutable;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public class BimiHeaderFieldsTests
{
    [Theory]
    [InlineData("BIMI-Location: v=BIMI1; l=https://evil.example/a.svg")]
    [InlineData("bimi-location:x")]
    [InlineData("BIMI-Indicator: PHN2Zz4=")]
    [InlineData("BIMI-Logo-Preference: avp=brand")]
    [InlineData("BIMI-Location : x")] // the obsolete syntax
    [InlineData("BIMI-Location\t: x")]
    [InlineData("BIMI-Location\r\n : x")] // folded before the colon
    [InlineData("BIMI-\r\n Location: x")]
    [InlineData("BIMI-Locat\u0001ion: x")] // control bytes
    [InlineData("BIMI-Location\0: x")]
    [InlineData("\u00a0BIMI-Location: x")] // bytes beyond ASCII
    [InlineData("BIMI\u200b-Location: x")]
    [InlineData("Subject: x\nBIMI-Location: y")] // a bare LF or CR starts a line for some readers
    [InlineData("Subject: x\rBIMI-Indicator : y")]
    public void A_reserved_field_is_found_in_any_disguise(string field) => Assert.Equal([1], Find(field));

    [Theory]
    [InlineData("BIMI-Selector: v=BIMI1; s=a")]
    [InlineData("X-BIMI-Location: x")]
    [InlineData("BIMI-Location2: x")]
    [InlineData("Subject: BIMI-Location: x")]
    [InlineData("Subject: x\r\n BIMI-Location: y")] // a continuation stays one
    [InlineData("BIMI-Location")] // no field
    public void Other_fields_stay(string field) => Assert.Empty(Find(field));

    [Fact]
    public void All_of_them_are_found() =>
        Assert.Equal([1, 3], BimiHeaderFields.FindArriving(Header("From: a@b.example\r\nBIMI-Location: x\r\nTo: c\r\nbimi-indicator: y\r\n\r\n")));

    [Fact]
    public void White_space_before_the_first_field_hides_nothing() =>
        Assert.Equal([0], BimiHeaderFields.FindArriving(Header(" BIMI-Location: x\r\nFrom: a@b.example\r\n\r\n")));

    private static ImmutableArray<int> Find(string field) => BimiHeaderFields.FindArriving(Header("From: a@b.example\r\n" + field + "\r\nTo: x\r\n\r\n"));

    private static HeaderBlock Header(string text) => HeaderBlock.Parse(Encoding.UTF8.GetBytes(text));
}
