using System.Globalization;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// The C# examples of the pages that packages hold compile as they are, each as a program of its own with the usual implicit usings.
/// Where a block of text follows an example, that is what it prints.
/// </summary>
[Collection(nameof(ConsoleTests))]
public class ReadmeTests
{
    private static readonly string[] Pages = ["README.md", "src/EmailAuth.Testing/README.md"];

    public static TheoryData<string, int, string> Examples
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (var (page, line, code, _) in Pages.SelectMany(ExamplesOf))
            {
                data.Add(page, line, code);
            }

            return data;
        }
    }

    public static TheoryData<string, int, string, string> PrintingExamples
    {
        get
        {
            var data = new TheoryData<string, int, string, string>();
            foreach (var (page, line, code, output) in Pages.SelectMany(ExamplesOf).Where(example => example.Output is not null))
            {
                data.Add(page, line, code, output!);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles(string page, int line, string code) =>
        Assert.Empty(ExampleProgram.Problems(ExampleProgram.Compile(NameOf(page, line), code)));

    // The example's paths are those of someone in the project's folder.
    [Fact]
    public async Task The_example_with_a_generic_host_runs()
    {
        var code = Examples.Select(row => row.Data.Item3).Single(text => text.Contains("AddEmailAuth", StringComparison.Ordinal));
        var printed = await ExampleProgram.RunAsync(ExampleProgram.Compile("ReadmeHost", code), Repository.Root);
        Assert.Contains("Authentication-Results: mx.example.org;", printed, StringComparison.Ordinal);
        Assert.Contains("dkim=pass", printed, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PrintingExamples))]
    public async Task An_example_prints_what_the_page_says(string page, int line, string code, string output) =>
        Assert.Equal(output, (await ExampleProgram.RunAsync(ExampleProgram.Compile("Printing" + NameOf(page, line), code), Repository.Root)).TrimEnd());

    private static string NameOf(string page, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"{page.Replace('/', '.')}.Line{line}");

    private static IEnumerable<(string Page, int Line, string Code, string? Output)> ExamplesOf(string page)
    {
        var lines = File.ReadAllLines(Repository.PathOf(page.Split('/')));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] == "```csharp")
            {
                var (start, end) = (i, Array.IndexOf(lines, "```", i));
                var text = lines.Length > end + 2 && lines[end + 2] == "```text" ? lines[(end + 3)..Array.IndexOf(lines, "```", end + 2)] : null;
                i = end;
                yield return (page, start + 2, string.Join('\n', lines[(start + 1)..end]), text is null ? null : string.Join('\n', text));
            }
        }
    }
}
