using System.Globalization;
using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The README's C# examples compile as they stand, each as a program of its own with the usual implicit usings.</summary>
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
        var cancellationToken = TestContext.Current.CancellationToken;
        var compilation = CSharpCompilation.Create(
            string.Create(CultureInfo.InvariantCulture, $"ReadmeLine{line}"),
            [CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: cancellationToken), CSharpSyntaxTree.ParseText(code, cancellationToken: cancellationToken)],
            References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        var problems = compilation.GetDiagnostics(cancellationToken).Where(d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.Empty(problems.Select(d => d.ToString()));
    }

    [Fact]
    public void There_are_examples() => Assert.NotEmpty(Examples);
}
