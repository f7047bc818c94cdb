using System.Net;
using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EmailAuth.Milter.Protocol.Tests;

/// <summary>What a person copies compiles as it is, with the usual implicit usings.</summary>
public sealed class ExampleTests
{
    private const string ImplicitUsings =
        "global using System; global using System.IO; global using System.Threading; global using System.Threading.Tasks;";

    [Fact]
    public void The_example_of_the_page_compiles()
    {
        var page = File.ReadAllText(Repository.PathOf("src", "EmailAuth.Milter.Protocol", "README.md"));

        AssertCompiles(page.Split("```csharp\n")[1].Split("```")[0]);
    }

    [Fact]
    public void The_example_of_the_handler_compiles()
    {
        var source = File.ReadAllText(Repository.PathOf("src", "EmailAuth.Milter.Protocol", "MilterHandler.cs"));
        var example = source.Split("/// <code>\n")[1].Split("/// </code>")[0].Split('\n').Select(line => line.TrimStart('/'));

        AssertCompiles(WebUtility.HtmlDecode(string.Join('\n', example)).Replace("(stream,", "(Stream.Null,", StringComparison.Ordinal));
    }

    private static void AssertCompiles(string code)
    {
        var cancel = TestContext.Current.CancellationToken;
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: cancel), CSharpSyntaxTree.ParseText(code, cancellationToken: cancel)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

        Assert.Empty(compilation.GetDiagnostics(cancel).Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString()));
    }
}
