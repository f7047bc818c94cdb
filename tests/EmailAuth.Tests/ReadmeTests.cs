using System.Globalization;
using System.Reflection;
using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The README's C# examples compile as they stand, each as a program of its own with the usual implicit usings.</summary>
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

    public static TheoryData<int, string> Examples
    {
        get
        {
            var data = new TheoryData<int, string>();
            var lines = File.ReadAllLines(Repository.PathOf("README.md"));
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i] == "```csharp")
                {
                    var end = Array.IndexOf(lines, "```", i);
                    data.Add(i + 2, string.Join('\n', lines[(i + 1)..end]));
                    i = end;
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles(int line, string code)
    {
        var compilation = Compile(string.Create(CultureInfo.InvariantCulture, $"ReadmeLine{line}"), code, TestContext.Current.CancellationToken);
        var problems = compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.Empty(problems.Select(d => d.ToString()));
    }

    [Fact]
    public async Task The_example_with_a_generic_host_runs()
    {
        var code = Examples.Select(row => row.Data.Item2).Single(text => text.Contains("AddEmailAuth", StringComparison.Ordinal));
        using var image = new MemoryStream();
        var emitted = Compile("ReadmeHost", code, TestContext.Current.CancellationToken).Emit(image, cancellationToken: TestContext.Current.CancellationToken);
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

        Assert.Contains("Authentication-Results: mx.example.org;", printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("dkim=pass", printed.ToString(), StringComparison.Ordinal);
    }

    private static CSharpCompilation Compile(string name, string code, CancellationToken cancellationToken) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: cancellationToken), CSharpSyntaxTree.ParseText(code, cancellationToken: cancellationToken)],
        References.Value,
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
}
