using System.Diagnostics;
using System.Text;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace EmailAuth.Tests.Arc;

/// <summary>Another program that seals and verifies chains. All have one RSA key, at selector "s" of any domain.</summary>
internal abstract class ArcPeer(string name)
{
    public static ArcPeer Dkimpy { get; } = new DkimpyPeer();

    public static ArcPeer MimeKit { get; } = new MimeKitPeer();

    public static ArcPeer Mailauth { get; } = new MailauthPeer();

    public string Name => name;

    /// <summary>Why the peer cannot be asked, or null.</summary>
    public virtual Task<string?> WhyNotAsync() => Task.FromResult<string?>(null);

    /// <summary>The message with a set on top, sealed as a domain after a chain of a status arrived.</summary>
    public abstract Task<string> SealAsync(string message, string domain, string status);

    /// <summary>pass, fail or none.</summary>
    public abstract Task<string> VerifyAsync(string message);

    public override string ToString() => name;

    private static async Task<string?> RunAsync(string program, string[] arguments, string? input)
    {
        if (!File.Exists(program))
        {
            return null;
        }

        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.Latin1,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["ARC_KEY"] = TestSigner.Rsa2048.RsaKey.ExportRSAPrivateKeyPem();
        start.Environment["ARC_RECORD"] = TestSigner.Rsa2048.Record;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : input is null ? null : throw new InvalidOperationException(await error);
    }

    private sealed class DkimpyPeer() : ArcPeer("dkimpy")
    {
        private const string Python = "/usr/bin/python3";

        private const string Script = """
            import sys, os, dkim
            message = sys.stdin.buffer.read()
            if sys.argv[1] == 'verify':
                print((dkim.arc_verify(message, dnsfunc=lambda name, timeout=5: os.environb[b'ARC_RECORD'])[0] or b'closed').decode(), end='')
            else:
                domain = sys.argv[2].encode()
                seal = dkim.arc_sign(message, b's', domain, os.environb[b'ARC_KEY'], domain, include_headers=[b'from', b'to', b'subject'])
                sys.stdout.buffer.write(b''.join(seal) + message)
            """;

        public override async Task<string?> WhyNotAsync() =>
            await RunAsync(Python, ["-c", "import dkim, authres"], null) is null ? "python3-dkim or python3-authres is not installed" : null;

        public override async Task<string> SealAsync(string message, string domain, string status) =>
            (await RunAsync(Python, ["-c", Script, "seal", domain], $"Authentication-Results: {domain}; arc={status}; spf=pass\r\n{message}"))!;

        public override async Task<string> VerifyAsync(string message) => (await RunAsync(Python, ["-c", Script, "verify"], message))!;
    }

    private sealed class MailauthPeer() : ArcPeer("mailauth")
    {
        private const string Script = """
            const { authenticate } = require('mailauth');
            (async () => {
                const message = require('fs').readFileSync(0);
                const missing = () => Object.assign(new Error('none'), { code: 'ENOTFOUND' });
                const resolver = async name => { if (name.startsWith('s._domainkey.')) return [[process.env.ARC_RECORD]]; throw missing(); };
                const options = { resolver, mta: 'mx.example.net', ip: '192.0.2.1', helo: 'mail.example.org', sender: 'a@example.org', disableBimi: true };
                if (process.argv[1] === 'seal')
                    options.seal = { signingDomain: process.argv[2], selector: 's', privateKey: process.env.ARC_KEY };
                const result = await authenticate(message, options);
                process.stdout.write(process.argv[1] === 'seal' ? Buffer.concat([Buffer.from(result.headers), message]) : result.arc.status.result);
            })().catch(error => { console.error(error); process.exit(1); });
            """;

        private static readonly string Node = OperatingSystem.IsLinux() ? "/usr/bin/node" : "node";

        public override async Task<string?> WhyNotAsync() =>
            await RunAsync(Node, ["-e", "require('mailauth')"], null) is null ? "node cannot find mailauth (npm install mailauth, NODE_PATH)" : null;

        public override async Task<string> SealAsync(string message, string domain, string status) =>
            (await RunAsync(Node, ["-e", Script, "seal", domain], message))!;

        public override async Task<string> VerifyAsync(string message) => (await RunAsync(Node, ["-e", Script, "verify"], message))!;
    }

    private sealed class MimeKitPeer() : ArcPeer("MimeKit")
    {
        public override Task<string> SealAsync(string message, string domain, string status)
        {
            using var parsed = Parse(message);
            using var key = new MemoryStream(Encoding.ASCII.GetBytes(TestSigner.Rsa2048.RsaKey.ExportRSAPrivateKeyPem()));
            new Signer(key, domain, status).Sign(parsed, ["From", "To", "Subject"]);
            using var written = new MemoryStream();
            parsed.WriteTo(Dos(), written, CancellationToken.None);
            return Task.FromResult(Encoding.Latin1.GetString(written.ToArray()));
        }

        public override Task<string> VerifyAsync(string message)
        {
            using var parsed = Parse(message);
            var result = new global::MimeKit.Cryptography.ArcVerifier(new Locator()).Verify(parsed, CancellationToken.None);
            return Task.FromResult(result.Chain.ToString().ToLowerInvariant());
        }

        private static MimeMessage Parse(string message) => MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(message)));

        private static FormatOptions Dos()
        {
            var format = FormatOptions.Default.Clone();
            format.NewLineFormat = NewLineFormat.Dos;
            return format;
        }

        private sealed class Signer(Stream key, string domain, string status) : ArcSigner(key, domain, "s")
        {
            protected override AuthenticationResults GenerateArcAuthenticationResults(
                FormatOptions options, MimeMessage message, CancellationToken cancellationToken)
            {
                var results = new AuthenticationResults(Domain);
                results.Results.Add(new AuthenticationMethodResult("arc", status));
                return results;
            }

            protected override Task<AuthenticationResults> GenerateArcAuthenticationResultsAsync(
                FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
                Task.FromResult(GenerateArcAuthenticationResults(options, message, cancellationToken));
        }

        private sealed class Locator : DkimPublicKeyLocatorBase
        {
            public override AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
                KeyOf(domain);

            public override Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
                string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
                Task.FromResult(KeyOf(domain));

            private static AsymmetricKeyParameter KeyOf(string domain) =>
                GetPublicKey(domain == "ed25519.example" ? TestSigner.Ed25519.Record : TestSigner.Rsa2048.Record);
        }
    }
}
