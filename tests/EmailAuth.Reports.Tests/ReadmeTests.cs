using System.Reflection;
using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EmailAuth.Reports.Tests;

/// <summary>The README's examples compile as they are written, and the one that reads prints what it should of a report.</summary>
[Collection(nameof(ReadmeTests))]
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class ReadmeTests
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    public static TheoryData<int> Examples => [.. Enumerable.Range(0, Texts().Count)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles_without_a_warning(int number) =>
        Assert.Empty(Compile($"Example{number}", Texts()[number]).GetDiagnostics(TestContext.Current.CancellationToken).Where(static problem => problem.Severity >= DiagnosticSeverity.Warning));

    [Fact]
    public async Task The_example_that_reads_prints_the_rows()
    {
        var example = Texts().Single(static text => text.Contains("AggregateReportReader", StringComparison.Ordinal));
        using var image = new MemoryStream();
        Assert.True(Compile("Reading", example.Replace("\"report.xml\"", $"@\"{GoldenReports.PathOf("policy-reject")}\"", StringComparison.Ordinal)).Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        Assert.Equal(
            """
            3 from 192.0.2.1 as example.com: Pass
            2 from 198.51.100.7 as example.com: Reject
            Conforms: 5 messages in 2 rows, reported by Example Receiver about example.com

            """.ReplaceLineEndings(),
            await PrintedByAsync(Assembly.Load(image.ToArray()).EntryPoint!));
    }

    private static List<string> Texts() =>
        [.. File.ReadAllText(Repository.PathOf("src", "EmailAuth.Reports", "README.md")).Split("```csharp\n").Skip(1).Select(static part => part[..part.IndexOf("```", StringComparison.Ordinal)])];

    private static async Task<string> PrintedByAsync(MethodInfo entry)
    {
        var output = Console.Out;
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            await Task.Run(() => entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()]), TestContext.Current.CancellationToken);
        }
        finally
        {
            Console.SetOut(output);
        }

        return printed.ToString();
    }

    private static CSharpCompilation Compile(string name, string code) => CSharpCompilation.Create(
        name,
        [CSharpSyntaxTree.ParseText(code), CSharpSyntaxTree.ParseText(ImplicitUsings)],
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path)),
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
}
