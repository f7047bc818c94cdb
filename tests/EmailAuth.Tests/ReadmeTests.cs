using System.Globalization;
using System.Reflection;
using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// The C# examples of the pages that packages hold compile as they are, each as a program of its own with the usual implicit usings. Where a
/// block of text follows an example, that is what it prints.
/// </summary>
[Collection(nameof(ReadmeTests))]
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class ReadmeTests
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))]);

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
    public void An_example_compiles(string page, int line, string code)
    {
        var compilation = Compile(NameOf(page, line), code, TestContext.Current.CancellationToken);
        var problems = compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.Empty(problems.Select(d => d.ToString()));
    }

    [Fact]
    public async Task The_example_with_a_generic_host_runs()
    {
        var code = Examples.Select(row => row.Data.Item3).Single(text => text.Contains("AddEmailAuth", StringComparison.Ordinal));
        var printed = await RunAsync("ReadmeHost", code);
        Assert.Contains("Authentication-Results: mx.example.org;", printed, StringComparison.Ordinal);
        Assert.Contains("dkim=pass", printed, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PrintingExamples))]
    public async Task An_example_prints_what_the_page_says(string page, int line, string code, string output) =>
        Assert.Equal(output, (await RunAsync("Printing" + NameOf(page, line), code)).TrimEnd());

    private static async Task<string> RunAsync(string name, string code)
    {
        using var image = new MemoryStream();
        var emitted = Compile(name, code, TestContext.Current.CancellationToken).Emit(image, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success);

        // The example's paths are those of someone in the project's folder; what it prints goes to the console of this process.
        var (folder, output) = (Environment.CurrentDirectory, Console.Out);
        using var printed = new StringWriter();
        try
        {
            Environment.CurrentDirectory = Repository.Root;
            Console.SetOut(printed);
            var entry = Assembly.Load(image.ToArray()).EntryPoint!;
            await Task.Run(() => entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()]), TestContext.Current.CancellationToken);
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = folder;
        }

        return printed.ToString();
    }

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

    private static CSharpCompilation Compile(string name, string code, CancellationToken cancellationToken) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: cancellationToken), CSharpSyntaxTree.ParseText(code, cancellationToken: cancellationToken)],
        References.Value,
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
}
