using System.Reflection;
using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EmailAuth.Inspection.Tests;

/// <summary>The README's example compiles as it is written, and says what it should of a zone that is put in place of the DNS.</summary>
[Collection(nameof(ReadmeTests))]
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public class ReadmeTests
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading.Tasks;";

    /// <summary>The zone that the example is run with.</summary>
    public static ZoneResolver Resolver { get; } = new(new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 a ?all")
        .Add("example.com", ZoneEntryKind.A, "192.0.2.1")
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none")
        .Add("selector1._domainkey.example.com", ZoneEntryKind.Txt, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));

    [Fact]
    public async Task The_example_compiles_and_runs()
    {
        const string Dns = "new StubResolver()";
        var readme = await File.ReadAllTextAsync(Repository.PathOf("src", "EmailAuth.Inspection", "README.md"), TestContext.Current.CancellationToken);
        var start = readme.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        var example = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
        Assert.Contains(Dns, example, StringComparison.Ordinal);
        Assert.Empty(Compile("AsWritten", example).GetDiagnostics(TestContext.Current.CancellationToken).Where(problem => problem.Severity >= DiagnosticSeverity.Warning));

        using var image = new MemoryStream();
        var program = Compile("WithZone", example.Replace(Dns, $"{typeof(ReadmeTests).FullName}.{nameof(Resolver)}", StringComparison.Ordinal));
        Assert.True(program.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Success);
        Assert.Equal(
            """
            SPF: 1 of 10 lookups
            spf-neutral-all at 9: ?all says nothing about clients that match no term; use ~all or -all
            DMARC: the policy asks receivers for no action yet
            DKIM: ed25519, 256 bits

            """.ReplaceLineEndings(),
            await PrintedByAsync(Assembly.Load(image.ToArray()).EntryPoint!));
    }

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
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
}
