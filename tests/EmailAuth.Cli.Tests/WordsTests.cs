using EmailAuth.Cli.Output;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Neither people nor programs are shown the names of the code.</summary>
public class WordsTests
{
    [Fact]
    public void Defects_of_a_header_are_reported_in_words()
    {
        Assert.Equal("", Words.Of(HeaderDefects.None));
        Assert.Equal("an LF without a CR before it, a NUL byte", Words.Of(HeaderDefects.BareLineFeed | HeaderDefects.NullByte));
        Assert.All(Enum.GetValues<HeaderDefects>().Where(defect => defect != HeaderDefects.None), defect => Assert.NotEmpty(Words.Of(defect)));
    }

    [Fact]
    public async Task The_explanation_of_a_message_names_the_defects_of_its_header()
    {
        var run = await CommandRun.WithInputAsync("From: a@example.com\r\nSubject: \0x\r\n\r\n"u8.ToArray(), "verify", "--explain", "--zone", "testdata/zones/rfc8463.json");
        Assert.Contains("breaks RFC 5322: a NUL byte", run.Output, StringComparison.Ordinal);
    }
}
