using EmailAuth.Bimi;
using EmailAuth.Cli.Output;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Neither people nor programs are shown the names of the code.</summary>
public class WordsTests
{
    public static TheoryData<MarkType> MarkTypes => [.. Enum.GetValues<MarkType>()];

    [Theory]
    [MemberData(nameof(MarkTypes))]
    public void A_kind_of_mark_is_in_lower_case_words(MarkType type)
    {
        Assert.DoesNotContain(type.Keyword(), letter => !char.IsAsciiLetterLower(letter) && letter != '_');
        Assert.Equal(type.ToString(), type.Keyword().Replace("_", null, StringComparison.Ordinal), ignoreCase: true);
        Assert.Equal(type.Keyword().Replace('_', ' '), Words.Of(type));
    }

    [Fact]
    public void Defects_of_a_header_are_told_in_words()
    {
        Assert.Equal("", Words.Of(HeaderDefects.None));
        Assert.Equal("an LF without a CR before it, a NUL byte", Words.Of(HeaderDefects.BareLineFeed | HeaderDefects.NullByte));
        Assert.All(Enum.GetValues<HeaderDefects>().Where(defect => defect != HeaderDefects.None), defect => Assert.NotEmpty(Words.Of(defect)));
    }

    [Fact]
    public async Task The_account_of_a_message_names_the_defects_of_its_header()
    {
        var run = await CommandRun.WithInputAsync("From: a@example.com\r\nSubject: \0x\r\n\r\n"u8.ToArray(), "verify", "--explain", "--zone", "testdata/zones/rfc8463.json");
        Assert.Contains("breaks RFC 5322: a NUL byte", run.Output, StringComparison.Ordinal);
    }
}
