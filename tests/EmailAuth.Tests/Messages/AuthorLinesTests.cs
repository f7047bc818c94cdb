using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Which lines of a header may be read as From, in each edit of some headers.</summary>
public class AuthorLinesTests
{
    [Fact]
    public void Each_edit_of_a_header_has_the_author_that_the_page_says() => EditedReadings.Check(
        "authors.txt",
        " \t\r\n:FfMx\0\x7f\x80",
        ["X: y\r\nFrom: a@b.ex\r\nTo: c\r\n", "From\t : a@b.ex\n X: y\r\n", "X: y\r\n From: q@r.ex\r\nfrom: a@b.ex, c@b.ex\r\n", "X: y\nFrom: a@b.ex\rZ: y\r\n"],
        (text, _) =>
        {
            var author = Author.Find(HeaderBlock.Parse(Encoding.Latin1.GetBytes(text)));
            return
            [
                new("reason", author.ReasonCode),
                new("domain", author.Domain?.ToString(), true),
                new("domains", author.Domains.IsEmpty ? null : string.Join(' ', author.Domains), true),
                new("local", author.LocalPart, true),
                new("fields", author.FieldCount.ToString(CultureInfo.InvariantCulture)),
                new("addresses", author.AddressCount.ToString(CultureInfo.InvariantCulture)),
            ];
        });

    [Theory]
    [InlineData("From: a\r\n", " a\r\n")]
    [InlineData("From:a", "a")]
    [InlineData("From:", "")]
    [InlineData("From: a\r\n b\r\n", " a\r\n b\r\n")]
    [InlineData("From: a\n b\r\n", " a\n b\r\n")]
    [InlineData("From: a\nb\r\n", " a\n")]
    [InlineData("From: a\nFrom: b\r\n", " a\n| b\r\n")]
    [InlineData("From: a\rFrom: b\nfrom : c\r\n", " a\r| b\n| c\r\n")]
    [InlineData("X: a\nFrom: b\r\n", " b\r\n")]
    [InlineData("X: a\r\n From: b\r\n", "")]
    [InlineData("X: From: b\r\n", "")]
    [InlineData("F\0rom: a\r\n", " a\r\n")]
    [InlineData("X\0: a\nFrom: b\r\n", " b\r\n")]
    [InlineData("no colon\nFrom: b\r\n", " b\r\n")]
    [InlineData("Fr\nom: a\r\n", "")]
    [InlineData("F\rrom: a\r\n", "")]
    [InlineData("X: y\nFr\nom: a\r\n", "")]
    [InlineData("From\nTo: a\r\n", "")]
    [InlineData("From\r\n : a\r\n", " a\r\n")]
    [InlineData("no colon\r\n", "")]
    public void The_values_of_each_line(string field, string values)
    {
        var lines = new AuthorLines(HeaderBlock.Parse(Encoding.ASCII.GetBytes(field))[0]);
        var found = new List<string>();
        while (lines.TryRead(out var value))
        {
            found.Add(Encoding.ASCII.GetString(value.Span));
        }

        Assert.Equal(values, string.Join('|', found));
        Assert.False(lines.TryRead(out var none));
        Assert.True(none.IsEmpty);
    }

    [Theory]
    [InlineData(nameof(AuthorDefect.None), "other")]
    [InlineData(nameof(AuthorDefect.IncompleteHeader), "header_limit")]
    [InlineData(nameof(AuthorDefect.NoField), "no_field")]
    [InlineData(nameof(AuthorDefect.SeveralFields), "several_fields")]
    [InlineData(nameof(AuthorDefect.Malformed), "field_syntax")]
    [InlineData(nameof(AuthorDefect.NoAddress), "no_address")]
    [InlineData(nameof(AuthorDefect.SeveralDomains), "several_domains")]
    [InlineData(nameof(AuthorDefect.UnusableDomain), "unusable_domain")]
    public void Each_defect_has_its_word(string defect, string word) =>
        Assert.Equal(word, new Author { Reason = "x", Defect = Enum.Parse<AuthorDefect>(defect) }.ReasonCode);

    [Fact]
    public void A_header_that_was_cut_gives_the_limit_as_the_reason()
    {
        var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes("From: a@b.ex\r\nX: " + new string('x', 2000) + "\r\n"), new MessageLimits { MaxHeaderBytes = 1024 });
        var author = Author.Find(header);
        Assert.Equal(
            (AuthorDefect.IncompleteHeader, "the header has more than 1024 bytes (MaxHeaderBytes)", 0, 0, null),
            (author.Defect, author.Reason, author.FieldCount, author.Domains.Length, author.Domain));
    }
}
