using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Signatures;
using EmailAuth.Testing;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>The signer, by the project's own test command and behind a real Postfix.</summary>
public sealed class SubmissionSignerTests : IDisposable
{
    private const string Start = "-- --Signer:Port";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-samples-").FullName;

    private readonly int _port = LoopbackPort.Take();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_page_says_what_happens()
    {
        Assert.SkipWhen(Programs.Find("openssl") is null, "Not installed: openssl.");
        var page = Page();
        await page.RunAsync("openssl");
        await using var signer = await page.StartAsync(Start, _port);

        await page.HasPrintedAsync(signer, Start);
        await page.PrintsAsync("hello.eml");
        await page.PrintsAsync("forged.eml");
        await SamplePage.StopsAsync(signer);
    }

    [Fact]
    public async Task Behind_postfix_what_users_send_is_signed_and_nothing_else_leaves()
    {
        Assert.SkipWhen(Programs.WhyNoPostfix() is not null, Programs.WhyNoPostfix() ?? "");
        await File.WriteAllTextAsync(Path.Combine(_folder, "s1.pem"), PemSigningKey.Create(), Token);
        await using var signer = await Page().StartAsync(Start, _port);
        var port = LoopbackPort.Take();
        await Daemon.RunAsync("chmod", "0755", _folder); // Postfix's own user goes through it
        await using var postfix = await PostfixServer.StartAsync(Path.Combine(_folder, "postfix"), new PostfixListener(port, $"inet:127.0.0.1:{_port}"));
        var message = Encoding.ASCII.GetBytes((await File.ReadAllTextAsync(Repository.PathOf("src", "Samples", "hello.eml"), Token)).ReplaceLineEndings("\r\n"));
        using (var alice = await SmtpConnection.OpenAsync(port, "203.0.113.9", "laptop.example", "laptop.example", login: "alice"))
        {
            Assert.StartsWith("250", await alice.SendAsync("<alice@example.com>", "box1@example.org", message), StringComparison.Ordinal);
            Assert.StartsWith("250", await alice.SendAsync("<alice@example.com>", "box2@example.org", "From: alice@example.com\r\n\r\n"u8.ToArray()), StringComparison.Ordinal);
            Assert.StartsWith("550 5.7.1", await alice.SendAsync("<alice@example.com>", "box3@example.org", "From: joe@football.example.com\r\n\r\nhi\r\n"u8.ToArray()), StringComparison.Ordinal);
            Assert.StartsWith("550 5.", await alice.SendAsync("<alice@example.com>", "box3@example.org", "From: alice@example.com\r\nFrom: joe@football.example.com\r\n\r\nhi\r\n"u8.ToArray()), StringComparison.Ordinal);
        }

        using (var nobody = await SmtpConnection.OpenAsync(port, "203.0.113.9"))
        {
            Assert.StartsWith("530 5.7.0", await nobody.SendAsync("<alice@example.com>", "box3@example.org", message), StringComparison.Ordinal);
        }

        using var key = PemSigningKey.Load(await File.ReadAllTextAsync(Path.Combine(_folder, "s1.pem"), Token));
        var verifier = new DkimVerifier(new ZoneResolver(new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, key.Record)));
        foreach (var box in (string[])["box1", "box2"])
        {
            var delivered = await postfix.DeliveredAsync(box);
            var results = await verifier.VerifyAsync(Encoding.Latin1.GetBytes(delivered), Token);
            Assert.Equal(SignatureResultCode.Pass, Assert.Single(results.Signatures).Code);
        }

        Assert.Empty(postfix.Messages("box3"));
        await SamplePage.StopsAsync(signer);
    }

    private SamplePage Page() => SamplePage.Of("SubmissionSigner", ("8892", $"{_port}"), ("/tmp/s1.pem", $"{_folder}/s1.pem"));
}
