using System.Text;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>A milter in C, on libmilter and the published library, behind a real Postfix.</summary>
public sealed class MilterTests(Workshop workshop) : IClassFixture<Workshop>
{
    private static readonly string Signed = File.ReadAllText(Workshop.MessageFile, Encoding.Latin1);

    [Fact]
    public async Task Mail_through_Postfix_is_annotated_cleaned_and_refused_as_its_domain_asks()
    {
        var program = await CompileAsync();
        var (milterPort, port) = (LoopbackPort.Take(), LoopbackPort.Take());
        await using var milter = await Daemon.StartAsync(
            program, [$"inet:{milterPort}@127.0.0.1", workshop.Configuration], () => Daemon.ListensAsync(milterPort));
        await Daemon.RunAsync("chmod", "0755", workshop.Folder);
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(workshop.Folder, "postfix"), new PostfixListener(port, $"inet:127.0.0.1:{milterPort}"));

        // Two messages of one connection, with an abandoned one between them; the second has fields that a sender forged.
        using (var smtp = await SmtpConnection.OpenAsync(port, "192.0.2.1", helo: "mail.football.example.com"))
        {
            AssertReply("250", await smtp.SendAsync("<joe@football.example.com>", "box1@example.org", Encoding.Latin1.GetBytes(Signed)), milter);
            AssertReply("250", await smtp.SayAsync("MAIL FROM:<joe@football.example.com>"), milter);
            AssertReply("250", await smtp.SayAsync("RSET"), milter);
            var forged = "Authentication-Results: mx.example.org; dmarc=pass header.from=bank.example\r\n" +
                "Authentication-Results: other.example; spf=pass smtp.mailfrom=kept.example\r\n" +
                "Authentication-Results: MX.example.org;\r\n spf=pass smtp.mailfrom=bank.example\r\n" + Signed;
            AssertReply("250", await smtp.SendAsync("<joe@football.example.com>", "box2@example.org", Encoding.Latin1.GetBytes(forged)), milter);
        }

        foreach (var mailbox in (string[])["box1", "box2"])
        {
            var delivered = await postfix.DeliveredAsync(mailbox);
            Assert.Matches("(?m)^Delivered-To: [^\n]*\r?\nAuthentication-Results: mx\\.example\\.org;", delivered);
            foreach (var result in (string[])["iprev=pass", "spf=pass", "dkim=pass", "dmarc=pass"])
            {
                Assert.Contains(result, delivered, StringComparison.Ordinal);
            }

            Assert.DoesNotContain("bank.example", delivered, StringComparison.Ordinal);
            Assert.Equal(mailbox == "box2", delivered.Contains("smtp.mailfrom=kept.example", StringComparison.Ordinal));
        }

        // From elsewhere, unsigned: the domain asks for rejection.
        using (var smtp = await SmtpConnection.OpenAsync(port, "203.0.113.66", helo: "evil.example"))
        {
            var spoofed = "From: joe@football.example.com\r\nSubject: hi\r\n\r\nHello\r\n";
            AssertReply("550 5.7.26 ", await smtp.SendAsync("<joe@football.example.com>", "box3@example.org", Encoding.Latin1.GetBytes(spoofed)), milter);
        }

        Assert.Empty(postfix.Messages("box3"));
        Assert.DoesNotContain("the call is out of order", milter.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_says_EHLO_again_after_a_message_can_send_another()
    {
        var program = await CompileAsync();
        var (milterPort, port) = (LoopbackPort.Take(), LoopbackPort.Take());
        await using var milter = await Daemon.StartAsync(
            program, [$"inet:{milterPort}@127.0.0.1", workshop.Configuration], () => Daemon.ListensAsync(milterPort));
        await Daemon.RunAsync("chmod", "0755", workshop.Folder);
        await using var postfix = await PostfixServer.StartAsync(
            Path.Combine(workshop.Folder, "postfix-again"), new PostfixListener(port, $"inet:127.0.0.1:{milterPort}"));

        using var smtp = await SmtpConnection.OpenAsync(port, "192.0.2.1", helo: "mail.football.example.com");
        AssertReply("250", await smtp.SendAsync("<joe@football.example.com>", "box4@example.org", Encoding.Latin1.GetBytes(Signed)), milter);
        AssertReply("250", await smtp.SayAsync("EHLO mail.football.example.com"), milter);
        AssertReply("250", await smtp.SendAsync("<joe@football.example.com>", "box5@example.org", Encoding.Latin1.GetBytes(Signed)), milter);
        Assert.Contains("\nAuthentication-Results: mx.example.org;", await postfix.DeliveredAsync("box5"), StringComparison.Ordinal);
    }

    // libmilter waits for signals in a thread of its own; one that a thread of the library took would end the process.
    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_ends_libmilter_as_without_the_library(string signal)
    {
        var program = await CompileAsync();
        for (var round = 0; round < 5; round++)
        {
            var port = LoopbackPort.Take();
            await using var milter = await Daemon.StartAsync(program, [$"inet:{port}@127.0.0.1", workshop.Configuration], () => Daemon.ListensAsync(port));
            await Daemon.RunAsync("/bin/sh", "-c", $"kill -{signal} {milter.Process.Id}");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await milter.Process.WaitForExitAsync(patience.Token);

            Assert.Equal(0, milter.Process.ExitCode);
        }
    }

    private Task<string> CompileAsync()
    {
        SharedLibrary.Need("gcc", "pkg-config", "postfix");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Postfix is started by root only.");
        Assert.SkipUnless(File.Exists("/usr/include/libmilter/mfapi.h"), "Not installed: libmilter-dev.");
        return SharedLibrary.CompileAsync("milter.c", workshop.NewFolder($"milter-{Guid.NewGuid():N}"), "-lmilter");
    }

    private static void AssertReply(string expected, string reply, Daemon milter) =>
        Assert.True(reply.StartsWith(expected, StringComparison.Ordinal), $"{reply}\n{milter.Output}");
}
