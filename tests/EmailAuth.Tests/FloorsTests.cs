using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// Keeps the floors of the architecture: a folder names only folders on the floors below it. The compiler is asked what each name means, so
/// that a type in scope without a using, a constant or a <c>nameof</c> counts like any other.
/// </summary>
public class FloorsTests
{
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Cryptography"] = 1,
        ["Syntax"] = 1,
        ["Dns"] = 2,
        ["Messages"] = 2,
        ["Results"] = 2,
        ["Signatures"] = 3,
        ["Spf"] = 4,
        ["Dkim"] = 4,
        ["Arc"] = 4,
        ["Dmarc"] = 4,
        ["Bimi"] = 4,
        ["Iprev"] = 4,
        ["Policy"] = 5,
        ["Removal"] = 5,
        [LibrarySource.FrontRoom] = 6,
        ["Settings"] = 7,
        ["Rendering"] = 7,
        ["Hosting"] = 8,
        ["Composition"] = 9,
        [""] = 10,
        ["MimeKit"] = 11,
    };

    // What points up, and why.
    private static readonly Dictionary<string, string[]> Exceptions = new(StringComparer.Ordinal)
    {
        ["AuthenticationOutcome.cs"] = ["Rendering", "Composition"], // ToJson, for convenience; the order of its methods is the table's
        ["Hosting/EmailAuthServiceCollectionExtensions.cs"] = [""], // registers the front door
        ["Hosting/EmailAuthHealthCheck.cs"] = [""], // checks the resolver and the options of the front door
        ["Hosting/PipelineSource.cs"] = [""], // makes the pipeline of a host
    };

    private static readonly string Library = Repository.PathOf("src", "EmailAuth");
    private static readonly Lazy<LibrarySource> Source = new(() => LibrarySource.Read(Library));

    public static TheoryData<string> Files => [.. LibrarySource.FilesIn(Library)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_names_only_the_floors_below_its_own(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        var room = LibrarySource.FolderOf(file);
        Assert.True(Floors.TryGetValue(room, out var floor), $"{folder} is on no floor of the architecture");
        Assert.Equal(folder.Length == 0 ? "EmailAuth" : "EmailAuth." + folder.Replace('/', '.'), Source.Value.NamespaceOf(file));
        Assert.Empty(Wrong(FoldersNamedIn(file), room, floor));
    }

    // Floors forbid a circle between any two folders on different floors; this one also sees those on the same floor.
    [Fact]
    public void No_two_folders_need_each_other()
    {
        var needs = LibrarySource.FilesIn(Library)
            .GroupBy(LibrarySource.FolderOf, StringComparer.Ordinal)
            .ToDictionary(
                files => files.Key,
                files => files.SelectMany(FoldersNamedIn).Where(name => name != files.Key).ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);

        // Taking away what needs nothing that is left leaves only circles.
        while (needs.Where(folder => !folder.Value.Any(needs.ContainsKey)).Select(folder => folder.Key).ToList() is { Count: > 0 } free)
        {
            free.ForEach(folder => needs.Remove(folder));
        }

        Assert.Empty(needs.Keys);
    }

    public static TheoryData<string, string, string> Probes => new()
    {
        { "a using", "using EmailAuth.Spf; namespace EmailAuth.Dns; class C { SpfResult? a; }", "Spf" },
        { "an alias", "using X = EmailAuth.Dkim.DkimResult; namespace EmailAuth.Dns; class C { X? a; }", "Dkim" },
        { "a full name", "namespace EmailAuth.Dns; class C { EmailAuth.Dmarc.DmarcResult? a; }", "Dmarc" },
        { "a short namespace", "namespace EmailAuth.Dns; class C { Bimi.BimiResult? a; }", "Bimi" },
        { "a method that shares its floor", "namespace EmailAuth.Arc; class C { Dkim.DkimResult? a; }", "Dkim" },
        { "an internal type", "namespace EmailAuth.Spf; class C { object a = Dkim.DkimOptions.Default; }", "Dkim" },
        { "a type of the root, in scope by itself", "namespace EmailAuth.Dmarc; class C { AuthenticationOutcome? a; }", LibrarySource.FrontRoom },
        { "a door", "namespace EmailAuth.Composition; class C { AuthenticationPipeline? a; }", "" },
        { "one that is made", "namespace EmailAuth.Dmarc; class C { SmtpEnvelope a = new(); }", LibrarySource.FrontRoom },
        { "a nameof", "namespace EmailAuth.Dmarc; class C { string a = nameof(SmtpEnvelope); }", LibrarySource.FrontRoom },
        { "a constant", "namespace EmailAuth.Syntax; class C { int a = (int)Spf.SpfResultCode.Pass; }", "Spf" },
        { "an inferred type", "namespace EmailAuth.Dns; class C { void M() { var a = Results.AuthenticationResultsReader.Parse(\"\"); } }", "Results" },
    };

    [Theory]
    [MemberData(nameof(Probes))]
    public void The_test_sees_every_way_of_naming_a_type(string what, string code, string folder)
    {
        Assert.NotEmpty(what);
        var named = Source.Value.FoldersNamedIn(CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains(folder, named);
        var own = code.Split("namespace EmailAuth.")[1].Split(';')[0];
        Assert.Equal([folder], Wrong(named, own, Floors[own]));
    }

    private static IEnumerable<string> FoldersNamedIn(string file) =>
        Source.Value.FoldersNamedIn(file).Where(name => !Exceptions.TryGetValue(file, out var allowed) || !allowed.Contains(name));

    private static IEnumerable<string> Wrong(IEnumerable<string> named, string folder, int floor) =>
        named.Where(name => name != folder && (!Floors.TryGetValue(name, out var other) || other >= floor)).Order(StringComparer.Ordinal);
}
