using System.Text;
using EmailAuth.Cli.Input;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Which first line makes a file an mbox file, and which is a sender's header field.</summary>
public class MailboxSeparatorTests
{
    private static readonly string[] Zone = ["--zone", "testdata/zones/rfc8463.json", "--authserv-id", "mx.example.org", "--ip", "192.0.2.1"];

    [Theory]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 2003")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 2003\r\n")]
    [InlineData("From joe@example.com  Fri Jul  1 21:00:37 2003")]
    [InlineData("From joe@example.com Fri Jul 11 21:00 2003")]
    [InlineData("From joe@example.com Fri Jul 11 9:00:37 2003")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 EDT 2003")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 MET DST 2003")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 +0200 2003")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 2003 -0700")]
    [InlineData("From 1453@xxx Thu Dec 05 11:45:27 +0000 2013")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 2003 remote from host")]
    [InlineData("From joe at example.com  Fri Jul 11 21:00:37 2003")]
    [InlineData("From \"a: b\"@example.com Fri Jul 11 21:00:37 2003")]
    [InlineData("From ???@??? Fri Jul 11 21:00:37 2003")]
    [InlineData("From - Fri Jul 11 21:00:37 2003")]
    [InlineData("From MAILER-DAEMON Fri Jul 11 21:00:37 2003")]
    public void A_separator_ends_in_a_date(string line)
    {
        Assert.True(MailboxSeparator.Is(Encoding.ASCII.GetBytes(line)));
        Assert.True(MailboxReader.IsMailbox(Encoding.ASCII.GetBytes(line + "\nFrom: a@b\n\n")));
    }

    [Theory]
    [InlineData("From : ceo@victim.example")]
    [InlineData("From : ceo@victim.example Fri Jul 11 21:00:37 2003")]
    [InlineData("From \t : ceo@victim.example Fri Jul 11 21:00:37 2003")]
    [InlineData("From: ceo@victim.example Fri Jul 11 21:00:37 2003")]
    [InlineData("From\tjoe@example.com Fri Jul 11 21:00:37 2003")]
    [InlineData(">From joe@example.com Fri Jul 11 21:00:37 2003")]
    [InlineData("from joe@example.com Fri Jul 11 21:00:37 2003")]
    [InlineData("From joe@example.com")]
    [InlineData("From here on it gets worse")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 2003 and so on")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37")]
    [InlineData("From joe@example.com Fri Jul 11 2100 2003")]
    [InlineData("From joe@example.com Fri Jul 111 21:00:37 2003")]
    [InlineData("From joe@example.com riJ Jul 11 21:00:37 2003")]
    [InlineData("From joe@example.com Fri anF 11 21:00:37 2003")]
    [InlineData("From joe@example.com Fri Jul 11 21:00:37 2003 A B C")]
    [InlineData("From ")]
    [InlineData("From")]
    [InlineData("")]
    public void Any_other_line_is_not_a_separator(string line) => Assert.False(MailboxSeparator.Is(Encoding.ASCII.GetBytes(line)));

    // Two From fields, of which the first has white space before its colon: never one author.
    [Theory]
    [InlineData("From : ceo@victim.example")]
    [InlineData("From : ceo@victim.example Fri Jul 11 21:00:37 2003")]
    public async Task A_first_field_is_never_dropped(string first)
    {
        var message = $"{first}\r\nFrom: x@football.example.com\r\nSubject: x\r\n\r\nHello\r\n";
        using var file = new TemporaryFile(message, ".eml");
        var asFile = await CommandRun.OfAsync(["verify", file.Path, "--field", .. Zone]);
        var asInput = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(message), ["verify", "-", "--field", .. Zone]);
        Assert.Equal((0, asInput.Output), (asFile.ExitCode, asFile.Output));
        Assert.Contains("dmarc=permerror", asFile.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_body_that_starts_with_From_does_not_end_a_message()
    {
        const string Message = "From: x@football.example.com\n\nHello\n\nFrom here on it gets worse\n";
        using var file = new TemporaryFile($"From x Fri Jul 11 21:00:37 2003\n{Message}\nFrom y Fri Jul 11 21:00:38 2003\n{Message}", ".mbox");
        var run = await CommandRun.OfAsync(["verify", file.Path, .. Zone]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("2 messages", run.Output, StringComparison.Ordinal);
    }

    // Programs that deliver to a command put the line above the message.
    [Fact]
    public async Task Standard_input_can_be_an_mbox_file()
    {
        const string Message = "From: x@football.example.com\r\n\r\nHello\r\n";
        var plain = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(Message), ["verify", "-", "--field", .. Zone]);
        var above = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes("From x Fri Jul 11 21:00:37 2003\r\n" + Message), ["verify", "-", "--field", .. Zone]);
        Assert.Equal(plain.Output, above.Output);
        var two = $"From x Fri Jul 11 21:00:37 2003\r\n{Message}\r\nFrom x Fri Jul 11 21:00:37 2003\r\n{Message}";
        var both = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(two), ["verify", "-", "--field", .. Zone]);
        Assert.Equal(plain.Output + plain.Output, both.Output);
    }
}
