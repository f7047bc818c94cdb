using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmailAuth.Tests.TestSupport;

/// <summary>The library's sources as the compiler understands them.</summary>
internal sealed class LibrarySource
{
    /// <summary>The folder that stands for the root's types but the doors: what goes into a check and what comes of it, plain data.</summary>
    public const string FrontRoom = "(front room)";

    private const string Root = "EmailAuth";
    private static readonly string[] Doors = ["AuthenticationPipeline", "AuthenticationSession"];

    private readonly CSharpCompilation _compilation;
    private readonly Dictionary<string, SyntaxTree> _trees;
    private readonly ConcurrentDictionary<string, HashSet<string>> _named = new(StringComparer.Ordinal);

    // What a file needs of another it gets through a type, so only the names that some type of the library has are looked up.
    private readonly HashSet<string> _typeNames;

    private LibrarySource(CSharpCompilation compilation, Dictionary<string, SyntaxTree> trees)
    {
        _compilation = compilation;
        _trees = trees;
        _typeNames = trees.Values.SelectMany(tree => tree.GetRoot().DescendantNodes()).OfType<BaseTypeDeclarationSyntax>()
            .Select(type => type.Identifier.ValueText).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The source files below a folder, relative to it.</summary>
    public static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The folder that a file of the library belongs to; the root's files are in two.</summary>
    public static string FolderOf(string file) =>
        file.Contains('/', StringComparison.Ordinal) ? file.Split('/')[0]
        : Doors.Contains(Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal) ? string.Empty
        : FrontRoom;

    /// <summary>Reads a project's folder, with the usings that the build generated for it.</summary>
    public static LibrarySource Read(string folder)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        var trees = FilesIn(folder).ToDictionary(
            file => file, file => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(folder, file)), options, file), StringComparer.Ordinal);
        var usings = Directory.EnumerateFiles(Path.Combine(folder, "obj"), "*.GlobalUsings.g.cs", SearchOption.AllDirectories).First();
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            Root,
            [.. trees.Values, CSharpSyntaxTree.ParseText(File.ReadAllText(usings), options)],
            platform.Where(path => Path.GetFileName(path) != Root + ".dll").Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        return new LibrarySource(compilation, trees);
    }

    public string NamespaceOf(string file) =>
        _trees[file].GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Select(declaration => declaration.Name.ToString()).FirstOrDefault() ?? Root;

    /// <summary>The folders of the library that a file names, its own among them.</summary>
    public IReadOnlySet<string> FoldersNamedIn(string file) => _named.GetOrAdd(file, name => Named(_compilation, _trees[name]));

    /// <summary>The same for a file that is not part of the library.</summary>
    public IReadOnlySet<string> FoldersNamedIn(SyntaxTree tree) => Named(_compilation.AddSyntaxTrees(tree), tree);

    /// <summary>Where a switch over an enum of the library has an arm for whatever is left that does anything but throw.</summary>
    public IEnumerable<string> GuessesOfEnums() => _trees.Values.SelectMany(tree => Guesses(_compilation, tree));

    /// <summary>The same for a file that is not part of the library.</summary>
    public IEnumerable<string> GuessesOfEnums(SyntaxTree tree) => Guesses(_compilation.AddSyntaxTrees(tree), tree);

    private static IEnumerable<string> Guesses(CSharpCompilation compilation, SyntaxTree tree)
    {
        var model = compilation.GetSemanticModel(tree);
        var nodes = tree.GetRoot().DescendantNodes().ToList();
        var arms = nodes.OfType<SwitchExpressionSyntax>().Where(s => IsOurEnum(model.GetTypeInfo(s.GoverningExpression).Type)).SelectMany(s => s.Arms)
            .Where(arm => arm is { Pattern: DiscardPatternSyntax or VarPatternSyntax, WhenClause: null } && arm.Expression is not ThrowExpressionSyntax);
        var sections = nodes.OfType<SwitchStatementSyntax>().Where(s => IsOurEnum(model.GetTypeInfo(s.Expression).Type)).SelectMany(s => s.Sections)
            .Where(section => section.Labels.Any(label => label is DefaultSwitchLabelSyntax) && section.Statements[0] is not ThrowStatementSyntax);
        return [.. arms.Concat<SyntaxNode>(sections).Select(node => $"{tree.FilePath}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}")];
    }

    private static bool IsOurEnum(ITypeSymbol? type) =>
        (type is INamedTypeSymbol { ConstructedFrom.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type)
            is { TypeKind: TypeKind.Enum, ContainingAssembly.Name: Root };

    private HashSet<string> Named(CSharpCompilation compilation, SyntaxTree tree)
    {
        var model = compilation.GetSemanticModel(tree);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in tree.GetRoot().DescendantNodes())
        {
            var symbol = node switch
            {
                SimpleNameSyntax name when _typeNames.Contains(name.Identifier.ValueText) => model.GetSymbolInfo(node) is var info ? info.Symbol ?? info.CandidateSymbols.FirstOrDefault() : null,
                ImplicitObjectCreationExpressionSyntax => model.GetTypeInfo(node).Type,
                _ => null,
            };
            if (FolderOf(symbol) is { } folder)
            {
                folders.Add(folder);
            }
        }

        return folders;
    }

    private static string? FolderOf(ISymbol? symbol)
    {
        symbol = symbol is IAliasSymbol alias ? alias.Target : symbol;
        symbol = symbol is IArrayTypeSymbol array ? array.ElementType : symbol;
        if (symbol is null or INamespaceSymbol or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol or ILabelSymbol or IRangeVariableSymbol)
        {
            return null;
        }

        var space = symbol.ContainingNamespace?.ToString();
        return space == Root ? Doors.Contains((symbol as INamedTypeSymbol ?? symbol.ContainingType).Name, StringComparer.Ordinal) ? string.Empty : FrontRoom
            : space?.StartsWith(Root + ".", StringComparison.Ordinal) == true && symbol.ContainingAssembly?.Name == Root ? space[(Root.Length + 1)..].Split('.')[0]
            : null;
    }
}
