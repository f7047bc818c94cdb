using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A program from a page or a comment, with the usual implicit usings. Programs run one at a time: see <see cref="ConsoleTests"/>.</summary>
internal static class ExampleProgram
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

    public static CSharpCompilation Compile(string name, params string[] code) => CSharpCompilation.Create(
        name,
        [.. code.Prepend(ImplicitUsings).Select(text => CSharpSyntaxTree.ParseText(text, cancellationToken: Xunit.TestContext.Current.CancellationToken))],
        References.Value,
        new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>Errors and warnings.</summary>
    public static IEnumerable<string> Problems(CSharpCompilation compilation) =>
        compilation.GetDiagnostics(Xunit.TestContext.Current.CancellationToken).Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString());

    /// <summary>Runs a program and gives what it printed.</summary>
    /// <param name="compilation">The program.</param>
    /// <param name="folder">The current folder of the program.</param>
    public static async Task<string> RunAsync(CSharpCompilation compilation, string folder)
    {
        using var image = new MemoryStream();
        var emitted = compilation.Emit(image, cancellationToken: Xunit.TestContext.Current.CancellationToken);
        Xunit.Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));

        // What it prints goes to the console of this process.
        var (before, output) = (Environment.CurrentDirectory, Console.Out);
        using var printed = new StringWriter();
        try
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(printed);
            var entry = Assembly.Load(image.ToArray()).EntryPoint!;
            await Task.Run(() => entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()]), Xunit.TestContext.Current.CancellationToken);
        }
        finally
        {
            Console.SetOut(output);
            Environment.CurrentDirectory = before;
        }

        return printed.ToString();
    }
}

/// <summary>Tests that change the current folder and the console of the process: no others run meanwhile.</summary>
[Xunit.CollectionDefinition(nameof(ConsoleTests), DisableParallelization = true)]
public class ConsoleTests;
