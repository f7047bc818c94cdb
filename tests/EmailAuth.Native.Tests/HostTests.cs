using System.Globalization;
using System.Text;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>The example hosts in C, Python and Go, behind a real Postfix: every message comes through annotated, and a signal ends the host cleanly.</summary>
public sealed class HostTests(Workshop workshop) : IClassFixture<Workshop>
{
    private static readonly string Signed = File.ReadAllText(Workshop.MessageFile, Encoding.Latin1);

    // .ci/long native sends 1,000.
    private static readonly int Messages = int.Parse(Environment.GetEnvironmentVariable("EMAILAUTH_HOST_MESSAGES") ?? "20", CultureInfo.InvariantCulture);

    // The mailboxes of PostfixServer are box1 to box200.
    private const int Boxes = 200;

    [Theory]
    [InlineData("C")]
    [InlineData("Python")]
    [InlineData("Go")]
    public async Task Each_message_is_annotated_and_a_signal_ends_the_host(string language)
    {
        SharedLibrary.Need("gcc", "pkg-config", "postfix");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Postfix is started by root only.");
        var folder = workshop.NewFolder("host-" + language);
        var (program, arguments) = await HostAsync(language, folder);
        var (milterPort, port) = (LoopbackPort.Take(), LoopbackPort.Take());
        var configuration = Path.Combine(folder, "configuration.json");
        File.Copy(workshop.Configuration, configuration);
        await using var host = await Daemon.StartAsync(
            program, [.. arguments, $"inet:{milterPort}@127.0.0.1", configuration], () => Daemon.ListensAsync(milterPort));
        await Daemon.RunAsync("chmod", "0755", workshop.Folder);
        await using (var postfix = await PostfixServer.StartAsync(
            Path.Combine(workshop.Folder, "postfix-" + language), new PostfixListener(port, $"inet:127.0.0.1:{milterPort}")))
        {
            using var smtp = await SmtpConnection.OpenAsync(port, "192.0.2.1", helo: "mail.football.example.com");
            for (var number = 0; number < Messages; number++)
            {
                var reply = await smtp.SendAsync("<joe@football.example.com>", $"{BoxOf(number)}@example.org", Encoding.Latin1.GetBytes(Signed));
                Assert.True(reply.StartsWith("250", StringComparison.Ordinal), $"{reply}\n{host.Output}");
            }

            using (var other = await SmtpConnection.OpenAsync(port, "203.0.113.66", helo: "evil.example"))
            {
                var spoofed = "From: joe@football.example.com\r\nSubject: hi\r\n\r\nHello\r\n";
                var reply = await other.SendAsync("<joe@football.example.com>", "box1@example.org", Encoding.Latin1.GetBytes(spoofed));
                Assert.True(reply.StartsWith("550 5.7.26 ", StringComparison.Ordinal), $"{reply}\n{host.Output}");
            }

            string[] Delivered() => [.. Enumerable.Range(0, Math.Min(Messages, Boxes)).SelectMany(number => postfix.Messages(BoxOf(number)))];
            await Eventually.True(() => Delivered().Length == Messages, () => $"{Delivered().Length} of {Messages} messages came: {postfix.Log}");
            foreach (var file in Delivered())
            {
                var delivered = await File.ReadAllTextAsync(file, Encoding.Latin1, TestContext.Current.CancellationToken);
                string[] expected = ["\nAuthentication-Results: mx.example.org;", "dkim=pass", "dmarc=pass"];
                Assert.True(expected.All(part => delivered.Contains(part, StringComparison.Ordinal)), $"{delivered}\n{host.Output}");
            }

            // A signal has the host read the file again. A wrong one changes nothing, and a connection that is open keeps what it has.
            var right = await File.ReadAllTextAsync(configuration, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(configuration, "{}", TestContext.Current.CancellationToken);
            await SignalAsync(host, "USR1");
            await Eventually.True(() => host.Output.Contains("AuthservId", StringComparison.Ordinal), () => host.Output);
            Assert.Equal("mx.example.org", await AuthservIdAsync(postfix, smtp));
            await File.WriteAllTextAsync(configuration, right.Replace("mx.example.org", "mx2.example.org", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            await SignalAsync(host, "USR1");
            await Eventually.AsyncTrue(async () => await AuthservIdAsync(postfix, null, port) == "mx2.example.org", () => host.Output);
            Assert.Equal("mx.example.org", await AuthservIdAsync(postfix, smtp));
        }

        await SignalAsync(host, "TERM");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await host.Process.WaitForExitAsync(patience.Token);
        Assert.True(host.Process.ExitCode == 0, $"{host.Process.ExitCode}: {host.Output}");
    }

    private static async Task SignalAsync(Daemon host, string signal) => await Daemon.RunAsync("/bin/sh", "-c", $"kill -{signal} {host.Process.Id}");

    // The host's name in the results of a message over a connection, or over a new one.
    private static async Task<string> AuthservIdAsync(PostfixServer postfix, SmtpConnection? smtp, int port = 0)
    {
        var before = postfix.Messages("box1").ToHashSet(StringComparer.Ordinal);
        using var own = smtp is null ? await SmtpConnection.OpenAsync(port, "192.0.2.1", helo: "mail.football.example.com") : null;
        var reply = await (smtp ?? own!).SendAsync("<joe@football.example.com>", "box1@example.org", Encoding.Latin1.GetBytes(Signed));
        Assert.True(reply.StartsWith("250", StringComparison.Ordinal), reply);
        await Eventually.True(() => postfix.Messages("box1").Except(before, StringComparer.Ordinal).Any(), () => postfix.Log);
        var delivered = await File.ReadAllTextAsync(postfix.Messages("box1").Except(before, StringComparer.Ordinal).Single(), Encoding.Latin1, TestContext.Current.CancellationToken);
        return delivered.Split("Authentication-Results: ")[1].Split(';')[0];
    }

    private static string BoxOf(int number) => string.Create(CultureInfo.InvariantCulture, $"box{1 + (number % Boxes)}");

    private static async Task<(string Program, string[] Arguments)> HostAsync(string language, string folder)
    {
        switch (language)
        {
            case "C":
                Assert.SkipUnless(File.Exists("/usr/include/libmilter/mfapi.h"), "Not installed: libmilter-dev.");
                return (await SharedLibrary.CompileAsync("milter.c", folder, "-lmilter"), []);
            case "Python":
                var modules = (await Daemon.RunAsync("/usr/bin/env", "/usr/bin/python3", "-c", "import cffi, Milter")).Exit;
                Assert.SkipWhen(modules != 0, "Not installed: python3-cffi, python3-milter.");
                var python = Repository.PathOf("src", "EmailAuth.Native", "python");
                return ("/usr/bin/env",
                [
                    $"EMAILAUTH_LIBRARY={Path.Combine(SharedLibrary.Folder, "libemailauth.so.1")}", $"PYTHONPATH={python}", "PYTHONDONTWRITEBYTECODE=1", "/usr/bin/python3",
                    Path.Combine(python, "examples", "pymilter.py"),
                ]);
            default:
                Assert.SkipWhen(
                    Programs.Find("go") is null || !Directory.Exists("/usr/share/gocode/src/github.com/emersion/go-milter"),
                    "Not installed: golang-go, golang-github-emersion-go-milter-dev.");
                var program = Path.Combine(folder, "gomilter");
                var (exit, said) = await Daemon.RunAsync(
                    "/usr/bin/env", "GO111MODULE=off", "GOPATH=/usr/share/gocode", $"GOCACHE={Path.Combine(folder, "cache")}", "GOFLAGS=",
                    $"CGO_CFLAGS=-I{SharedLibrary.Folder}", $"CGO_LDFLAGS=-L{SharedLibrary.Folder} -Wl,-rpath,{SharedLibrary.Folder}", Programs.Find("go")!, "build",
                    "-o", program, Repository.PathOf("src", "Samples", "GoMilter", "main.go"));
                Assert.True(exit == 0, said);
                return (program, []);
        }
    }
}
