using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

public class VectorsCommandTests
{
    private const string Passing = """{"id":"passing","zone":{"example.com":[{"type":"TXT","data":"v=spf1 +all"}]},"input":{"ip":"192.0.2.1","mail_from":"a@example.com"},"expect":{"spf":["pass"]}}""";
    private const string Failing = """{"id":"failing","zone":{},"input":{"ip":"192.0.2.1","mail_from":"a@example.com"},"expect":{"spf":["fail","softfail"]}}""";

    [Fact]
    public void There_is_a_vector_for_every_result_that_a_method_can_have()
    {
        // RFC 8601 section 2.7, RFC 8617 section 6 and the BIMI draft; "policy" is what a receiver decides for itself.
        AssertResults("spf", "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror");
        AssertResults("dkim", "none", "pass", "fail", "temperror", "permerror", "policy", "neutral");
        AssertResults("dmarc", "none", "pass", "fail", "temperror", "permerror");
        AssertResults("arc", "none", "pass", "fail");
        AssertResults("bimi", "none", "pass", "fail", "temperror", "declined", "skipped");
        AssertResults("iprev", "pass", "fail", "temperror", "permerror");

        static void AssertResults(string method, params string[] results)
        {
            var text = File.ReadAllText(Repository.PathOf("testdata", "vectors", $"{method}.jsonl"));
            Assert.All(results, result => Assert.Contains($"\"{result}\"", text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_vectors_of_the_project_pass()
    {
        var run = await CommandRun.OfAsync("vectors", "testdata/vectors");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains(" passed, 0 failed", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spf-rfc7208.jsonl")]
    [InlineData("dkim-mail-auth.jsonl")]
    [InlineData("arc-validation.jsonl")]
    [InlineData("arc-sealing.jsonl")]
    public async Task The_suites_of_others_pass(string suite)
    {
        var path = Repository.SuitePath(suite);
        Assert.SkipWhen(path is null, $"The suite {suite} is not in the folder next to the project.");
        var run = await CommandRun.OfAsync("vectors", path!);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public async Task A_failure_is_a_line_with_id_got_and_expected_and_the_count_is_last()
    {
        using var file = new TemporaryFile($"{Passing}\n{Failing}\n", ".jsonl");
        var run = await CommandRun.OfAsync("vectors", file.Path);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Equal(["failing: spf: got none, expected fail or softfail", "2 vectors: 1 passed, 1 failed", ""], run.Output.ReplaceLineEndings("\n").Split('\n'));
    }

    [Fact]
    public async Task A_vector_that_cannot_be_read_ends_in_3_when_the_others_pass()
    {
        using var file = new TemporaryFile($"{Passing}\nnonsense\n", ".jsonl");
        var run = await CommandRun.OfAsync("vectors", file.Path);
        Assert.Equal((3, ""), (run.ExitCode, run.Error));
        Assert.Equal([$"{file.Path}, line 2: this is not JSON", "2 vectors: 1 passed, 0 failed, 1 cannot be read", ""], run.Output.ReplaceLineEndings("\n").Split('\n'));
    }

    [Fact]
    public async Task Json_holds_the_counts_and_the_failures()
    {
        using var file = new TemporaryFile($"{Passing}\n{Failing}\nnonsense\n", ".jsonl");
        var run = await CommandRun.OfAsync("vectors", file.Path, "--json");
        Assert.Equal(1, run.ExitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal((1, 1, 1), (Number("passed"), Number("failed"), Number("unreadable")));
        var failures = document.RootElement.GetProperty("failures");
        Assert.Equal("failing", failures[0].GetProperty("id").GetString());
        Assert.Equal("none", failures[0].GetProperty("got").GetString());
        Assert.Contains("line 3", failures[1].GetProperty("error").GetString(), StringComparison.Ordinal);

        int Number(string member) => document.RootElement.GetProperty(member).GetInt32();
    }

    [Theory]
    [InlineData("../secret.eml", "leads out of the vector's folder")]
    [InlineData("sub/../../secret.eml", "leads out of the vector's folder")]
    [InlineData("sub/..", "leads out of the vector's folder")]
    [InlineData("..\\\\secret.eml", "leads out of the vector's folder")]
    [InlineData("/etc/hostname", "is not a relative path")]
    [InlineData("\\\\\\\\host\\\\share", "is not a relative path")]
    [InlineData("C:secret.eml", "is not a relative path")]
    [InlineData("", "is not a relative path")]
    [InlineData("link.eml", "passes through a symbolic link")]
    [InlineData("linked/secret.eml", "passes through a symbolic link")]
    public async Task A_message_file_outside_the_folder_of_the_vector_is_not_read(string path, string says)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "To make symbolic links is a privilege elsewhere.");
        using var folder = new TemporaryFolder();
        var vectors = Directory.CreateDirectory(Path.Combine(folder.Path, "vectors")).FullName;
        Directory.CreateDirectory(Path.Combine(vectors, "sub"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "secret.eml"), "From: a@b\r\n\r\n", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(vectors, "link.eml"), Path.Combine(folder.Path, "secret.eml"));
        Directory.CreateSymbolicLink(Path.Combine(vectors, "linked"), folder.Path);
        var file = Path.Combine(vectors, "v.json");
        await File.WriteAllTextAsync(file, "{\"id\": \"a\", \"input\": {\"message\": \"" + path + "\"}}", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync("vectors", file);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains(says, run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("m.eml")]
    [InlineData("./m.eml")]
    [InlineData("sub/m.eml")]
    [InlineData("..m.eml")]
    public async Task A_message_in_the_folder_of_its_vector_or_below_is_read(string path)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "sub"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, path), "From: a@example.com\r\n\r\n", TestContext.Current.CancellationToken);
        var file = Path.Combine(folder.Path, "v.json");
        await File.WriteAllTextAsync(file, "{\"id\": \"a\", \"zone\": {}, \"input\": {\"message\": \"" + path + "\"}, \"expect\": {\"dkim\": []}}", TestContext.Current.CancellationToken);
        var run = await CommandRun.OfAsync("vectors", file);
        Assert.Equal((0, "1 vector: 1 passed, 0 failed"), (run.ExitCode, run.Output.TrimEnd()));
    }

    [Theory]
    [InlineData("no/such/file.json", "does not exist")]
    [InlineData("src/EmailAuth.Cli/Commands", "has no .json")]
    public async Task A_path_without_vectors_ends_in_one_line_that_says_what_to_do(string path, string says)
    {
        var run = await CommandRun.OfAsync("vectors", path);
        Assert.Equal((3, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _emailauth emailauth")]
    [InlineData("zsh", "#compdef emailauth")]
    [InlineData("fish", "complete -c emailauth")]
    public async Task Each_shell_has_a_completion_script(string shell, string contains)
    {
        var run = await CommandRun.OfAsync("completions", shell);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(contains, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suggestions_are_the_options_of_the_current_command()
    {
        var run = await CommandRun.OfAsync("[suggest:20]", "emailauth verify --m");
        Assert.Equal(["--mail-from"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
