using System.IO.Compression;
using System.Text;
using EmailAuth.Cli.Input;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>What people hand in that is not a message, and what is one although it looks odd.</summary>
public class NotAMessageTests
{
    private const string Message = "From: joe@example.com\r\nSubject: x\r\n\r\nHello\r\n";

    private static readonly byte[] Ole = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0, 0, 0];

    public static TheoryData<string, byte[], string> Others => new()
    {
        { "nothing", [], "is empty" },
        { "white space", "  \r\n\r\n"u8.ToArray(), "only white space" },
        { "gzip", Gzipped(), "it is gzip data" },
        { "Outlook", Ole, "it is an Outlook .msg file" },
        { "zip", "PK\x03\x04\x14\0\0\0"u8.ToArray(), "it is a zip archive" },
        { "bzip2", "BZh91AY&SY"u8.ToArray(), "it is bzip2 data" },
        { "UTF-16, little end first", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Message)], "it is UTF-16 text" },
        { "UTF-16, big end first", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Message)], "it is UTF-16 text" },
        { "UTF-16 without a mark", Encoding.Unicode.GetBytes(Message), "it is UTF-16 text" },
        { "UTF-16 without a mark, big end first", Encoding.BigEndianUnicode.GetBytes(Message), "it is UTF-16 text" },
        { "a program", [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0], "it is binary data" },
        { "NULs", new byte[100], "it is binary data" },
        { "an empty line above", Encoding.ASCII.GetBytes("\r\n" + Message), "it starts with an empty line" },
        { "an empty line above, LF", Encoding.ASCII.GetBytes("\n" + Message), "it starts with an empty line" },
        { "indented", Encoding.ASCII.GetBytes("  From: joe@example.com\r\n  Subject: x\r\n\r\n"), "is indented" },
        { "JSON", "{\"a\": 1}\n"u8.ToArray(), "it is JSON" },
        { "JSON, indented", "\n{\n  \"from\": \"joe@example.com\"\n}\n"u8.ToArray(), "it is JSON" },
        { "a text", "Dear Joe,\nthis is: a letter\n"u8.ToArray(), "it has no header field" },
        { "a page", "<html><body>\n</body>"u8.ToArray(), "it has no header field" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task A_file_that_is_not_a_message_is_refused_with_its_kind(string what, byte[] content, string says)
    {
        Assert.NotEmpty(what);
        using var file = new TemporaryFile(string.Empty, ".eml");
        await File.WriteAllBytesAsync(file.Path, content, TestContext.Current.CancellationToken);
        foreach (var run in new[] { await CommandRun.OfAsync("verify", file.Path, "--explain"), await CommandRun.WithInputAsync(content, "verify", "-") })
        {
            Assert.Equal((3, ""), (run.ExitCode, run.Output));
            Assert.Contains("not a message", run.Error, StringComparison.Ordinal);
            Assert.Contains(says, run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.TrimEnd().Split('\n'));
        }
    }

    [Theory]
    [InlineData(Message)]
    [InlineData("\uFEFF" + Message)]
    [InlineData("From : joe@example.com\r\n\r\n")]
    [InlineData("X\u0001: y\r\nFrom: joe@example.com\r\n\r\n")]
    [InlineData("From: joe@example.com\r\nX: \0\r\n\r\n")]
    [InlineData("From: joe@example.com\r\n\r\n\0\0\0")]
    [InlineData(" cont\r\nFrom: joe@example.com\r\n\r\n")]
    [InlineData("Subject: x\n\n")]
    [InlineData("Subject: x")]
    public void A_text_that_can_be_read_as_a_header_is_verified(string message) => Assert.Null(NotAMessage.Reason(Encoding.UTF8.GetBytes(message)));

    [Fact]
    public async Task Among_many_it_is_reported_and_the_others_are_verified()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "a.gz"), Gzipped(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "b.eml"), Message, TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync("verify", folder.Path, "--zone", "testdata/zones/rfc8463.json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("a.gz' is not a message: it is gzip data", run.Error, StringComparison.Ordinal);
        Assert.Contains("b.eml  example.com", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 message, 1 cannot be read", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_needs_no_name()
    {
        var named = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(Message), "verify", "-", "--brief", "--zone", "testdata/zones/rfc8463.json", "--authserv-id", "x");
        var unnamed = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(Message), "verify", "--brief", "--zone", "testdata/zones/rfc8463.json", "--authserv-id", "x");
        Assert.Equal((0, named.Output, ""), (unnamed.ExitCode, unnamed.Output, unnamed.Error));
        Assert.Contains("DMARC ", unnamed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_does_not_wait_for_a_terminal()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "A terminal is made by script.");
        var command = CommandRun.StartInfo(["verify"]);
        var start = new System.Diagnostics.ProcessStartInfo("/usr/bin/script", ["-qec", $"{command.FileName} {string.Join(' ', command.ArgumentList)}", "/dev/null"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("emailauth: MESSAGE is missing: give a file, an mbox file or a folder; or send a message to standard input", output, StringComparison.Ordinal);
        Assert.Equal(2, process.ExitCode);
    }

    private static byte[] Gzipped()
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.ASCII.GetBytes(Message));
        }

        return buffer.ToArray();
    }
}
