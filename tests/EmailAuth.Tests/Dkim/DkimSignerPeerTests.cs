using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
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
    public async Task What_we_sign_verifies_in_opendkim()
    {
        var program = Find("opendkim");
        SkipUnless(program is not null, "opendkim");
        var folder = Directory.CreateTempSubdirectory("emailauth-opendkim-");
        try
        {
            // From a file it drops the white space after the colon of a field, a line end too, which the simple form of a header keeps.
            var signed = (await SignAllAsync(withEd25519: true))
                .FindAll(static one => !(one.Text.Contains("c=simple/", StringComparison.Ordinal) && one.Text.Contains("From:\r\n", StringComparison.Ordinal)));
            Assert.Equal(44, signed.Count);
            await File.WriteAllLinesAsync(Path.Combine(folder.FullName, "keys"), signed.Select(one => $"{one.Name} {one.Record}").Distinct(), Cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "conf"), $"Mode v\nTestPublicKeys {folder.FullName}/keys\nSyslog no\n", Cancellation);
            for (var index = 0; index < signed.Count; index++)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{index}.eml"), TestSigner.Bytes(signed[index].Text), Cancellation);
            }

            // It reads a list of files, and says of each what came out.
            var files = string.Join(',', Enumerable.Range(0, signed.Count).Select(index => Path.Combine(folder.FullName, $"{index}.eml")));
            var said = await RunAsync(program!, ["-x", Path.Combine(folder.FullName, "conf"), "-t", files], null, []);
            var verdicts = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(signed.Count, verdicts.Length);
            Assert.All(verdicts.Zip(signed), pair => Assert.True(pair.First.EndsWith("succeeded", StringComparison.Ordinal), $"{pair.First}\n{Start(pair.Second)}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_we_sign_verifies_in_rspamd()
    {
        var program = Find("rspamd");
        SkipUnless(program is not null && NsdServer.Program is not null, "rspamd and nsd");
        var signed = await SignAllAsync(withEd25519: true);
        var keys = signed.Select(one => (one.Name, one.Record)).Distinct()
            .ToDictionary(pair => pair.Name, pair => (object)new[] { new { type = "TXT", data = pair.Record } }, StringComparer.Ordinal);
        await using var dns = await NsdServer.StartAsync(Zone.Parse(JsonSerializer.Serialize(keys)).Value!, Cancellation);
        await using var rspamd = await RspamdServer.StartAsync(program!, dns.EndPoint, Cancellation);
        await Parallel.ForEachAsync(signed, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (one, cancellation) =>
        {
            var symbols = await rspamd.SymbolsAsync(TestSigner.Bytes(one.Text), cancellation);
            Assert.True(symbols.Contains("R_DKIM_ALLOW"), $"{string.Join(' ', symbols)}\n{Start(one)}");
        });
    }

    [Fact]
    public async Task What_we_sign_verifies_in_MimeKit()
    {
        foreach (var (text, name, record) in await SignAllAsync(withEd25519: true))
        {
            using var stream = new MemoryStream(TestSigner.Bytes(text));
            var message = await MimeMessage.LoadAsync(stream, Cancellation);
            var verifier = new global::MimeKit.Cryptography.DkimVerifier(new Locator(record, name.StartsWith('e')));
            Assert.True(
                await verifier.VerifyAsync(message, message.Headers.First(field => field.Id == HeaderId.DkimSignature), Cancellation),
                Start((text, name, record)));
        }
    }

    private static async Task CheckAsync(string program, string[] arguments, string? folder, bool withEd25519)
    {
        var signed = await SignAllAsync(withEd25519);
        var input = string.Concat(signed.Select(one => JsonSerializer.Serialize(
            new { message = Convert.ToBase64String(TestSigner.Bytes(one.Text)), record = one.Record }) + "\n"));

        var verdicts = (await RunAsync(program, arguments, folder, Encoding.UTF8.GetBytes(input))).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(signed.Count, verdicts.Length);
        Assert.All(verdicts.Zip(signed), pair => Assert.True(pair.First == "pass", $"{pair.First}\n{Start(pair.Second)}"));
    }

    private static string Start((string Text, string Name, string Record) signed) => signed.Text[..Math.Min(1200, signed.Text.Length)];

    private static string? Find(string program) =>
        new[] { "/usr/sbin", "/usr/bin" }.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    // The message, and the name and the text of its key's record.
    private static async Task<List<(string Text, string Name, string Record)>> SignAllAsync(bool withEd25519)
    {
        var signed = new List<(string, string, string)>();
        foreach (var source in withEd25519 ? new[] { TestSigner.Rsa2048, TestSigner.Ed25519 } : [TestSigner.Rsa2048])
        {
            using var key = PemSigningKey.Load(source.Pem);
            var selector = source == TestSigner.Ed25519 ? "e" : "r";
            foreach (var header in Enum.GetValues<SignatureCanonicalization>())
            {
                foreach (var body in Enum.GetValues<SignatureCanonicalization>())
                {
                    var signer = new DkimSigner(
                        [new DkimSigningIdentity { Domain = DomainName.Parse("example.com").Value!, Selector = selector, Key = key, UserIdentity = "alice@example.com" }],
                        new DkimSignerOptions { HeaderCanonicalization = header, BodyCanonicalization = body });
                    foreach (var message in Messages)
                    {
                        var signing = await signer.SignAsync(TestSigner.Bytes(message), Cancellation);
                        signed.Add((signing.Fields.Single() + "\r\n" + message, $"{selector}._domainkey.example.com", key.Record));
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
            yield return "From: alice@example.com\r\nSubject: 5 MB\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 78) + "\r\n", 65_536));
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
