using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>emailauth seal</c> as a user runs it, its output verified by <c>emailauth verify</c>.</summary>
public sealed class SealCommandTests : IDisposable
{
    private const string Plain =
        "Authentication-Results: mx.example.net; spf=pass smtp.mailfrom=alice@example.org\r\nFrom: Alice <alice@example.org>\r\nTo: list@example.net\r\n"
        + "Subject: Plans\r\n\r\nSee you at noon.\r\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("seal").FullName;
    private readonly string _zone;
    private readonly string _key;

    public SealCommandTests()
    {
        using var rsa = RSA.Create(2048);
        _key = Write("key.pem", rsa.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var record = $"v=DKIM1; k=rsa; p={Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())}";
        var zone = new Dictionary<string, object[]>(StringComparer.Ordinal) { ["s._domainkey.lists.example.net"] = [new { type = "TXT", data = record }] };
        _zone = Write("zone.json", JsonSerializer.Serialize(zone));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sealed_message_has_the_set_on_top_and_its_chain_passes()
    {
        var run = await SealAsync(Plain);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("ARC-Seal: i=1;", run.Output, StringComparison.Ordinal);
        Assert.Contains("ARC-Authentication-Results: i=1; mx.example.net;\r\n spf=pass", run.Output, StringComparison.Ordinal);
        Assert.EndsWith(Plain, run.Output, StringComparison.Ordinal);

        var again = await SealAsync(run.Output);
        Assert.Contains("cv=pass", again.Output, StringComparison.Ordinal);
        var verified = await CommandRun.WithInputAsync(
            Encoding.UTF8.GetBytes(again.Output), "verify", "-", "--zone", _zone, "--authserv-id", "mx.example.org", "--json");
        using var outcome = JsonDocument.Parse(verified.Output);
        Assert.StartsWith("pass", outcome.RootElement.GetProperty("arc").GetProperty("result").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead, true)]
    [InlineData(UnixFileMode.GroupWrite, true)]
    [InlineData(UnixFileMode.GroupRead, false)]
    public async Task A_key_that_others_may_read_is_reported(UnixFileMode more, bool isReported)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no mode there.");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_key, UnixFileMode.UserRead | more);
        }

        var run = await SealAsync(Plain);
        Assert.StartsWith("ARC-Seal: i=1;", run.Output, StringComparison.Ordinal);
        Assert.Equal(isReported ? $"emailauth: other users may read or change '{_key}', and could sign as you: make it private (chmod 600)" : "", run.Error.TrimEnd());
    }

    [Fact]
    public async Task A_list_that_changes_the_message_also_gives_the_arrived_message()
    {
        var arrived = (await SealAsync(Plain)).Output;
        var changed = arrived + "-- \r\nThe list\r\n";
        Assert.Contains("cv=pass", (await SealAsync(changed, "--arrived", Write("arrived.eml", arrived))).Output, StringComparison.Ordinal);

        var closed = await SealAsync(changed);
        Assert.Contains("cv=fail", closed.Output, StringComparison.Ordinal);
        var dead = await SealAsync(closed.Output);
        Assert.Equal((0, closed.Output), (dead.ExitCode, dead.Output));
        Assert.StartsWith("emailauth: no seal was added: the chain is closed", dead.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_topmost_results_in_our_name_are_sealed_and_standard_error_says_so()
    {
        var run = await SealAsync(Plain.Replace("From:", "Authentication-Results: mx.example.net; dmarc=pass header.from=victim.example\r\nFrom:", StringComparison.Ordinal));
        var set = run.Output[..run.Output.IndexOf("\r\nAuthentication-Results:", StringComparison.Ordinal)];
        Assert.Contains("spf=pass", set, StringComparison.Ordinal);
        Assert.DoesNotContain("victim.example", set, StringComparison.Ordinal);
        Assert.Equal((0, 1), (run.ExitCode, run.Error.Count(c => c == '\n')));
        Assert.StartsWith("emailauth: 2 Authentication-Results fields claim mx.example.net: only the topmost is sealed", run.Error, StringComparison.Ordinal);
        Assert.Contains("topmost", (await CommandRun.OfAsync("seal", "--help")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_added_to_a_message_that_starts_with_white_space()
    {
        var run = await SealAsync(" cont\r\n" + Plain);
        Assert.Equal((0, " cont\r\n" + Plain), (run.ExitCode, run.Output));
        Assert.StartsWith("emailauth: no seal was added: the message starts with white space", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_lf_line_ends_is_sealed_and_printed_with_crlf()
    {
        var sealedMessage = await SealAsync(Plain.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.EndsWith(Plain, sealedMessage.Output, StringComparison.Ordinal);
        Assert.Contains("cv=pass", (await SealAsync(sealedMessage.Output)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_chooses_fields_and_time()
    {
        var run = await SealAsync(Plain, "--headers", "From:Subject", "--now", "2026-06-10T13:40:00Z");
        Assert.Contains("h=from:subject;", run.Output, StringComparison.Ordinal);
        Assert.Contains("t=1781098800;", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "does not exist", "--key", "no/such/key")]
    [InlineData(3, "PEM", "--key", "testdata/messages/rfc8463-a3.eml")]
    [InlineData(2, "--domain must be a domain name", "--domain", "no domain")]
    [InlineData(2, "selector", "--selector", "a b")]
    [InlineData(2, "From must be signed", "--headers", "to:subject")]
    [InlineData(2, "covered by the seal", "--headers", "from:arc-seal")]
    public async Task A_mistake_ends_in_one_line_that_says_what_to_do(int exitCode, string says, string option, string value)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal) { ["--key"] = _key, ["--selector"] = "s", ["--domain"] = "lists.example.net" };
        given[option] = value;
        var run = await CommandRun.WithInputAsync(
            Encoding.UTF8.GetBytes(Plain), ["seal", "-", "--zone", _zone, .. given.SelectMany(pair => new[] { pair.Key, pair.Value })]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("emailauth: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(says, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, run.Error.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("encrypted", "the private key is encrypted: give its passphrase")]
    [InlineData("encrypted, older form", "the private key is encrypted: give its passphrase")]
    [InlineData("EC", "an elliptic-curve key (EC); DKIM and ARC sign with RSA (RFC 6376) or Ed25519")]
    [InlineData("EC, PKCS#8", "an elliptic-curve key (EC)")]
    [InlineData("EC with parameters", "an elliptic-curve key (EC)")]
    [InlineData("public", "The PEM holds a public key")]
    [InlineData("OpenSSH", "OpenSSH's own format")]
    public async Task The_error_for_a_key_that_cannot_seal_says_why(string kind, string says)
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = kind switch
        {
            "encrypted" => rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000)),
            "encrypted, older form" => rsa.ExportRSAPrivateKeyPem().Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", StringComparison.Ordinal),
            "EC" => curve.ExportECPrivateKeyPem(),
            "EC, PKCS#8" => curve.ExportPkcs8PrivateKeyPem(),
            "EC with parameters" => $"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{curve.ExportECPrivateKeyPem()}",
            "public" => rsa.ExportSubjectPublicKeyInfoPem(),
            _ => "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        };
        var run = await CommandRun.WithInputAsync(
            Encoding.UTF8.GetBytes(Plain), "seal", "-", "--key", Write("other.pem", pem), "--selector", "s", "--domain", "lists.example.net", "--zone", _zone);
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("", "standard input is empty")]
    [InlineData("\r\nFrom: a@b\r\n\r\n", "it starts with an empty line")]
    [InlineData("From a Fri Jul 11 21:00:37 2003\nFrom: a@b\n\n", "standard input is an mbox file: give one message")]
    public async Task What_is_not_a_message_is_not_sealed(string content, string says)
    {
        var run = await SealAsync(content);
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> SealAsync(string message, params string[] more) => CommandRun.WithInputAsync(
        Encoding.UTF8.GetBytes(message),
        ["seal", "-", "--key", _key, "--selector", "s", "--domain", "lists.example.net", "--authserv-id", "mx.example.net", "--zone", _zone, .. more]);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
