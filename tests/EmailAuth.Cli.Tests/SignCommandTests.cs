using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>emailauth sign</c>, <c>emailauth new-key</c> and <c>emailauth dkim --private-key</c> as a user runs them one after the other.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SignCommandTests : IDisposable
{
    private const string Domain = "example.com";
    private const string Plain = "From: Alice <alice@example.com>\r\nTo: bob@example.net\r\nSubject: Plans\r\n\r\nSee you at noon.\r\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rsa-2048", "rsa-sha256")]
    [InlineData("rsa-3072", "rsa-sha256")]
    [InlineData("ed25519", "ed25519-sha256")]
    public async Task A_message_signed_with_a_new_key_passes(string algorithm, string tag)
    {
        var key = await NewKeyAsync("s1", "--algorithm", algorithm);
        var run = await SignAsync(Plain, "--selector", "s1", "--key", key, "--check", "--zone", Zone);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith($"DKIM-Signature: v=1; a={tag}; c=relaxed/relaxed; d=example.com; s=s1;", Unfolded(run.Output), StringComparison.Ordinal);
        Assert.EndsWith("\r\n" + Plain, run.Output, StringComparison.Ordinal);
        Assert.Contains("dkim=pass", await VerifyAsync(run.Output), StringComparison.Ordinal);
        Assert.Contains("dkim=fail", await VerifyAsync(run.Output.Replace("noon", "nine", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_keys_give_two_signatures_and_the_first_is_on_top()
    {
        var (rsa, edwards) = (await NewKeyAsync("r1"), await NewKeyAsync("e1", "--algorithm", "ed25519"));
        var run = await SignAsync(Plain, "--selector", "r1", "--key", rsa, "--selector", "e1", "--key", edwards);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.Output.Split("DKIM-Signature:").Length - 1);
        Assert.True(run.Output.IndexOf("s=r1", StringComparison.Ordinal) < run.Output.IndexOf("s=e1", StringComparison.Ordinal));
        Assert.Equal(2, (await VerifyAsync(run.Output)).Split("dkim=pass").Length - 1);
    }

    [Fact]
    public async Task A_file_with_lf_line_ends_keeps_them_and_passes_as_it_leaves()
    {
        var key = await NewKeyAsync("s1");
        var run = await SignAsync(Plain.Replace("\r\n", "\n", StringComparison.Ordinal), "--selector", "s1", "--key", key);
        Assert.DoesNotContain('\r', run.Output);
        Assert.Contains("dkim=pass", await VerifyAsync(run.Output.Replace("\n", "\r\n", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_choose_what_is_signed_and_how()
    {
        var key = await NewKeyAsync("s1");
        var run = await SignAsync(
            Plain, "--selector", "s1", "--key", key, "--canonicalization", "simple/relaxed", "--headers", "From:Subject", "--oversign", "from", "--user",
            "@news.example.com", "--expires", "7", "--now", "2026-06-10T13:40:00Z");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var field = Unfolded(run.Output);
        Assert.All(
            ["c=simple/relaxed;", "h=from:from:subject;", "i=@news.example.com;", "t=1781098800;", "x=1781703600;"],
            part => Assert.Contains(part, field, StringComparison.Ordinal));
        Assert.Contains("dkim=pass", await VerifyAsync(run.Output, "--now", "2026-06-11T00:00:00Z"), StringComparison.Ordinal);
        Assert.DoesNotContain("dkim=pass", await VerifyAsync(run.Output, "--now", "2026-06-18T00:00:00Z"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "t=1781098800; x=1781185200;")]
    [InlineData("36525", "t=1781098800; x=4936858800;")]
    public async Task A_signature_is_valid_for_a_day_at_least_and_a_hundred_years_at_most(string days, string times)
    {
        var run = await SignAsync(Plain, "--selector", "s1", "--key", await NewKeyAsync("s1"), "--expires", days, "--now", "2026-06-10T13:40:00Z");
        Assert.Contains(times, Unfolded(run.Output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("To: a@example.net\r\n\r\n", "not signed: the message has no From field")]
    [InlineData("From: a@example.com\r\nFrom: b@example.com\r\n\r\n", "not signed: the message has 2 From fields")]
    [InlineData("From: a@example.com\r\nSubject: a\rb\r\n\r\n", "not signed: the header has a CR without LF")]
    [InlineData("From: a@example.com\r\n\r\nHello\nline two\n", "not signed: the body has a CR without LF or an LF without CR")]
    public async Task What_cannot_be_signed_well_is_not_printed(string message, string says)
    {
        var run = await SignAsync(message, "--selector", "s1", "--key", await NewKeyAsync("s1"));
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"emailauth: {says}", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(2, "each key needs its selector", "--selector", "s2")]
    [InlineData(2, "give one domain, or one for each key", "--domain", "example.net")]
    [InlineData(2, "--canonicalization is HEADER/BODY", "--canonicalization", "strict")]
    [InlineData(2, "From must be signed", "--headers", "to:subject")]
    [InlineData(2, "Return-Path is not signed: ", "--headers", "from:return-path")]
    [InlineData(2, "DKIM-Signature is not signed once more: ", "--oversign", "from:dkim-signature")]
    [InlineData(2, "--expires is in days", "--expires", "0")]
    [InlineData(2, "--expires is in days", "--expires", "36526")]
    [InlineData(2, "--expires is in days", "--expires", "abc")]
    [InlineData(2, "--expires is in days", "--expires", "1.5")]
    [InlineData(2, "--expires is in days", "--expires", "999999999999")]
    [InlineData(2, "--now must be from 1970-01-01 to 8999-12-31", "--now", "9999-12-31T23:59:59Z")]
    [InlineData(2, "--now must be from 1970-01-01 to 8999-12-31", "--now", "0001-01-01T00:00:00Z")]
    [InlineData(2, "--expires", "--expires", null)]
    [InlineData(3, "'-' does not exist: name a file that has the passphrase", "--passphrase-file", "-")]
    [InlineData(2, "user identity", "--user", "@example.net")]
    [InlineData(2, "user identity", "--user", "\"@example.com")]
    [InlineData(3, "does not exist", "--passphrase-file", "no/such/file")]
    public async Task A_mistake_ends_in_one_line_that_says_what_to_do(int exitCode, string says, string option, string? value)
    {
        var run = await SignAsync(Plain, ["--selector", "s1", "--key", await NewKeyAsync("s1"), option, .. (string[])(value is null ? [] : [value])]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Two_keys_need_two_selectors()
    {
        var run = await SignAsync(Plain, "--selector", "s1", "--key", await NewKeyAsync("s1"), "--selector", "S1", "--key", await NewKeyAsync("s2"));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("Two identities sign with s1._domainkey.example.com, where one key can be published", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_must_be_one()
    {
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(Plain), "sign", "-", "--domain", "no domain", "--selector", "s1", "--key", "s1.pem");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--domain must be a domain name", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_others_may_read_is_reported()
    {
        var key = await NewKeyAsync("s1");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        foreach (var (more, isReported) in new[] { (UnixFileMode.GroupRead, false), (UnixFileMode.OtherRead, true), (UnixFileMode.GroupWrite, true) })
        {
            File.SetUnixFileMode(key, UnixFileMode.UserRead | more);
            var run = await SignAsync(Plain, "--selector", "s1", "--key", key);
            Assert.Equal((0, isReported), (run.ExitCode, run.Error.Contains("chmod 600", StringComparison.Ordinal)));
            var pair = await CommandRun.OfAsync("dkim", Domain, "s1", "--private-key", key, "--zone", Zone);
            Assert.Equal((0, isReported), (pair.ExitCode, pair.Error.Contains("chmod 600", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_key_may_be_encrypted()
    {
        var passphrase = _folder.Write("passphrase", "correct horse\nsecond line\n");
        var key = await NewKeyAsync("s1", "--passphrase-file", passphrase);
        Assert.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----", await File.ReadAllTextAsync(key, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("is encrypted", (await SignAsync(Plain, "--selector", "s1", "--key", key)).Error, StringComparison.Ordinal);
        var run = await SignAsync(Plain, "--selector", "s1", "--key", key, "--passphrase-file", passphrase);
        Assert.Contains("dkim=pass", await VerifyAsync(run.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_never_replaces_a_file_and_its_record_fits_into_strings()
    {
        var path = await NewKeyAsync("s1");
        var before = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var again = await CommandRun.OfAsync("new-key", "--domain", Domain, "--selector", "s1", "--out", path);
        Assert.Equal((3, ""), (again.ExitCode, again.Output));
        Assert.Contains("exists, and is not overwritten", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));

        var made = await CommandRun.OfAsync("new-key", "--selector", "s9", "--json", "--out", _folder.PathOf("other.pem"));
        using var json = JsonDocument.Parse(made.Output);
        var line = json.RootElement.GetProperty("zone_file").GetString()!;
        Assert.StartsWith("s9._domainkey IN TXT \"v=DKIM1; k=rsa; p=", line, StringComparison.Ordinal);
        var strings = line.Split('"').Where((_, index) => index % 2 == 1).ToArray();
        Assert.Equal(json.RootElement.GetProperty("value").GetString(), string.Concat(strings));
        Assert.All(strings, text => Assert.InRange(text.Length, 1, 255));
        Assert.Equal(2, strings.Length);
    }

    [Fact]
    public async Task The_name_of_a_new_key_says_its_month_and_people_see_what_to_publish()
    {
        var run = await CommandRun.OfAsync("new-key", "--domain", Domain, "--now", "2026-11-29T00:00:00Z", "--out", _folder.PathOf("a.pem"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = run.Output.Split('\n');
        Assert.Contains("s202611._domainkey.example.com", lines);
        Assert.Contains(lines, line => line.StartsWith("v=DKIM1; k=rsa; p=", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("s202611._domainkey.example.com. IN TXT \"v=DKIM1", StringComparison.Ordinal));
        Assert.Contains("--algorithm must be", (await CommandRun.OfAsync("new-key", "--algorithm", "dsa")).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandRun.OfAsync("new-key", "--selector", "a b")).ExitCode);
        foreach (var pasted in (string[][])[["--selector", "s1._domainkey.example.com"], ["--selector", "s1", "--domain", "s1._domainkey.example.com"]])
        {
            var refused = await CommandRun.OfAsync(["new-key", .. pasted, "--out", _folder.PathOf("pasted.pem")]);
            Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
            Assert.Contains("without _domainkey", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(3, (await CommandRun.OfAsync("new-key", "--out", "no/such/folder/key.pem")).ExitCode);
    }

    // RFC 8460 section 3.
    [Fact]
    public async Task A_private_key_belongs_to_a_record_that_is_for_TLS_reports_alone()
    {
        var key = await NewKeyAsync("tls");
        var zone = await File.ReadAllTextAsync(Zone, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Zone, zone.Replace("v=DKIM1;", "v=DKIM1; s=tlsrpt;", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync("dkim", Domain, "tls", "--private-key", key, "--zone", Zone);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("note: the key is only for TLS reports", run.Output, StringComparison.Ordinal);
        Assert.Contains("private key: belongs to this record", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dkim_says_whether_a_private_key_belongs_to_the_record()
    {
        var (one, two) = (await NewKeyAsync("s1"), await NewKeyAsync("s2"));
        var belongs = await CommandRun.OfAsync("dkim", Domain, "s1", "--private-key", one, "--zone", Zone);
        Assert.Equal(0, belongs.ExitCode);
        Assert.Contains("private key: belongs to this record", belongs.Output, StringComparison.Ordinal);
        var other = await CommandRun.OfAsync("dkim", Domain, "s1", "--private-key", two, "--zone", Zone);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("is not that of the private key", other.Output, StringComparison.Ordinal);
        var json = await CommandRun.OfAsync("dkim", "s2._domainkey.example.com", "--private-key", two, "--zone", Zone, "--json");
        using var parsed = JsonDocument.Parse(json.Output);
        Assert.True(parsed.RootElement.GetProperty("private_key_belongs").GetBoolean());
        Assert.Equal(1, (await CommandRun.OfAsync("dkim", Domain, "none", "--private-key", two, "--zone", Zone)).ExitCode);
        Assert.Equal(2, (await CommandRun.OfAsync("dkim", Domain, "--common", "--private-key", two, "--zone", Zone)).ExitCode);
        Assert.Equal(2, (await CommandRun.OfAsync("dkim", Domain, "--private-key", two, "--zone", Zone)).ExitCode);
        Assert.Equal(2, (await CommandRun.OfAsync("dkim", "a._domainkey.b._domainkey.example.com", "--private-key", two, "--zone", Zone)).ExitCode);
    }

    [Fact]
    public async Task With_a_check_a_key_that_is_not_the_published_one_signs_nothing()
    {
        await NewKeyAsync("s1");
        var run = await SignAsync(Plain, "--selector", "s1", "--key", await NewKeyAsync("s2"), "--check", "--zone", Zone);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("is not that of the private key", run.Error, StringComparison.Ordinal);
    }

    private string Zone => _folder.PathOf("zone.json");

    private static string Unfolded(string message) => message.Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal)
        .Replace(": from", ":from", StringComparison.Ordinal).Split("\r\n")[0];

    // The record of each key goes into the zone.
    private async Task<string> NewKeyAsync(string selector, params string[] more)
    {
        var path = _folder.PathOf($"{selector}.pem");
        var run = await CommandRun.OfAsync(["new-key", "--domain", Domain, "--selector", selector, "--out", path, "--json", .. more]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var made = JsonDocument.Parse(run.Output);
        var zone = File.Exists(Zone) ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await File.ReadAllTextAsync(Zone))! : [];
        zone[made.RootElement.GetProperty("name").GetString()!] =
            JsonSerializer.SerializeToElement(new[] { new { type = "TXT", data = made.RootElement.GetProperty("value").GetString() } });
        await File.WriteAllTextAsync(Zone, JsonSerializer.Serialize(zone));
        return path;
    }

    private static Task<CommandRun> SignAsync(string message, params string[] more) =>
        CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(message), ["sign", "-", "--domain", Domain, .. more]);

    private async Task<string> VerifyAsync(string message, params string[] more)
    {
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(message), ["verify", "-", "--field", "--ip", "192.0.2.1", "--zone", Zone, "--authserv-id", "mx.example.net", .. more]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run.Output;
    }
}
