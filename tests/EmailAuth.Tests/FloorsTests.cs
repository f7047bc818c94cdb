using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>Keeps the floors of the architecture: a folder may name only folders on the floors below it.</summary>
public class FloorsTests
{
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Cryptography"] = 1,
        ["Syntax"] = 1,
        ["Dns"] = 2,
        ["Messages"] = 2,
        ["Results"] = 2,
        ["Spf"] = 3,
        ["Dkim"] = 3,
        ["Arc"] = 3,
        ["Dmarc"] = 3,
        ["Bimi"] = 3,
        ["Iprev"] = 3,
        [""] = 4,
        ["Vectors"] = 5,
    };

    private static readonly string Library = Repository.PathOf("src", "EmailAuth");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Library, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Library, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_names_only_the_floors_below_its_own(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        var tree = CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Library, file)), cancellationToken: TestContext.Current.CancellationToken);
        var root = tree.GetCompilationUnitRoot(TestContext.Current.CancellationToken);

        Assert.Equal(folder.Length == 0 ? "EmailAuth" : "EmailAuth." + folder.Replace('/', '.'), NamespaceOf(root));
        Assert.True(Floors.TryGetValue(folder.Split('/')[0], out var floor), $"{folder} is on no floor of the architecture");

        var wrong = NamesIn(root)
            .Where(name => name != folder && Floors.TryGetValue(name, out var other) && other >= floor && !(folder == "Arc" && name == "Dkim"))
            .Distinct(StringComparer.Ordinal);
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_test_sees_every_way_of_naming_a_namespace()
    {
        var root = CSharpSyntaxTree.ParseText(
            """
            using EmailAuth.Spf;
            using Alias = EmailAuth.Dkim.DkimResult;
            namespace EmailAuth.Dns;
            class C { EmailAuth.Dmarc.DmarcResult a; Bimi.BimiResult b; object c = Vectors.TestVector.Parse(""); }
            """,
            cancellationToken: TestContext.Current.CancellationToken).GetCompilationUnitRoot(TestContext.Current.CancellationToken);
        Assert.Equal(["Bimi", "Dkim", "Dmarc", "Spf", "Vectors"], NamesIn(root).Intersect(Floors.Keys).Order(StringComparer.Ordinal));
    }

    private static string NamespaceOf(CompilationUnitSyntax root) =>
        root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().Select(n => n.Name.ToString()).FirstOrDefault() ?? "EmailAuth";

    // "using EmailAuth.Spf", "EmailAuth.Spf.X", "Spf.X": the first part that follows "EmailAuth", or the leftmost part of a dotted name.
    private static IEnumerable<string> NamesIn(CompilationUnitSyntax root)
    {
        foreach (var node in root.DescendantNodes())
        {
            var text = node switch
            {
                QualifiedNameSyntax name when name.Parent is not QualifiedNameSyntax and not BaseNamespaceDeclarationSyntax => name.ToString(),
                MemberAccessExpressionSyntax access when access.Parent is not MemberAccessExpressionSyntax => access.ToString(),
                _ => null,
            };
            if (text is null)
            {
                continue;
            }

            var parts = text.Split('.');
            var index = parts[0].EndsWith("EmailAuth", StringComparison.Ordinal) ? 1 : 0;
            // A property may bear the name of a namespace (outcome.Spf, or Spf within the outcome): what follows it tells.
            if (index < parts.Length && (index == 1 || (parts.Length > 1 && parts[0].Length > 0 && parts[1].StartsWith(parts[0], StringComparison.Ordinal)) || parts[0] == "Vectors"))
            {
                yield return parts[index];
            }
        }
    }
}
