using System.Text;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>The milter of one's own, by the project's own test command and behind a real Postfix.</summary>
public sealed class SubjectTagMilterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-samples-").FullName;

    private readonly int _port = LoopbackPort.Take();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_page_says_what_happens()
    {
        var page = SamplePage.Of("SubjectTagMilter", ("8891", $"{_port}"));
        await using var milter = await page.StartAsync("-- 8891", _port);

        await page.PrintsAsync("milter-test");
        await SamplePage.StopsAsync(milter);
    }

    [Fact]
    public async Task Behind_postfix_each_message_is_tagged_once_and_the_milter_stops_while_a_connection_is_open()
    {
        Assert.SkipWhen(Programs.WhyNoPostfix() is not null, Programs.WhyNoPostfix() ?? "");
        await using var milter = await SamplePage.Of("SubjectTagMilter", ("8891", $"{_port}")).StartAsync("-- 8891", _port);
        var port = LoopbackPort.Take();
        await Daemon.RunAsync("chmod", "0755", _folder); // Postfix's own user goes through it
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(_folder, "postfix"), new PostfixListener(port, $"inet:127.0.0.1:{_port}"));
        using var smtp = await SmtpConnection.OpenAsync(port);
        foreach (var (box, subject) in ((string, string)[])[("box1", "Subject: one\r\n"), ("box2", "Subject: two\r\n")])
        {
            Assert.StartsWith("250", await smtp.SendAsync("<a@example.com>", $"{box}@example.org", Encoding.ASCII.GetBytes($"From: a@example.com\r\n{subject}\r\nhi\r\n")), StringComparison.Ordinal);
        }

        Assert.Contains("\nSubject: [list] one\n", await postfix.DeliveredAsync("box1"), StringComparison.Ordinal);
        Assert.Contains("\nSubject: [list] two\n", await postfix.DeliveredAsync("box2"), StringComparison.Ordinal);
        await SamplePage.StopsAsync(milter);
        Assert.Contains("Stopped", milter.Output, StringComparison.Ordinal);
        Assert.StartsWith("451", await smtp.SendAsync("<a@example.com>", "box3@example.org", "From: a@example.com\r\n\r\nhi\r\n"u8.ToArray()), StringComparison.Ordinal);
    }
}
