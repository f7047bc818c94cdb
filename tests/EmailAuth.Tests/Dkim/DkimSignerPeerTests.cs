using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Xunit;
using DkimSigner = EmailAuth.Dkim.DkimSigner;

namespace EmailAuth.Tests.Dkim;

/// <summary>What we sign verifies in other programs: keys x canonicalizations x messages. One process a peer verifies the whole matrix.</summary>
public class DkimSignerPeerTests
{
    private const string Python = """
        import sys, json, base64, dkim
        for line in sys.stdin:
            o = json.loads(line)
            d = dkim.DKIM(base64.b64decode(o['message']), minkey=1024)
            print('pass' if d.verify(dnsfunc=lambda name, timeout=5: o['record'].encode()) else 'fail', flush=True)
        """;

    private const string Perl = """
        use strict; use MIME::Base64; use JSON::PP; use Mail::DKIM::Verifier; use Net::DNS;
        our $record;
        no warnings 'redefine';
        *Mail::DKIM::DNS::query = sub { return Net::DNS::RR->new(name => $_[0], type => 'TXT', txtdata => [unpack('(a255)*', $record)]); };
        $| = 1;
        while (my $line = <STDIN>) {
            my $o = decode_json($line); $record = $o->{record};
            my $v = Mail::DKIM::Verifier->new; $v->PRINT(decode_base64($o->{message})); $v->CLOSE;
            print $v->result eq 'pass' ? "pass\n" : $v->result_detail . "\n";
        }
        """;

    private const string Node = """
        const { dkimVerify } = require('mailauth/lib/dkim/verify'); const readline = require('readline');
        (async () => {
            for await (const line of readline.createInterface({ input: process.stdin })) {
                const o = JSON.parse(line);
                const r = await dkimVerify(Buffer.from(o.message, 'base64'), { resolver: async (name, type) => [[o.record]] });
                process.stdout.write(r.results.map(one => one.status.result === 'pass' ? 'pass' : JSON.stringify(one.status)).join() + '\n');
            }
        })();
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_we_sign_verifies_in_dkimpy()
    {
        SkipUnless(await RunsAsync("/usr/bin/python3", ["-c", "import dkim, nacl"]), "python3-dkim and python3-nacl");
        await CheckAsync("/usr/bin/python3", ["-c", Python], null, withEd25519: true);
    }

    [Fact]
    public async Task What_we_sign_verifies_in_Mail_DKIM()
    {
        SkipUnless(await RunsAsync("perl", ["-MMail::DKIM", "-MJSON::PP", "-MNet::DNS", "-e", "1"]), "libmail-dkim-perl");
        await CheckAsync("perl", ["-e", Perl], null, withEd25519: false);
    }

    [Fact]
    public async Task What_we_sign_verifies_in_mailauth()
    {
        var folder = Environment.GetEnvironmentVariable("EMAILAUTH_MAILAUTH");
        SkipUnless(folder is not null && Directory.Exists(Path.Combine(folder, "node_modules", "mailauth")), "npm's mailauth (EMAILAUTH_MAILAUTH names its folder)");
        await CheckAsync(Path.Combine(folder!, "node_modules", ".bin", "node"), ["-e", Node], folder, withEd25519: true);
    }

    [Fact]
    public async Task What_we_sign_verifies_in_MimeKit()
    {
        foreach (var (text, record, isEdwards) in await SignAllAsync(withEd25519: true))
        {
            using var stream = new MemoryStream(TestSigner.Bytes(text));
            var message = await MimeMessage.LoadAsync(stream, Cancellation);
            var verifier = new global::MimeKit.Cryptography.DkimVerifier(new Locator(record, isEdwards));
            Assert.True(
                await verifier.VerifyAsync(message, message.Headers.First(field => field.Id == HeaderId.DkimSignature), Cancellation),
                text[..Math.Min(1200, text.Length)]);
        }
    }

    private static async Task CheckAsync(string program, string[] arguments, string? folder, bool withEd25519)
    {
        var signed = await SignAllAsync(withEd25519);
        var input = string.Concat(signed.Select(one => JsonSerializer.Serialize(
            new { message = Convert.ToBase64String(TestSigner.Bytes(one.Text)), record = one.Record }) + "\n"));

        var verdicts = (await RunAsync(program, arguments, folder, Encoding.UTF8.GetBytes(input))).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(signed.Count, verdicts.Length);
        Assert.All(verdicts.Zip(signed), pair => Assert.True(pair.First == "pass", $"{pair.First}\n{pair.Second.Text[..Math.Min(1200, pair.Second.Text.Length)]}"));
    }

    private static async Task<List<(string Text, string Record, bool IsEdwards)>> SignAllAsync(bool withEd25519)
    {
        var signed = new List<(string, string, bool)>();
        foreach (var source in withEd25519 ? new[] { TestSigner.Rsa2048, TestSigner.Ed25519 } : [TestSigner.Rsa2048])
        {
            using var key = PemSigningKey.Load(source.Pem);
            foreach (var header in Enum.GetValues<SignatureCanonicalization>())
            {
                foreach (var body in Enum.GetValues<SignatureCanonicalization>())
                {
                    var signer = new DkimSigner(
                        [new DkimSigningIdentity { Domain = DomainName.Parse("example.com").Value!, Selector = "s", Key = key, UserIdentity = "alice@example.com" }],
                        new DkimSignerOptions { HeaderCanonicalization = header, BodyCanonicalization = body });
                    foreach (var message in Messages)
                    {
                        var signing = await signer.SignAsync(TestSigner.Bytes(message), Cancellation);
                        signed.Add((signing.Fields.Single() + "\r\n" + message, key.Record, source == TestSigner.Ed25519));
                    }
                }
            }
        }

        return signed;
    }

    // Every line ends with CRLF: programs that read lines make it so.
    private static IEnumerable<string> Messages
    {
        get
        {
            yield return DkimSignerTests.Plain;
            yield return "From: alice@example.com\r\nSubject: no body\r\n\r\n";
            yield return "From:\r\n alice@example.com\r\nSubject:\r\n\tfolded at once,\r\n  twice \r\nTO: bob@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n\r\n--b\r\n\r\n  part \t one\r\n--b--\r\n";
            yield return "From: =?utf-8?q?J=C3=B6rg?= <alice@example.com>\r\nSubject: Gr\u00c3\u00bc\u00c3\u009fe\r\nTo: j\u00c3\u00b6rg@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nMIME-Version: 1.0\r\n\r\nGr\u00c3\u00bc\u00c3\u009fe\r\n\r\n\r\n";
            yield return "From: alice@example.com\r\nSubject: long\r\n\r\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"{new string('x', i % 90)} \t{i}\r\n{(i % 9 == 0 ? "\r\n" : string.Empty)}"));
        }
    }

    private static void SkipUnless(bool present, string what) => Assert.SkipUnless(present, $"Not installed: {what}.");

    private static async Task<bool> RunsAsync(string program, string[] arguments)
    {
        try
        {
            using var process = Start(program, arguments, null);
            process.StandardInput.Close();
            await process.WaitForExitAsync(Cancellation);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string? folder, byte[] input)
    {
        using var process = Start(program, arguments, folder);
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.StandardInput.BaseStream.WriteAsync(input, Cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await errors}");
        return await output;
    }

    private static Process Start(string program, string[] arguments, string? folder) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder ?? string.Empty,
    })!;

    private sealed class Locator(string record, bool isEdwards) : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default)
        {
            var octets = Convert.FromBase64String(record.Split("p=")[1]);
            return isEdwards ? new Ed25519PublicKeyParameters(octets) : PublicKeyFactory.CreateKey(octets);
        }

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
