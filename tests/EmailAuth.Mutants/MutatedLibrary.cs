using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace EmailAuth.Mutants;

/// <summary>The library built once with all changes in it, each behind its number.</summary>
internal static class MutatedLibrary
{
    private const string Library = "EmailAuth";

    // A change is met before it is known whether it is on, so that a run of the tests shows which tests meet which.
    private static string SwitchOf(int last) =>
        "internal static class MutantSwitch { internal static int On; internal static readonly byte[] Met = new byte[" + (last + 1) +
        "]; internal static bool Is(int number) { Met[number] = 1; return On == number; } }";

    /// <summary>Writes the assembly.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="output">The assembly's path.</param>
    /// <param name="wanted">The names of the changes that are wanted; null for all.</param>
    /// <exception cref="InvalidOperationException">The library itself does not compile.</exception>
    public static MutantTable Build(string root, string output, IReadOnlySet<string>? wanted)
    {
        var folder = Path.Combine(root, "src", Library);
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .Where(file => !file.Name.StartsWith("bin/", StringComparison.Ordinal) && !file.Name.StartsWith("obj/", StringComparison.Ordinal))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file.Path), parse, file.Name)).ToList();
        var made = Directory.EnumerateFiles(Path.Combine(folder, "obj", "Debug"), "*.cs", SearchOption.AllDirectories)
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), parse, path)).ToList();
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var original = CSharpCompilation.Create(
            Library,
            [.. sources, .. made],
            platform.Where(path => Path.GetFileName(path) != Library + ".dll").Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        original = WithLogMessages(original, parse);

        var table = new MutantTable(wanted);
        var files = wanted?.Select(name => name.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        sources.RemoveAll(tree => files?.Contains(tree.FilePath) == false);
        var mutators = sources.ToDictionary(tree => tree.FilePath, tree => new Mutator(original.GetSemanticModel(tree), tree.FilePath, table), StringComparer.Ordinal);
        var written = original.RemoveSyntaxTrees(sources);
        var trees = mutators.ToDictionary(item => item.Key, item => CSharpSyntaxTree.ParseText(item.Value.Write(), parse, item.Key), StringComparer.Ordinal);
        written = written.AddSyntaxTrees([.. trees.Values, CSharpSyntaxTree.ParseText(SwitchOf(table.Last), parse)]);

        while (true)
        {
            var errors = written.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
            if (errors.Count == 0) break;

            foreach (var file in errors.GroupBy(error => error.Location.SourceTree?.FilePath ?? string.Empty, StringComparer.Ordinal))
            {
                if (!trees.TryGetValue(file.Key, out var tree)) throw new InvalidOperationException(file.First().ToString());

                foreach (var error in file)
                {
                    DropAround(tree.GetRoot().FindNode(error.Location.SourceSpan), table, error);
                }

                trees[file.Key] = CSharpSyntaxTree.ParseText(mutators[file.Key].Write(), parse, file.Key);
                written = written.ReplaceSyntaxTree(tree, trees[file.Key]);
            }
        }

        var result = written.Emit(output);
        return result.Success ? table : throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(item => item.Severity == DiagnosticSeverity.Error)));
    }

    // The smallest piece of code around the error that has changes in it loses them.
    private static void DropAround(SyntaxNode node, MutantTable table, Diagnostic error)
    {
        const string call = "MutantSwitch.Is(";
        foreach (var around in node.AncestorsAndSelf())
        {
            var text = around.ToString();
            var any = false;
            for (var at = text.IndexOf(call, StringComparison.Ordinal); at >= 0; at = text.IndexOf(call, at + 1, StringComparison.Ordinal))
            {
                var start = at + call.Length;
                table.Drop(int.Parse(text.AsSpan(start, text.IndexOf(')', start) - start), System.Globalization.CultureInfo.InvariantCulture));
                any = true;
            }

            if (any) return;
        }

        throw new InvalidOperationException(error.ToString());
    }

    private static CSharpCompilation WithLogMessages(CSharpCompilation compilation, CSharpParseOptions parse)
    {
        var generators = new AnalyzerFileReference(Path.Combine(AppContext.BaseDirectory, "generators", "Microsoft.Extensions.Logging.Generators.dll"), new FromFile())
            .GetGenerators(LanguageNames.CSharp);
        CSharpGeneratorDriver.Create(generators, parseOptions: parse).RunGeneratorsAndUpdateCompilation(compilation, out var updated, out _);
        return (CSharpCompilation)updated;
    }

    private sealed class FromFile : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
