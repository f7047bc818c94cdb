using System.Text;
using EmailAuth.Tests.Bimi;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

public sealed class BimiCommandTests : IDisposable
{
    private const string Logo = "testdata/bimi/logo.svg";

    private static readonly string[] Zone = ["--zone", "testdata/zones/bimi.json"];
    private static readonly byte[] LogoBytes = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-bimi");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_domain_is_explained_with_its_record()
    {
        var run = await CommandRun.OfAsync(["bimi", "example.com", .. Zone]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("example.com: pass", run.Output, StringComparison.Ordinal);
        Assert.Contains("asked: default._bimi.example.com TXT: found", run.Output, StringComparison.Ordinal);
        Assert.Contains("evidence: https://images.example.com/vmc.pem (not checked)", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.com", "wrong", 1, "example.com: fail (the BIMI record at wrong._bimi.example.com")]
    [InlineData("sub.example.com", "quiet", 0, "sub.example.com: declined")]
    [InlineData("example.com", "absent", 0, "example.com: none")]
    [InlineData("example.net", "default", 0, "example.net: skipped (no DMARC policy")]
    public async Task Other_verdicts_say_why(string domain, string selector, int exitCode, string expected)
    {
        var run = await CommandRun.OfAsync(["bimi", domain, "--selector", selector, .. Zone]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_violation_of_a_logo_is_printed_and_nothing_is_saved()
    {
        var wrong = Write("wrong.svg", Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(LogoBytes).Replace("<desc>", "<script/><desc onclick='x'>", StringComparison.Ordinal)));
        var saved = PathOf("saved.svg");
        var run = await CommandRun.OfAsync(["bimi", "example.com", "--svg", wrong, "--save", saved, .. Zone]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("line 4, column 4: the element script is not allowed", run.Output, StringComparison.Ordinal);
        Assert.Contains("line 4, column 18: the event attribute onclick is not allowed", run.Output, StringComparison.Ordinal);
        Assert.Contains("no valid logo to write", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(saved));
    }

    [Fact]
    public async Task A_certificate_is_verified_and_its_image_saved()
    {
        using var authority = new MarkAuthority();
        var saved = PathOf("saved.svg");
        var run = await CommandRun.OfAsync(
            ["bimi", "example.com", "--certificate", Write("vmc.pem", authority.Issue(new MarkLeaf(LogoBytes))), "--roots", Roots(authority),
                "--svg", Logo, "--save", saved, "--now", "2026-03-01T12:00:00Z", .. Zone]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Certificate file: valid", run.Output, StringComparison.Ordinal);
        Assert.Contains("kind: Verified Mark Certificate, registered mark", run.Output, StringComparison.Ordinal);
        Assert.Equal(LogoBytes, await File.ReadAllBytesAsync(saved, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task All_defects_of_a_certificate_are_reported_together()
    {
        using var authority = new MarkAuthority();
        var other = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(LogoBytes).Replace("#ffcc00", "#ff0000", StringComparison.Ordinal));
        var document = authority.Issue(new MarkLeaf(other) { DnsNames = ["other.example"] });
        var run = await CommandRun.OfAsync(
            ["bimi", "example.com", "--certificate", Write("vmc.pem", document), "--roots", Roots(authority), "--svg", Logo,
                "--now", "2030-01-01T00:00:00Z", .. Zone]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Certificate file: not valid", run.Output, StringComparison.Ordinal);
        Assert.Contains("expired on", run.Output, StringComparison.Ordinal);
        Assert.Contains("no subject alternative name", run.Output, StringComparison.Ordinal);
        Assert.Contains("not the image in the certificate", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "DOMAIN must be", "bimi", "exa..mple")]
    [InlineData(2, "--roots", "bimi", "example.com", "--certificate", "x.pem")]
    [InlineData(3, "does not exist", "bimi", "example.com", "--svg", "absent.svg", "--zone", "testdata/zones/bimi.json")]
    [InlineData(3, "has no certificate", "bimi", "example.com", "--roots", Logo, "--zone", "testdata/zones/bimi.json")]
    public async Task A_failure_is_one_line_on_standard_error(int exitCode, string expected, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    private string Roots(MarkAuthority authority) => Write("roots.pem", MarkAuthority.Pem(authority.Root.RawData));

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, byte[] content)
    {
        var path = PathOf(name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
