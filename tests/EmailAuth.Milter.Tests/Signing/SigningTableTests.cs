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

    [Theory]
    [InlineData("example.com s1", "line 1: a line has a domain, a selector and a key file")]
    [InlineData("# first\nno_domain..example s1 a.pem", "line 2: 'no_domain..example' is not a domain")]
    [InlineData("*example.com s1 a.pem", "is not a domain, or '*.' and a domain")]
    [InlineData("example.com s_!.. a.pem", "The selector is not valid")]
    [InlineData("example.com s1 none.pem", "cannot be read")]
    [InlineData("example.com s1 table", "There is no PEM in the text")]
    [InlineData("example.com s1 a.pem on 2026-12-01", "'on' is not understood")]
    [InlineData("example.com s1 a.pem from", "'from' is not understood")]
    [InlineData("example.com s1 a.pem from 1.12.2026", "'1.12.2026' is not a time")]
    [InlineData("example.com s1 a.pem from 2026-12-02 until 2026-12-01", "never valid")]
    [InlineData("# nothing", "has no line with a domain")]
    public void A_mistake_is_named_with_its_line(string text, string says)
    {
        File.WriteAllText(Path.Combine(_folder, "table"), text);
        File.SetUnixFileMode(Path.Combine(_folder, "table"), UnixFileMode.UserRead);

        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => SigningTable.Load(Path.Combine(_folder, "table"))).Message, StringComparison.Ordinal);
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
