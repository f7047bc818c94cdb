using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using NATS.NKeys;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary>Servers that ask who we are, and TLS.</summary>
/// <remarks>A server gives a client 2 s to say who it is, which a busy machine can need to start one.</remarks>
public sealed class NatsCredentialsTests
{
    private const string Secret = "kX7-not-a-password";
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task A_password_is_taken_from_a_file_or_the_environment()
    {
        await using var server = await NatsServer.StartAsync($"authorization {{ timeout: 120, user: joe, password: \"{Secret}\" }}");
        using var folder = new TemporaryFolder();
        var file = SecretFile(folder, Secret);
        await AdmittedAsync(server.Url, "--nats-user", "joe", "--nats-password-file", file);
        var run = await CommandRun.WithEnvironmentAsync("EMAILAUTH_NATS_PASSWORD", Secret, Arguments(server.Url, "--nats-user", "joe"));
        Assert.Equal((3, "emailauth: there is no stream 'MAIL': make it, or let --create do it\n"), (run.ExitCode, run.Error));
        await RefusedAsync(server.Url, Secret, "--nats-user", "joe", "--nats-password-file", SecretFile(folder, Secret + "x"));
        await RefusedAsync(server.Url, Secret);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, Own | UnixFileMode.OtherRead);
        }

        var open = await CommandRun.OfAsync(Arguments(server.Url, "--nats-user", "joe", "--nats-password-file", file));
        Assert.Contains("others can read or change it: chmod 600", open.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_taken_from_a_file_or_the_environment()
    {
        await using var server = await NatsServer.StartAsync($"authorization {{ timeout: 120, token: \"{Secret}\" }}");
        using var folder = new TemporaryFolder();
        await AdmittedAsync(server.Url, "--nats-token-file", SecretFile(folder, Secret + "\n"));
        var run = await CommandRun.WithEnvironmentAsync("EMAILAUTH_NATS_TOKEN", Secret, Arguments(server.Url));
        Assert.Contains("there is no stream 'MAIL'", run.Error, StringComparison.Ordinal);
        await RefusedAsync(server.Url, Secret, "--nats-token-file", SecretFile(folder, "another"));
    }

    [Fact]
    public async Task An_NKey_signs_with_the_seed_of_a_file()
    {
        using var pair = KeyPair.CreatePair(PrefixByte.User);
        using var other = KeyPair.CreatePair(PrefixByte.User);
        await using var server = await NatsServer.StartAsync($"authorization {{ timeout: 120, users: [ {{ nkey: {pair.GetPublicKey()} }} ] }}");
        using var folder = new TemporaryFolder();
        await AdmittedAsync(server.Url, "--nats-nkey", SecretFile(folder, pair.GetSeed()));
        await AdmittedAsync(server.Url, "--nats-nkey", SecretFile(folder, $"# seed\n{pair.GetSeed()}\n{pair.GetPublicKey()}\n"));
        await RefusedAsync(server.Url, other.GetSeed(), "--nats-nkey", SecretFile(folder, other.GetSeed()));
        var wrong = await CommandRun.OfAsync(Arguments(server.Url, "--nats-nkey", SecretFile(folder, "SUnonsense")));
        Assert.Contains("the seed of --nats-nkey is not one of a user's NKey", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(3, wrong.ExitCode);
    }

    [Fact]
    public async Task Credentials_of_an_operator_are_taken_from_a_file()
    {
        using var operatorKey = KeyPair.CreatePair(PrefixByte.Operator);
        using var accountKey = KeyPair.CreatePair(PrefixByte.Account);
        using var systemKey = KeyPair.CreatePair(PrefixByte.Account);
        using var userKey = KeyPair.CreatePair(PrefixByte.User);
        const string Limits = """{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1,"mem_storage":-1,"disk_storage":-1,"streams":-1,"consumer":-1}""";
        var operatorToken = Token(operatorKey, operatorKey, """{"type":"operator","version":2}""");
        var accountToken = Token(operatorKey, accountKey, $$"""{"type":"account","version":2,"limits":{{Limits}}}""");
        var systemToken = Token(operatorKey, systemKey, """{"type":"account","version":2,"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"conn":-1,"leaf":-1}}""");
        var userToken = Token(accountKey, userKey, """{"type":"user","version":2,"subs":-1,"data":-1,"payload":-1}""");
        await using var server = await NatsServer.StartAsync($$"""
            operator: {{operatorToken}}
            system_account: {{systemKey.GetPublicKey()}}
            resolver: MEMORY
            authorization { timeout: 120 }
            resolver_preload: { {{accountKey.GetPublicKey()}}: {{accountToken}}, {{systemKey.GetPublicKey()}}: {{systemToken}} }
            """);
        using var folder = new TemporaryFolder();
        var credentials = $"-----BEGIN NATS USER JWT-----\n{userToken}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{userKey.GetSeed()}\n------END USER NKEY SEED------\n";
        await AdmittedAsync(server.Url, "--nats-creds", SecretFile(folder, credentials));
        var run = await CommandRun.WithEnvironmentAsync("EMAILAUTH_NATS_CREDS", credentials, Arguments(server.Url));
        Assert.Contains("there is no stream 'MAIL'", run.Error, StringComparison.Ordinal);
        await RefusedAsync(server.Url, userKey.GetSeed());
    }

    [Fact]
    public async Task The_rights_that_the_page_names_are_enough()
    {
        await using var server = await NatsServer.StartAsync($$"""
            no_auth_user: operator
            authorization { timeout: 120, users: [
              { user: operator, password: "{{Secret}}" },
              { user: worker, password: "{{Secret}}", permissions: {
                publish: ["$JS.API.STREAM.INFO.*", "$JS.API.STREAM.NAMES", "$JS.API.CONSUMER.INFO.MAIL.judge", "$JS.API.CONSUMER.MSG.NEXT.MAIL.judge",
                  "$JS.ACK.MAIL.judge.>", "results.>"], subscribe: ["_INBOX.>"] } },
              { user: submitter, password: "{{Secret}}", permissions: {
                publish: ["$JS.API.STREAM.INFO.*", "$JS.API.STREAM.NAMES", "MAIL.lines"], subscribe: ["_INBOX.>"] } }
            ] }
            """);
        await using var work = new NatsWork(server);
        await work.CreateAsync(TimeSpan.FromSeconds(30));
        using var folder = new TemporaryFolder();
        var file = SecretFile(folder, Secret);
        var lines = folder.Write("lines.jsonl", NatsWork.Lines(2) + "nonsense\n");
        var submitted = await CommandRun.OfAsync(work.SubmitArguments("--nats-user", "submitter", "--nats-password-file", file, "--lines", lines));
        Assert.Equal((0, "3 messages submitted\n", ""), (submitted.ExitCode, submitted.Output, submitted.Error));
        using var worker = WorkerProcess.Start(work.WorkerArguments("--nats-user", "worker", "--nats-password-file", file));
        await work.UntilDoneAsync(3);
        var (exitCode, error) = await worker.StopAsync();
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("the NATS server says", error, StringComparison.Ordinal);
        Assert.Single(await work.ReadAsync($"{NatsWork.Results}.dead.*"));
    }

    [Fact]
    public async Task A_right_that_is_missing_ends_the_run_and_is_named()
    {
        const string Needed = "\"$JS.API.STREAM.INFO.*\", \"$JS.API.STREAM.NAMES\", \"$JS.API.CONSUMER.INFO.MAIL.judge\"";
        await using var server = await NatsServer.StartAsync($$"""
            no_auth_user: operator
            authorization { timeout: 120, users: [
              { user: operator, password: "{{Secret}}" },
              { user: asks, password: "{{Secret}}", permissions: { publish: ["MAIL.lines"], subscribe: ["_INBOX.>"] } },
              { user: submits, password: "{{Secret}}", permissions: { publish: [{{Needed}}], subscribe: ["_INBOX.>"] } },
              { user: hears, password: "{{Secret}}", permissions: { publish: [{{Needed}}, "MAIL.lines"], subscribe: ["other.>"] } },
              { user: pulls, password: "{{Secret}}", permissions: { publish: [{{Needed}}, "results.>"], subscribe: ["_INBOX.>"] } },
              { user: stores, password: "{{Secret}}", permissions: { publish: [{{Needed}}, "$JS.API.CONSUMER.MSG.NEXT.MAIL.judge", "$JS.ACK.>"], subscribe: ["_INBOX.>"] } },
              { user: acknowledges, password: "{{Secret}}", permissions: { publish: [{{Needed}}, "$JS.API.CONSUMER.MSG.NEXT.MAIL.judge", "results.>"], subscribe: ["_INBOX.>"] } }
            ] }
            """);
        await using var work = new NatsWork(server);
        await work.CreateAsync(TimeSpan.FromSeconds(30));
        await work.PutAsync(Encoding.UTF8.GetBytes(NatsWork.Lines(1)));
        using var folder = new TemporaryFolder();
        var file = SecretFile(folder, Secret);
        var lines = folder.Write("lines.jsonl", NatsWork.Lines(2));
        await DeniedAsync("Permissions Violation for Publish to \"$JS.API.STREAM.INFO.MAIL\"", work.SubmitArguments("--nats-user", "asks", "--lines", lines));
        await DeniedAsync("Permissions Violation for Publish to \"MAIL.lines\"", work.SubmitArguments("--nats-user", "submits", "--lines", lines));
        await DeniedAsync("Permissions Violation for Subscription to \"_INBOX.", work.SubmitArguments("--nats-user", "hears", "--lines", lines));
        await DeniedAsync("Permissions Violation for Publish to \"$JS.API.CONSUMER.MSG.NEXT.MAIL.judge\"", work.WorkerArguments("--nats-user", "pulls"));
        await DeniedAsync("Permissions Violation for Publish to \"results.", work.WorkerArguments("--nats-user", "stores"));
        Assert.Empty(await work.ReadAsync());
        await work.MakeConsumerAgainAsync(TimeSpan.FromSeconds(30));
        await DeniedAsync("Permissions Violation for Publish to \"$JS.ACK.MAIL.judge.", work.WorkerArguments("--nats-user", "acknowledges"));

        // What was not acknowledged is there for a worker that may do it, and has one result.
        await work.MakeConsumerAgainAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await work.LinesLeftAsync());
        using var worker = WorkerProcess.Start(work.WorkerArguments());
        await work.UntilEmptyAsync();
        Assert.Equal(0, (await worker.StopAsync()).ExitCode);
        Assert.Single(await work.ReadAsync());

        async Task DeniedAsync(string what, string[] arguments)
        {
            var run = await CommandRun.OfAsync([.. arguments, "--nats-password-file", file]);
            Assert.Equal((3, ""), (run.ExitCode, run.Output));
            var line = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            Assert.StartsWith($"emailauth: the NATS server denies what is needed: {what}", line, StringComparison.Ordinal);
            Assert.EndsWith(": give this user the right", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TLS_is_verified_and_a_client_certificate_is_shown()
    {
        using var folder = new TemporaryFolder();
        var (authority, otherAuthority) = (folder.PathOf("ca.pem"), folder.PathOf("other.pem"));
        MakeCertificates(folder, authority, "server", "client");
        MakeCertificates(folder, otherAuthority, "other-server", "other-client");
        await using var server = await NatsServer.StartAsync(
            $$"""tls { timeout: 120, cert_file: "{{folder.PathOf("server.pem")}}", key_file: "{{folder.PathOf("server.key")}}", ca_file: "{{authority}}", verify: true }""");
        string[] certificate = ["--nats-cert", folder.PathOf("client.pem"), "--nats-cert-key", folder.PathOf("client.key")];
        await AdmittedAsync(server.TlsUrl, ["--nats-ca", authority, .. certificate]);
        await RefusedAsync(server.TlsUrl, Secret, ["--nats-ca", otherAuthority, .. certificate]);
        await RefusedAsync(server.TlsUrl, Secret, "--nats-ca", authority);
        await RefusedAsync(server.TlsUrl, Secret, certificate);

        // A server without TLS gets nothing.
        await using var plain = await NatsServer.StartAsync();
        await RefusedAsync(plain.TlsUrl, Secret);
        await RefusedAsync(plain.Url, Secret, "--nats-ca", authority);
    }

    private static string[] Arguments(string url, params string[] options) => ["submit", "--nats", url, "--stream", "MAIL", .. options, "testdata/messages"];

    // The server answers a question: it has let us in.
    private static async Task AdmittedAsync(string url, params string[] options)
    {
        var run = await CommandRun.OfAsync(Arguments(url, options));
        Assert.Equal((3, "emailauth: there is no stream 'MAIL': make it, or let --create do it\n"), (run.ExitCode, run.Error));
    }

    private static async Task RefusedAsync(string url, string secret, params string[] options)
    {
        var run = await CommandRun.OfAsync(Arguments(url, options));
        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith($"emailauth: cannot connect to {url}: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(secret, run.Error, StringComparison.Ordinal);
    }

    private static string SecretFile(TemporaryFolder folder, string text)
    {
        var path = folder.Write(Guid.NewGuid().ToString("N"), text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Own);
        }

        return path;
    }

    // A JWT of NATS: the claims of the subject, signed by the issuer.
    private static string Token(KeyPair issuer, KeyPair subject, [StringSyntax(StringSyntaxAttribute.Json)] string claims)
    {
        var header = Base64Url.EncodeToString("""{"typ":"JWT","alg":"ed25519-nkey"}"""u8);
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"jti":"{{Guid.NewGuid():N}}","iat":1700000000,"iss":"{{issuer.GetPublicKey()}}","name":"test","sub":"{{subject.GetPublicKey()}}","nats":{{claims}}}""");
        var signed = $"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(body))}";
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes(signed), signature);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static void MakeCertificates(TemporaryFolder folder, string authority, params string[] names)
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Test Authority {Path.GetFileName(authority)}", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(authority, root.ExportCertificatePem());
        foreach (var name in names)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var leaf = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            var alternatives = new SubjectAlternativeNameBuilder();
            alternatives.AddDnsName("localhost");
            alternatives.AddIpAddress(IPAddress.Loopback);
            leaf.CertificateExtensions.Add(alternatives.Build());
            leaf.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
            using var certificate = leaf.Create(root, now.AddHours(-1), now.AddHours(1), RandomNumberGenerator.GetBytes(8));
            folder.Write($"{name}.pem", certificate.ExportCertificatePem());
            folder.Write($"{name}.key", key.ExportPkcs8PrivateKeyPem());
        }
    }
}
