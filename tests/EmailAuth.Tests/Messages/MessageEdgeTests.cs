using System.Globalization;
using System.Text;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>Where rules of reading a message end.</summary>
public class MessageEdgeTests
{
    // RFC 5322 section 3.6.8: ftext is every visible character but the colon.
    [Theory]
    [InlineData("X!Y", true)]
    [InlineData("X~Y", true)]
    [InlineData("X\u007fY", false)]
    public void A_field_name_may_have_every_character_up_to_the_tilde(string name, bool isValid)
    {
        var header = HeaderBlock.Parse(Encoding.Latin1.GetBytes($"{name}: z\r\nFrom: a@example.com\r\n\r\n"));
        Assert.Equal(isValid, header.Defects == HeaderDefects.None);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void A_reverse_path_has_at_most_1024_characters(int length, bool isRead)
    {
        const string Domain = "@example.com";
        var parsed = ReversePath.Parse(new string('a', length - Domain.Length) + Domain);
        Assert.Equal(isRead, parsed.Value is not null);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    public void At_most_sixteen_author_domains_are_reported(int count)
    {
        var list = string.Join(", ", Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"a@d{i}.example")));
        var header = HeaderBlock.Parse(Encoding.ASCII.GetBytes($"From: {list}\r\n\r\n"));
        var author = Author.Find(header);
        Assert.NotEqual(AuthorDefect.None, author.Defect);
        Assert.Equal(16, author.Domains.Length);
    }

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void A_name_in_unicode_has_at_most_as_many_characters_as_one_in_ascii(int length, bool mayBeRead)
    {
        // Labels of full-width letters become ASCII of the same length.
        var labels = new StringBuilder();
        while (labels.Length < length)
        {
            labels.Append('\uff41', Math.Min(61, length - labels.Length)).Append('.');
        }

        var name = labels.ToString()[..length];
        Assert.Equal(mayBeRead && name[^1] != '.', EmailAuth.Syntax.DomainName.Parse(name).Value is not null);
    }
}
