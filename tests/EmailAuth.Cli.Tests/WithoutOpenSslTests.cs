using System.Diagnostics;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The command on a machine without OpenSSL: what cannot be verified is said, and nothing ends the process.</summary>
public sealed class WithoutOpenSslTests : IDisposable
{
    private const string Because = "OpenSSL (libssl) cannot be used on the verifying host";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-no-openssl-").FullName;

    [Fact]
    public async Task A_signature_is_temperror_and_SPF_is_judged()
    {
        var run = await RunAsync(
            "verify", "testdata/messages/rfc8463-a3.eml", "--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1", "--mail-from", "joe@football.example.com");

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains("dkim=temperror", run.Output, StringComparison.Ordinal);
        Assert.Contains("spf=pass", run.Output, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", run.Output, StringComparison.Ordinal);
        Assert.Contains(Because, run.Output.ReplaceLineEndings(string.Empty), StringComparison.Ordinal);
        Assert.Equal("platform_fault", await ReasonCodeAsync("dkim", "testdata/messages/rfc8463-a3.eml", "testdata/zones/rfc8463.json"));

        // The same for one signature alone.
        Assert.Equal("platform_fault", await ReasonCodeAsync("dkim", "testdata/messages/rfc6376-a2.eml", "testdata/zones/rfc6376.json"));
    }

    [Fact]
    public async Task A_chain_gives_no_trust()
    {
        var run = await RunAsync("verify", "testdata/messages/arc-three-hops.eml", "--zone", "testdata/zones/arc-three-hops.json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("arc=fail", run.Output, StringComparison.Ordinal);
        Assert.Contains(Because, run.Output.ReplaceLineEndings(string.Empty), StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await RunAsync("verify", "testdata/messages/arc-three-hops.eml", "--zone", "testdata/zones/arc-three-hops.json", "--json")).Output);
        var chain = json.RootElement.GetProperty("arc");
        Assert.Equal("platform_fault", chain.GetProperty("reason_code").GetString());
        Assert.Equal(3, chain.GetProperty("sets").GetArrayLength());
        Assert.All(chain.GetProperty("sets").EnumerateArray(), static set =>
        {
            Assert.Equal(("temperror", "temperror"), (set.GetProperty("seal").GetString(), set.GetProperty("message_signature").GetString()));
            Assert.Equal(
                ("platform_fault", "platform_fault"), (set.GetProperty("seal_reason_code").GetString(), set.GetProperty("message_signature_reason_code").GetString()));
        });
    }

    [Fact]
    public async Task A_logo_is_not_fetched_and_a_file_with_one_is_not_read()
    {
        using var fetched = JsonDocument.Parse((await RunAsync("bimi", "example.com", "--fetch", "--zone", "testdata/zones/bimi.json", "--json")).Output);
        var result = fetched.RootElement;
        Assert.Equal(("temperror", "platform_fault"), (result.GetProperty("result").GetString(), result.GetProperty("reason_code").GetString()));

        var run = await RunAsync("bimi", "example.com", "--svg", "testdata/bimi/logo.svg", "--zone", "testdata/zones/bimi.json");
        Assert.Equal((1, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains($"the indicator cannot be hashed: {Because}", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seal_is_refused_in_one_line()
    {
        var key = Path.Combine(_folder, "key.pem");
        using (var rsa = System.Security.Cryptography.RSA.Create(2048))
        {
            await File.WriteAllTextAsync(key, rsa.ExportRSAPrivateKeyPem(), TestContext.Current.CancellationToken);
        }

        var run = await RunAsync(
            "seal", "testdata/messages/rfc8463-a3.eml", "--zone", "testdata/zones/rfc8463.json", "--key", key, "--selector", "s", "--domain", "list.example");

        Assert.Equal((3, string.Empty), (run.ExitCode, run.Output));
        Assert.StartsWith("emailauth: OpenSSL cannot be loaded", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_key_is_not_made_and_one_line_says_so()
    {
        var key = Path.Combine(_folder, "new.pem");
        var run = await RunAsync("new-key", "--domain", "example.com", "--out", key);

        Assert.Equal((3, string.Empty), (run.ExitCode, run.Output));
        Assert.StartsWith("emailauth: OpenSSL cannot be loaded", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(key));
    }

    [Fact]
    public async Task Roots_of_mark_authorities_cannot_be_read_and_the_reason_is_said()
    {
        var roots = Path.Combine(_folder, "roots.pem");
        using (var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))
        using (var root = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=Root", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100)))
        {
            await File.WriteAllTextAsync(roots, root.ExportCertificatePem(), TestContext.Current.CancellationToken);
        }

        var run = await RunAsync("verify", "testdata/messages/rfc8463-a3.eml", "--zone", "testdata/zones/rfc8463.json", "--set", $"Bimi:MarkRoots={roots}");

        Assert.Equal((2, string.Empty), (run.ExitCode, run.Output));
        Assert.StartsWith($"emailauth: Bimi:MarkRoots: '{roots}' is not a PEM file of certificates: OpenSSL cannot be loaded", run.Error, StringComparison.Ordinal);
    }

    // A host that goes on where the service ends has the log alone.
    [Fact]
    public async Task The_service_does_not_start_and_its_log_says_why()
    {
        var run = await RunAsync("serve", "--authserv-id", "mx.example.org", "--listen", $"unix:{_folder}/serve.sock");

        Assert.Equal((3, string.Empty), (run.ExitCode, run.Output));
        const string why = "OpenSSL cannot be loaded, and without it no signature can be verified: ";
        Assert.Collection(
            run.Error.TrimEnd().Split('\n'),
            static line => Assert.StartsWith($"emailauth: error: Signatures end in temperror: {why}", line, StringComparison.Ordinal),
            static line => Assert.StartsWith($"emailauth: {why}", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dkim", "football.example.com", "test", "--zone", "testdata/zones/rfc8463.json")]
    [InlineData("spf", "football.example.com", "--zone", "testdata/zones/rfc8463.json")]
    [InlineData("dmarc", "football.example.com", "--zone", "testdata/zones/rfc8463.json")]
    public async Task What_a_domain_publishes_is_explained_as_with_OpenSSL(params string[] arguments)
    {
        var expected = await CommandRun.OfAsync(arguments);

        Assert.Equal(expected, await RunAsync(arguments));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string?> ReasonCodeAsync(string method, string message, string zone)
    {
        using var json = JsonDocument.Parse((await RunAsync("verify", message, "--zone", zone, "--json")).Output);
        var result = json.RootElement.GetProperty(method);
        return (result.ValueKind == JsonValueKind.Array ? result[0] : result).GetProperty("reason_code").GetString();
    }

    private async Task<CommandRun> RunAsync(params string[] arguments)
    {
        var shim = Path.Combine(_folder, "no_openssl.so");
        if (!File.Exists(shim))
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/gcc"), "Not installed: gcc.");
            using var compiler = Process.Start(
                "/usr/bin/gcc",
                ["-D_GNU_SOURCE", "-shared", "-fPIC", "-o", shim, Repository.PathOf("tests", "EmailAuth.Native.Tests", "C", "no_openssl.c"), "-ldl"]);
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, compiler.ExitCode);
        }

        return await CommandRun.WithEnvironmentAsync("LD_PRELOAD", shim, arguments);
    }
}
