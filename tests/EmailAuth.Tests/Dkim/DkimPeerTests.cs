using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Security;
using Xunit;
using DkimSigner = MimeKit.Cryptography.DkimSigner;
using DkimVerifier = EmailAuth.Dkim.DkimVerifier;

namespace EmailAuth.Tests.Dkim;

/// <summary>
/// What other programs sign verifies here; with one byte of what is signed changed it fails, with one of what is not it passes still. One
/// process a peer signs the whole matrix.
/// </summary>
public class DkimPeerTests
{
    private const string Python = """
        import sys, json, base64, dkim
        for line in sys.stdin:
            o = json.loads(line)
            m = base64.b64decode(o['message'])
            ed = o['algorithm'].startswith('ed25519')
            key = o['seed'].encode() if ed else o['pem'].encode()
            h, b = o['canonicalization'].split('/')
            sig = dkim.sign(m, b's', b'example.com', key, canonicalize=(h.encode(), b.encode()), signature_algorithm=o['algorithm'].encode(),
                            include_headers=[b'From', b'To', b'Subject', b'Date', b'Content-Type'])
            print(json.dumps({'signed': base64.b64encode(sig + m).decode()}), flush=True)
        """;

    private const string Perl = """
        use strict; use MIME::Base64; use JSON::PP; use Mail::DKIM::Signer; use Mail::DKIM::PrivateKey;
        while (my $line = <STDIN>) {
            my $o = decode_json($line);
            my $pem = $o->{pkcs1}; $pem =~ s/-----[^-]+-----//g; $pem =~ s/\s+//g;
            my $signer = Mail::DKIM::Signer->new(Algorithm => $o->{algorithm}, Method => $o->{canonicalization}, Domain => 'example.com',
                Selector => 's', Key => Mail::DKIM::PrivateKey->load(Data => $pem));
            $signer->PRINT(decode_base64($o->{message})); $signer->CLOSE;
            my $sig = $signer->signature->as_string; $sig =~ s/\015?\012/\015\012/g;
            print encode_json({ signed => encode_base64($sig . "\015\012" . decode_base64($o->{message}), '') }), "\n";
        }
        """;

    private const string Node = """
        const { dkimSign } = require('mailauth/lib/dkim/sign'); const readline = require('readline');
        (async () => {
            for await (const line of readline.createInterface({ input: process.stdin })) {
                const o = JSON.parse(line); const m = Buffer.from(o.message, 'base64');
                const r = await dkimSign(m, { canonicalization: o.canonicalization, algorithm: o.algorithm, signTime: new Date(1700000000000),
                    signatureData: [{ signingDomain: 'example.com', selector: 's', privateKey: o.pem }] });
                if (r.errors.length) throw r.errors[0].err || new Error(JSON.stringify(r.errors));
                process.stdout.write(JSON.stringify({ signed: Buffer.concat([Buffer.from(r.signatures), m]).toString('base64') }) + '\n');
            }
        })();
        """;

    private static readonly string[] Canonicalizations = ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_dkimpy_signs_verifies()
    {
        SkipUnless(await RunsAsync("/usr/bin/python3", ["-c", "import dkim, nacl"]), "python3-dkim and python3-nacl");
        await CheckAsync(await SignAllAsync("/usr/bin/python3", ["-c", Python], null, withEd25519: true));
    }

    [Fact]
    public async Task What_Mail_DKIM_signs_verifies()
    {
        SkipUnless(await RunsAsync("perl", ["-MMail::DKIM", "-MJSON::PP", "-e", "1"]), "libmail-dkim-perl");
        await CheckAsync(await SignAllAsync("perl", ["-e", Perl], null, withEd25519: false));
    }

    [Fact]
    public async Task What_mailauth_signs_verifies()
    {
        // A folder in which "npm install mailauth node" was run.
        var folder = Environment.GetEnvironmentVariable("EMAILAUTH_MAILAUTH");
        SkipUnless(folder is not null && Directory.Exists(Path.Combine(folder, "node_modules", "mailauth")), "npm's mailauth (EMAILAUTH_MAILAUTH names its folder)");
        await CheckAsync(await SignAllAsync(Path.Combine(folder!, "node_modules", ".bin", "node"), ["-e", Node], folder, withEd25519: true));
    }

    [Fact]
    public async Task What_opendkim_signs_verifies()
    {
        SkipUnless(await RunsAsync("opendkim-testmsg", ["-d"], anyExit: true), "opendkim-tools");
        var key = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(key, TestSigner.Rsa2048.RsaKey.ExportRSAPrivateKeyPem(), Cancellation);
            var signed = new List<Signed>();
            foreach (var message in Messages)
            {
                var output = await RunAsync("opendkim-testmsg", ["-C", "-d", "example.com", "-s", "s", "-k", key], null, TestSigner.Bytes(message));
                var text = Encoding.Latin1.GetString(output);
                Assert.StartsWith("DKIM-Signature:", text, StringComparison.Ordinal);
                signed.Add(new Signed(text, TestSigner.Rsa2048, message));
            }

            // It signs with rsa-sha1 alone, which is refused but for archives.
            Assert.Equal(SignatureResultCode.PermError, (await OneAsync(new DkimVerifier(TestSigner.Rsa2048.Resolver()), signed[0].Text)).Code);
            await CheckAsync(signed, ArchiveOptions.Dkim);
        }
        finally
        {
            File.Delete(key);
        }
    }

    [Fact]
    public async Task What_MimeKit_signs_verifies()
    {
        var key = DotNetUtilities.GetRsaKeyPair(TestSigner.Rsa2048.RsaKey).Private;
        var signed = new List<Signed>();
        foreach (var canonicalization in Canonicalizations)
        {
            foreach (var text in Messages)
            {
                using var stream = new MemoryStream(TestSigner.Bytes(text));
                var message = await MimeMessage.LoadAsync(stream, Cancellation);
                var signer = new DkimSigner(key, "example.com", "s", DkimSignatureAlgorithm.RsaSha256)
                {
                    HeaderCanonicalizationAlgorithm = canonicalization.StartsWith('r') ? DkimCanonicalizationAlgorithm.Relaxed : DkimCanonicalizationAlgorithm.Simple,
                    BodyCanonicalizationAlgorithm = canonicalization.EndsWith("relaxed", StringComparison.Ordinal) ? DkimCanonicalizationAlgorithm.Relaxed : DkimCanonicalizationAlgorithm.Simple,
                };
                var format = FormatOptions.Default.Clone();
                format.NewLineFormat = NewLineFormat.Dos;
                signer.Sign(format, message, [HeaderId.From, HeaderId.To, HeaderId.Subject, HeaderId.Date, HeaderId.ContentType]);
                using var output = new MemoryStream();
                await message.WriteToAsync(format, output, Cancellation);
                signed.Add(new Signed(Encoding.Latin1.GetString(output.ToArray()), TestSigner.Rsa2048, text));
            }
        }

        await CheckAsync(signed);
    }

    private static IEnumerable<string> Messages
    {
        get
        {
            const string header = "X-Unsigned: one\r\nFrom: Alice <alice@example.com>\r\nTo: bob@example.org,\r\n\tcarol@example.net\r\nSubject: An  odd \t subject\r\n  that is folded \r\nDate: Mon, 6 Jul 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n";
            yield return header + "\r\nHello.\r\n";
            yield return header + "\r\n  Hello, \t  with  white   space \t\r\n\r\n\t\r\nand lines. \r\n\r\n\r\n";
            yield return header + "\r\nGr\u00c3\u00bc\u00c3\u009fe, und ein langer Satz in UTF-8.\r\n"; // octets of UTF-8
            yield return header + "\r\n" + string.Concat(Enumerable.Range(0, 2500).Select(i => $"Line {i} of  a long message, {new string('x', i % 60)} \r\n{(i % 7 == 0 ? "\r\n" : string.Empty)}"));
            yield return "X-Unsigned: one\r\nFrom:\r\n alice@example.com\r\nSubject:\r\n\tfolded at once\r\nDate: Mon, 6 Jul 2026 10:00:00 +0000\r\nTo: bob@example.org\r\nContent-Type: text/plain\r\n\r\nHello.\r\n";
        }
    }

    private static async Task CheckAsync(IReadOnlyCollection<Signed> all, DkimOptions? options = null)
    {
        Assert.NotEmpty(all);
        foreach (var (text, signer, source) in all)
        {
            var verifier = new DkimVerifier(signer.Resolver(), options ?? new DkimOptions { FutureTolerance = TimeSpan.FromDays(3660) });
            var (header, body) = (text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)], text[text.IndexOf("\r\n\r\n", StringComparison.Ordinal)..]);
            var whole = await OneAsync(verifier, text);
            Assert.True(whole.Code == SignatureResultCode.Pass, $"{whole.Reason}\n{header}\n({source.Length} octets)");

            var subject = await OneAsync(verifier, header.Replace("folded", "falded", StringComparison.Ordinal) + body);
            Assert.Equal((SignatureResultCode.Fail, DkimCheck.Differs, DkimCheck.Matches), (subject.Code, subject.HeaderCheck, subject.BodyCheck));

            var signsUnsigned = whole.Signature!.FieldNames.Contains("x-unsigned", StringComparer.Ordinal);
            var unsigned = await OneAsync(verifier, header.Replace("X-Unsigned: one", "X-Unsigned: two", StringComparison.Ordinal) + body);
            Assert.Equal(signsUnsigned ? SignatureResultCode.Fail : SignatureResultCode.Pass, unsigned.Code);

            var changed = body.LastIndexOf('e');
            var altered = await OneAsync(verifier, string.Concat(header, body.AsSpan(0, changed), "E", body.AsSpan(changed + 1)));
            Assert.Equal((SignatureResultCode.Fail, DkimCheck.Matches, DkimCheck.Differs), (altered.Code, altered.HeaderCheck, altered.BodyCheck));
        }
    }

    private static async Task<DkimResult> OneAsync(DkimVerifier verifier, string text) =>
        Assert.Single((await verifier.VerifyAsync(TestSigner.Bytes(text), Cancellation)).Signatures);

    private static async Task<List<Signed>> SignAllAsync(string program, string[] arguments, string? folder, bool withEd25519)
    {
        var cases = (from signer in withEd25519 ? new[] { TestSigner.Rsa2048, TestSigner.Ed25519 } : [TestSigner.Rsa2048]
                     from canonicalization in Canonicalizations
                     from message in Messages
                     select (signer, canonicalization, message)).ToList();
        var input = string.Concat(cases.Select(one => JsonSerializer.Serialize(new
        {
            message = Convert.ToBase64String(TestSigner.Bytes(one.message)),
            canonicalization = one.canonicalization,
            algorithm = one.signer == TestSigner.Ed25519 ? "ed25519-sha256" : "rsa-sha256",
            pem = one.signer.Pem,
            pkcs1 = TestSigner.Rsa2048.RsaKey.ExportRSAPrivateKeyPem(),
            seed = one.signer == TestSigner.Ed25519 ? one.signer.Seed : string.Empty,
        }) + "\n"));
        var lines = Encoding.UTF8.GetString(await RunAsync(program, arguments, folder, Encoding.UTF8.GetBytes(input))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases.Count, lines.Length);
        return [.. cases.Zip(lines, (one, line) => new Signed(
            Encoding.Latin1.GetString(JsonDocument.Parse(line).RootElement.GetProperty("signed").GetBytesFromBase64()), one.signer, one.message))];
    }

    private static void SkipUnless(bool present, string what)
    {
        if (!present)
        {
            Assert.Skip($"Not installed: {what}.");
        }
    }

    private static async Task<bool> RunsAsync(string program, string[] arguments, bool anyExit = false)
    {
        try
        {
            using var process = Start(program, arguments, null);
            process.StandardInput.Close();
            await process.WaitForExitAsync(Cancellation);
            return anyExit || process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<byte[]> RunAsync(string program, string[] arguments, string? folder, byte[] input)
    {
        using var process = Start(program, arguments, folder);
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, Cancellation);
        await process.StandardInput.BaseStream.WriteAsync(input, Cancellation);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await errors}");
        return output.ToArray();
    }

    private static Process Start(string program, string[] arguments, string? folder) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder ?? string.Empty,
    })!;

    private sealed record Signed(string Text, TestSigner Signer, string Source);
}
