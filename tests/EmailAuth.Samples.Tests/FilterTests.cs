using System.Text;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>The filters in C and Python over the shared object: what their pages say, and what a sender or an operator may do to them.</summary>
public sealed class FilterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-samples-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("C")]
    [InlineData("Python")]
    public async Task The_page_says_what_happens(string language)
    {
        var page = await PageAsync(language);

        await page.PrintsAsync("rfc8463-a3.eml");
        await page.PrintsAsync("forged.eml");
    }

    [Theory]
    [InlineData("C")]
    [InlineData("Python")]
    public async Task A_message_comes_through_byte_by_byte_but_for_forged_results(string language)
    {
        var page = await PageAsync(language);
        const string Kept = "X-Odd: a\n\tb\nSubject: caf\u00e9\nFrom: a@other.example\n\n.dot\n\nlast\n\n";
        const string Forged = "Authentication-Results: mx.example.org;\n dmarc=pass\nauthentication-results: mx.example.org; dkim=pass\n";
        foreach (var form in (string[])[Kept, Kept.ReplaceLineEndings("\r\n")])
        {
            var (exit, output) = await FilterAsync(page, Forged + form);
            Assert.Equal(0, exit);
            Assert.StartsWith("Authentication-Results: mx.example.org;\n spf=none", output, StringComparison.Ordinal);
            Assert.EndsWith("\n" + Kept, output, StringComparison.Ordinal);
            Assert.DoesNotContain("dmarc=pass", output, StringComparison.Ordinal);
            Assert.DoesNotContain("dkim=pass", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("C")]
    [InlineData("Python")]
    public async Task What_is_malformed_is_refused_and_a_fault_of_ours_is_a_reason_to_retry(string language)
    {
        var page = await PageAsync(language);

        Assert.Equal(77, (await FilterAsync(page, "From: a@other.example\nnot a field\n\nhi\n")).Exit);
        Assert.Equal(77, (await FilterAsync(page, "\nno header\n")).Exit);
        Assert.Equal(75, (await FilterAsync(page, "From: a@other.example\n\nhi\n", configuration: "/nonexistent")).Exit);
        Assert.Equal(75, (await FilterAsync(page, "From: a@other.example\n\nhi\n", client: "not-an-address")).Exit);
    }

    // RFC 5322 section 2.1: the header ends at an empty line. What a lone CR seems to hide is still of the header.
    [Theory]
    [InlineData("C")]
    [InlineData("Python")]
    public async Task A_lone_CR_at_the_start_of_a_line_does_not_end_the_header(string language)
    {
        var page = await PageAsync(language);
        const string Hidden = "From: a@football.example.com\nSubject: x\n\rX: y\nFrom: ceo@bank.example\nAuthentication-Results: mx.example.org; dmarc=pass header.from=bank.example\n\nhi\n";

        var (exit, output) = await FilterAsync(page, Hidden);
        Assert.Equal(77, exit);
        Assert.Empty(output);
        Assert.Equal(77, (await FilterAsync(page, "From: a@other.example\n\r\r\nFrom: ceo@bank.example\n\nhi\n")).Exit);
    }

    // Latin-1: each character is a byte.
    private async Task<(int Exit, string Output)> FilterAsync(SamplePage page, string message, string configuration = "src/Samples/CFilter/filter.json", string client = "203.0.113.66")
    {
        var (input, output) = (Path.Combine(_folder, "input"), Path.Combine(_folder, "output"));
        await File.WriteAllTextAsync(input, message, Encoding.Latin1, Token);
        var program = page.Command("forged.eml").Split(" src/Samples/CFilter/filter.json")[0];
        var (exit, _) = await Daemon.RunAsync(
            "/bin/bash", "-c", $"cd '{Repository.Root}'; {program} {configuration} {client} mail.other.example a@other.example <'{input}' >'{output}'");
        return (exit, await File.ReadAllTextAsync(output, Encoding.Latin1, Token));
    }

    private async Task<SamplePage> PageAsync(string language)
    {
        SharedLibrary.Need("gcc", "pkg-config", "python3");
        if (language == "Python")
        {
            return SamplePage.Of("PythonFilter", ("python3 src", $"EMAILAUTH_LIBRARY='{SharedLibrary.Folder}/libemailauth.so.1' PYTHONDONTWRITEBYTECODE=1 python3 src"));
        }

        var program = await SharedLibrary.CompileAsync(Repository.PathOf("src", "Samples", "CFilter", "emailauth-filter.c"), _folder);
        return SamplePage.Of("CFilter", ("./emailauth-filter", program));
    }
}
