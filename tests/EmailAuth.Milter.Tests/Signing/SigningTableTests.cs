using System.Globalization;
using System.Runtime.Versioning;
using EmailAuth.Milter.Signing;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Milter.Tests.Signing;

[UnsupportedOSPlatform("windows")]
public sealed class SigningTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-signing-").FullName;

    public SigningTableTests()
    {
        WriteKey("a.pem", PemSigningKey.Create("ed25519-sha256"));
        WriteKey("b.pem", PemSigningKey.Create("ed25519-sha256"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("example.com", "exact")]
    [InlineData("EXAMPLE.com", "exact")]
    [InlineData("news.example.com", "below")]
    [InlineData("a.b.news.example.com", "below")]
    [InlineData("shop.example.com", "shop")]
    [InlineData("x.shop.example.com", "far")]
    [InlineData("bücher.example", "idn")]
    [InlineData("xn--bcher-kva.example", "idn")]
    [InlineData("example.net", null)]
    [InlineData("badexample.com", null)]
    [InlineData("com", null)]
    public async Task The_nearest_domain_counts(string author, string? selector)
    {
        var table = Load("""
            # a comment
            example.com        exact a.pem
            *.example.com      below a.pem   # those below
            shop.example.com   shop  b.pem
            *.shop.example.com far   b.pem

            bücher.example     idn   b.pem
            """);

        var rows = table.Find(DomainName.Parse(author).Value!);

        Assert.Equal(selector is null, rows is null);
        if (rows is not null)
        {
            var signing = await rows.SignerAt(DateTimeOffset.UnixEpoch)!.SignAsync("From: a@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Contains($"s={selector};", signing.Fields.Single(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("2026-11-30T23:59:59Z", "")]
    [InlineData("2026-12-01T00:00:00Z", "one")]
    [InlineData("2026-12-31T17:59:59Z", "one")]
    [InlineData("2026-12-31T18:00:00Z", "one two")]
    [InlineData("2026-12-31T23:59:59Z", "one two")]
    [InlineData("2027-01-01T00:00:00Z", "two")]
    [InlineData("2030-01-01T00:00:00Z", "two")]
    public async Task A_key_is_valid_from_and_until_a_time(string time, string selectors)
    {
        var rows = Load("""
            example.com one a.pem from 2026-12-01 until 2026-12-31
            example.com two b.pem from 2026-12-31T18:00Z
            """).Find(DomainName.Parse("example.com").Value!)!;
        var now = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

        // Whatever was asked for before.
        foreach (var before in (DateTimeOffset[])[DateTimeOffset.MinValue, now, DateTimeOffset.MaxValue, now])
        {
            _ = rows.SignerAt(before);
        }

        var signer = rows.SignerAt(now);
        Assert.Equal(selectors.Length == 0, signer is null);
        if (signer is not null)
        {
            var signing = await signer.SignAsync("From: a@example.com\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal(selectors.Split(' '), signing.Fields.Select(field => field.Split("s=")[1].Split(';')[0]));
        }
    }

    // 9999-12-31 is written for "always".
    [Theory]
    [InlineData("until 9999-12-30", "9999-12-31T00:00:00Z")]
    [InlineData("until 9999-12-31", null)]
    [InlineData("from 9999-12-31 until 9999-12-31", null)]
    [InlineData("until 9999-12-31T00:00Z", "9999-12-31T00:00:00Z")]
    public void The_last_day_of_the_calendar_is_a_day(string when, string? until)
    {
        var row = Assert.Single(Load($"example.com one a.pem {when}").Find(DomainName.Parse("example.com").Value!)!.Rows);
        Assert.Equal(until is null ? DateTimeOffset.MaxValue : DateTimeOffset.Parse(until, CultureInfo.InvariantCulture), row.Until);
    }

    [Theory]
    [InlineData("example.com s1", "line 1: a line has a domain, a selector and a key file")]
    [InlineData("# first\nno_domain..example s1 a.pem", "line 2: 'no_domain..example' is not a domain")]
    [InlineData("*example.com s1 a.pem", "is not a domain, or '*.' and a domain")]
    [InlineData("example.com s_!.. a.pem", "The selector is not valid")]
    [InlineData("example.com s1._domainkey.example.com a.pem", "line 1: The selector has a label _domainkey")]
    [InlineData("s1._domainkey.example.com s1 a.pem", "line 1: The domain has a label _domainkey")]
    [InlineData("example.com s1 none.pem", "cannot be read")]
    [InlineData("example.com s1 table", "There is no PEM in the text")]
    [InlineData("example.com s1 a.pem on 2026-12-01", "'on' is not understood")]
    [InlineData("example.com s1 a.pem from", "'from' is not understood")]
    [InlineData("example.com s1 a.pem from 1.12.2026", "'1.12.2026' is not a time")]
    [InlineData("example.com s1 a.pem from 2026-12-02 until 2026-12-01", "never valid")]
    [InlineData("example.com s1 a.pem until 2026-01-01 until 2030-01-01", "line 1: 'until' is there twice")]
    [InlineData("example.com s1 a.pem from 2026-01-01 until 2030-01-01 From 2026-01-01", "line 1: 'From' is there twice")]
    [InlineData("# nothing", "has no line with a domain")]
    public void A_mistake_is_named_with_its_line(string text, string says)
    {
        File.WriteAllText(Path.Combine(_folder, "table"), text);
        File.SetUnixFileMode(Path.Combine(_folder, "table"), UnixFileMode.UserRead);

        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => SigningTable.Load(Path.Combine(_folder, "table"))).Message, StringComparison.Ordinal);
    }

    // One key can be published at a selector: of two signatures by it one fails.
    [Theory]
    [InlineData("example.com s1 a.pem\nexample.com s1 b.pem", "lines 1 and 2 sign")]
    [InlineData("example.com s1 a.pem\n# news\n*.example.com S1 b.pem", "lines 1 and 3 sign")] // d= is example.com in both
    [InlineData("example.com s1 a.pem until 2026-12-31\nexample.com s1 b.pem from 2026-12-31", "lines 1 and 2 sign")] // on that day
    [InlineData("example.com s1 b.pem from 2026-12-01\nexample.com s2 b.pem\nexample.com s1 a.pem until 2026-12-15", "lines 1 and 3 sign")]
    [InlineData("example.com s1 a.pem\nexample.com s1 a.pem from 2026-12-01\nexample.com s1 b.pem from 2027-01-01", "lines 1 and 3 sign")]
    [InlineData("example.com s1 a.pem\nexample.com s2 b.pem\nexample.net s1 b.pem", null)]
    [InlineData("example.com s1 a.pem\n*.example.com s1 copy.pem", null)] // the same key
    [InlineData("example.com s1 a.pem until 2026-12-31\nexample.com s1 b.pem from 2027-01-01", null)]
    public void Two_keys_at_one_selector_at_a_time_are_an_error(string text, string? says)
    {
        WriteKey("copy.pem", File.ReadAllText(Path.Combine(_folder, "a.pem")));
        if (says is null)
        {
            Assert.NotEqual(0, Load(text).Count);
            return;
        }

        var message = Assert.Throws<InvalidDataException>(() => Load(text)).Message;
        Assert.StartsWith(says, message, StringComparison.Ordinal);
        Assert.Contains("s1._domainkey.example.com can publish one of them", message, StringComparison.Ordinal);
    }

    // A message would get the same signature twice.
    [Theory]
    [InlineData("example.com s1 a.pem\nexample.com s1 a.pem", "lines 1 and 2 sign")]
    [InlineData("example.com s1 a.pem\nEXAMPLE.com S1 copy.pem from 2026-12-01", "lines 1 and 2 sign")]
    [InlineData("example.com s1 a.pem until 2026-12-31\nexample.com s2 b.pem\nexample.com s1 a.pem from 2026-12-31", "lines 1 and 3 sign")] // on that day
    [InlineData(
        "example.com s1 a.pem until 2026-12-31\n*.example.com s1 a.pem\nexample.com s1 a.pem from 2026-12-01 until 2026-12-02", "lines 1 and 3 sign")] // among others of that key
    [InlineData("*.example.com s1 a.pem\n*.example.com s1 a.pem", "lines 1 and 2 sign")]
    [InlineData("example.com s1 a.pem until 2026-12-31\nexample.com s1 a.pem from 2027-01-01", null)]
    [InlineData("example.com s1 a.pem\nexample.com s2 a.pem", null)] // two names of one key
    public void Two_lines_that_sign_the_same_mail_with_one_key_are_an_error(string text, string? says)
    {
        WriteKey("copy.pem", File.ReadAllText(Path.Combine(_folder, "a.pem")));
        if (says is null)
        {
            Assert.NotNull(Load(text).Find(DomainName.Parse("example.com").Value!)!.SignerAt(DateTimeOffset.UnixEpoch));
            return;
        }

        var message = Assert.Throws<InvalidDataException>(() => Load(text)).Message;
        Assert.StartsWith(says, message, StringComparison.Ordinal);
        Assert.Contains("sign the same mail at the same time with the key s1._domainkey.example.com", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.com s1 a.pem", "")]
    [InlineData("# old\nexample.com s1 weak.pem", "line 2: the key s1._domainkey.example.com has 1024 bits: 2048 or more should be used (RFC 8301 section 3.2)")]
    [InlineData("example.com s1 a.pem until 2026-11-29\nexample.com s2 b.pem from 2026-01-01 until 2026-11-28", "every line of example.com has expired: its mail is not signed")]
    [InlineData("example.com s1 a.pem until 2026-11-29\nexample.com s2 b.pem until 2026-11-30", "")]
    [InlineData("example.com s1 a.pem until 2026-11-29\nexample.com s2 b.pem from 2026-12-24", "")]
    [InlineData("example.com s1 a.pem until 2026-11-30T12:00Z\n*.example.com s1 a.pem", "every line of example.com has expired: its mail is not signed")]
    [InlineData(
        "*.b.example s1 weak.pem until 2026-11-01\na.example s2 weak.pem",
        "line 1: the key s1._domainkey.b.example has 1024 bits: 2048 or more should be used (RFC 8301 section 3.2)|"
        + "line 2: the key s2._domainkey.a.example has 1024 bits: 2048 or more should be used (RFC 8301 section 3.2)|"
        + "every line of *.b.example has expired: its mail is not signed")]
    public void A_table_warns_of_weak_keys_and_of_domains_without_a_key(string text, string warnings)
    {
        using var weak = System.Security.Cryptography.RSA.Create(1024);
        WriteKey("weak.pem", weak.ExportPkcs8PrivateKeyPem());
        Assert.Equal(warnings, string.Join('|', Load(text).WarningsAt(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero))));
    }

    [Fact]
    public void A_key_file_is_read_up_to_a_length()
    {
        const int most = 1024 * 1024;
        var key = File.ReadAllText(Path.Combine(_folder, "a.pem"));
        WriteKey("a.pem", key + new string('\n', most - key.Length));
        Assert.Equal(1, Load("example.com s1 a.pem").Count);
        WriteKey("a.pem", key + new string('\n', most - key.Length + 1));
        Assert.Contains("more than", Assert.Throws<InvalidDataException>(() => Load("example.com s1 a.pem")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("600", true)]
    [InlineData("400", true)]
    [InlineData("640", true)]
    [InlineData("644", false)]
    [InlineData("660", false)]
    [InlineData("602", false)]
    public void A_key_that_others_may_read_or_change_is_refused(string mode, bool isUsed)
    {
        File.SetUnixFileMode(Path.Combine(_folder, "a.pem"), (UnixFileMode)Convert.ToInt32(mode, 8));
        File.WriteAllText(Path.Combine(_folder, "table"), "example.com s1 a.pem");
        if (isUsed)
        {
            Assert.Equal(1, SigningTable.Load(Path.Combine(_folder, "table")).Count);
            return;
        }

        var refused = Assert.Throws<InvalidDataException>(() => SigningTable.Load(Path.Combine(_folder, "table")));
        Assert.Contains("other users may read or change", refused.Message, StringComparison.Ordinal);
    }

    private SigningTable Load(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "table"), text);
        return SigningTable.Load(Path.Combine(_folder, "table"));
    }

    private void WriteKey(string name, string pem)
    {
        File.WriteAllText(Path.Combine(_folder, name), pem);
        File.SetUnixFileMode(Path.Combine(_folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
