using EmailAuth.Syntax;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Syntax;

public class TagListReaderTests
{
    [Theory]
    [InlineData("a=1", "a=1")]
    [InlineData("a=1;", "a=1")]
    [InlineData(" a = 1 ; b\t=\r\n 2 ;\r\n ", "a=1 b=2")] // RFC 6376 section 3.2: FWS around both
    [InlineData("a=", "a=")] // an empty value is a value
    [InlineData("a=x=y=", "a=x=y=")] // only the first "=" divides
    [InlineData("a=1 2\r\n 3", "a=1 2\r\n 3")] // white space inside a value is the value's
    [InlineData("a_1=x", "a_1=x")]
    [InlineData("a=1;a=2", "a=1 a=2")] // whether a tag may stand twice is the record's matter
    [InlineData("", "")]
    [InlineData("  \t", "")]
    public void A_list_reads_as_its_tags(string text, string expected)
    {
        var (tags, error) = Read(text);
        Assert.Null(error);
        Assert.Equal(expected, string.Join(' ', tags));
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("a=1;b", 5)]
    [InlineData("a=1;;b=2", 4)] // an empty tag-spec is none
    [InlineData("1a=x", 0)]
    [InlineData("_a=x", 0)]
    [InlineData("=x", 0)]
    [InlineData("a b=x", 2)]
    [InlineData("a=1; \u00e9=2", 5)]
    public void A_broken_list_says_where(string text, int position) => Assert.Equal(position, Read(text).Error?.Position);

    [Fact]
    public void Positions_point_into_the_text()
    {
        var reader = new TagListReader(" v = DMARC1;  p = none");
        Assert.True(reader.TryRead(out var v));
        Assert.Equal((1, 5), (v.NamePosition, v.ValuePosition));
        Assert.True(reader.TryRead(out var p));
        Assert.Equal((14, 18), (p.NamePosition, p.ValuePosition));
    }

    [Property]
    public bool Every_text_ends_in_a_list_or_an_error_within_it(string? text)
    {
        var (_, error) = Read(text ?? string.Empty);
        return error is null || (error.Position >= 0 && error.Position <= text!.Length);
    }

    private static (List<string> Tags, SyntaxError? Error) Read(string text)
    {
        var tags = new List<string>();
        var reader = new TagListReader(text);
        while (reader.TryRead(out var tag))
        {
            tags.Add($"{tag.Name}={tag.Value}");
        }

        return (tags, reader.Error);
    }
}
