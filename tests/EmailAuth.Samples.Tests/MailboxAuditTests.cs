using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>The audit of a mailbox that a real Dovecot serves, over TLS.</summary>
public sealed class MailboxAuditTests(SampleDns dns) : IDisposable
{
    private const string Audit = "--Mailbox:Host";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-samples-").FullName;

    private readonly int _port = LoopbackPort.Take();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_page_says_what_happens()
    {
        NeedDovecot();
        await DeliverAsync();
        await using var dovecot = await StartDovecotAsync();

        await Page("secret").PrintsAsync(Audit);

        // Read-only: no message was marked as seen, which Dovecot does by moving it.
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_folder, "mail", "bob"), "*.eml*", SearchOption.AllDirectories).Count(static file => !file.EndsWith('S')));
    }

    [Fact]
    public async Task A_wrong_password_and_a_certificate_that_nobody_trusts_end_it_with_a_reason()
    {
        NeedDovecot();
        await using var dovecot = await StartDovecotAsync();
        async Task<string> FailsAsync(SamplePage page)
        {
            var (exit, output) = await Daemon.RunAsync("/bin/bash", "-c", $"exec 2>&1; cd '{Repository.Root}'; {page.Command(Audit)}");
            Assert.True(exit == 1, output);
            return output;
        }

        Assert.StartsWith("localhost: ", await FailsAsync(Page("wrong")), StringComparison.Ordinal);
        Assert.Contains("certificate", await FailsAsync(Page("secret", "/dev/null")), StringComparison.Ordinal);
    }

    private void NeedDovecot()
    {
        dns.Need("dovecot");
        Assert.SkipUnless(File.Exists("/usr/lib/dovecot/imap"), "Not installed: dovecot-imapd.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Dovecot is started by root only.");
    }

    private SamplePage Page(string password, string? certificate = null) => SamplePage.Of(
        "MailboxAudit",
        ("Host=imap.example.org", "Host=localhost"),
        ("Port=993", $"Port={_port}"),
        ("export Mailbox__Password=secret", $"export SSL_CERT_FILE={certificate ?? CertificateFile} Mailbox__Password={password} EmailAuth__Dns__Servers={dns.Address}"));

    private string CertificateFile => Path.Combine(_folder, "certificate.pem");

    // A message of football.example.com, one in its name that somebody else delivered, and one of which our server wrote down nothing.
    private async Task DeliverAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "mail", "bob", "new")).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "mail", "bob", "cur"));
        Directory.CreateDirectory(Path.Combine(_folder, "mail", "bob", "tmp"));
        var genuine = await File.ReadAllTextAsync(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"), Encoding.Latin1, Token);
        var forged = await File.ReadAllTextAsync(Repository.PathOf("src", "Samples", "forged.eml"), Encoding.Latin1, Token);
        const string Delivered =
            "Return-Path: <joe@football.example.com>\nReceived: from mail.example.net (unknown [203.0.113.66])\n\tby mx.example.org (Postfix) with ESMTP id 4\n" +
            "\tfor <bob@example.org>; Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\n" +
            "Received: from mail.football.example.com (mail.football.example.com [192.0.2.1])\n\tby mx.example.org with ESMTP id 3; Fri, 11 Jul 2003 21:01:50 -0700 (PDT)\n";
        string[] messages = [genuine.ReplaceLineEndings("\n"), Delivered + forged, forged];
        for (var number = 0; number < messages.Length; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"100000000{number}.M{number}P1.host.eml"), messages[number], Encoding.Latin1, Token);
        }
    }

    private async Task<Daemon> StartDovecotAsync()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(CertificateFile, certificate.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem(), Token);
        var configuration = Path.Combine(_folder, "dovecot.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            base_dir = {{_folder}}/run
            state_dir = {{_folder}}/state
            log_path = {{_folder}}/dovecot.log
            protocols = imap
            listen = 127.0.0.1
            ssl = required
            ssl_cert = <{{CertificateFile}}
            ssl_key = <{{_folder}}/key.pem
            mail_location = maildir:{{_folder}}/mail/%u
            passdb {
              driver = static
              args = password=secret
            }
            userdb {
              driver = static
              args = uid=65534 gid=65534 home={{_folder}}/mail/%u
            }
            service imap-login {
              inet_listener imap {
                port = 0
              }
              inet_listener imaps {
                port = {{_port.ToString(CultureInfo.InvariantCulture)}}
                ssl = yes
              }
            }

            """, Token);
        await Daemon.RunAsync("/bin/sh", "-c", $"chmod 755 '{_folder}'; mkdir -p '{_folder}/mail'; chown -R 65534:65534 '{_folder}/mail'");
        return await Daemon.StartAsync(Programs.Find("dovecot")!, ["-F", "-c", configuration], () => Daemon.ListensAsync(_port));
    }
}
