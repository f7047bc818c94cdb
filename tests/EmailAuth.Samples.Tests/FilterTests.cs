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
        const string Forged = " ; dmarc=pass header.from=bank.example (x: y)\nAuthentication-Results: mx.example.org;\n dmarc=pass\nX-EmailAuth-Quarantine: forged\nauthentication-results: mx.example.org; dkim=pass\n";
        foreach (var form in (string[])[Kept, Kept.ReplaceLineEndings("\r\n")])
        {
            var (exit, output) = await FilterAsync(page, Forged + form);
            Assert.Equal(0, exit);
            Assert.StartsWith("Authentication-Results: mx.example.org;\n spf=none", output, StringComparison.Ordinal);
            Assert.EndsWith("\n" + Kept, output, StringComparison.Ordinal);
            Assert.DoesNotContain("dmarc=pass", output, StringComparison.Ordinal);
            Assert.DoesNotContain("dkim=pass", output, StringComparison.Ordinal);
            Assert.DoesNotContain("X-EmailAuth-Quarantine", output, StringComparison.Ordinal);
        }
    }

    // With several authors or none the results have no dis=, so a second From would let a message out of the folder.
    [Theory]
    [InlineData("C")]
    [InlineData("Python")]
    public async Task What_belongs_into_a_folder_for_suspicious_mail_says_so(string language)
    {
        var page = await PageAsync(language);
        var configuration = Path.Combine(_folder, "quarantine.json");
        await File.WriteAllTextAsync(
            configuration,
            """{ "AuthservId": "mx.example.org", "RemoveFields": ["X-EmailAuth-Quarantine"], "Policy": { "MaximumAction": "quarantine" }, "Limits": { "MaxHeaderBytes": 1024 }, "Dns": { "ZoneFile": "testdata/zones/rfc8463.json" } }""",
            Token);
        foreach (var (header, word) in ((string, string?)[])
        [
            ("From: joe@football.example.com\n", "overridden"), // MaximumAction
            ("From: joe@football.example.com\nFrom: a@other.example\n", "unusable_author"),
            ("From: joe@football.example.com, a@other.example\n", "unusable_author"),
            ("Subject: x\n", "unusable_author"),
            ($"From: a@other.example\nX: {new string('x', 1100)}\n", "unusable_author"), // the header is not read to its end
            ("From: a@other.example\n", null),
        ])
        {
            var (exit, output) = await FilterAsync(page, header + "\nhi\n", configuration);
            Assert.Equal(0, exit);
            Assert.StartsWith("Authentication-Results: mx.example.org;", output, StringComparison.Ordinal);
            string[] expected = word is null ? [] : [$"X-EmailAuth-Quarantine: reason={word}"];
            Assert.Equal(expected, output.Split('\n').Where(static line => line.StartsWith("X-EmailAuth-", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("C", "''")]
    [InlineData("C", "unknown")]
    [InlineData("Python", "''")]
    [InlineData("Python", "unknown")]
    public async Task Mail_that_no_client_brought_is_judged(string language, string client)
    {
        var (exit, output) = await FilterAsync(await PageAsync(language), "From: a@other.example\n\nhi\n", client: client);
        Assert.Equal(0, exit);
        Assert.StartsWith("Authentication-Results: mx.example.org;\n spf=none", output, StringComparison.Ordinal);
        Assert.DoesNotContain("iprev", output, StringComparison.Ordinal);
    }

    // A pipe that does not wait takes 64 KiB, and what comes after it is lost.
    [Theory]
    [InlineData("C")]
    [InlineData("Python")]
    public async Task A_message_that_is_not_written_whole_is_tried_again(string language)
    {
        const string Script = """
            import fcntl, os, subprocess, sys
            reading, writing = os.pipe()
            fcntl.fcntl(writing, fcntl.F_SETFL, fcntl.fcntl(writing, fcntl.F_GETFL) | os.O_NONBLOCK)
            sys.exit(subprocess.run(["/bin/bash", "-c", sys.argv[1]], stdout=writing).returncode)
            """;
        var page = await PageAsync(language);
        var input = Path.Combine(_folder, "input");
        await File.WriteAllTextAsync(input, "From: a@other.example\n\n" + string.Concat(Enumerable.Repeat("0123456789abcde\n", 16_000)), Encoding.Latin1, Token);
        var program = $"{ProgramOf(page)} src/Samples/CFilter/filter.json 203.0.113.66 mail.other.example a@other.example <'{input}'";
        foreach (var variable in (string[])[string.Empty, "export PYTHONUNBUFFERED=1; "])
        {
            var (exit, output) = await Daemon.RunAsync("/usr/bin/python3", "-c", Script, $"cd '{Repository.Root}'; {variable}{program}");
            Assert.True(exit == 75, $"{exit}: {output}");
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
        Assert.Equal(77, (await FilterAsync(page, "From: a@other.example\n\r\r\n :foo\nSubject: x\n\nhi\n")).Exit);
    }

    // Latin-1: each character is a byte.
    private async Task<(int Exit, string Output)> FilterAsync(SamplePage page, string message, string configuration = "src/Samples/CFilter/filter.json", string client = "203.0.113.66")
    {
        var (input, output) = (Path.Combine(_folder, "input"), Path.Combine(_folder, "output"));
        await File.WriteAllTextAsync(input, message, Encoding.Latin1, Token);
        var (exit, _) = await Daemon.RunAsync(
            "/bin/bash", "-c", $"cd '{Repository.Root}'; {ProgramOf(page)} {configuration} {client} mail.other.example a@other.example <'{input}' >'{output}'");
        return (exit, await File.ReadAllTextAsync(output, Encoding.Latin1, Token));
    }

    private static string ProgramOf(SamplePage page) => page.Command("forged.eml").Split(" src/Samples/CFilter/filter.json")[0];

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
