using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>What is in the packages, and what they say of themselves.</summary>
public sealed class PackageContentTests
{
    // The elements of the nuspec, and where the project has what they say.
    public static TheoryData<string, string> Said => new()
    {
        { "id", "PackageId" },
        { "version", "Version" },
        { "authors", "Authors" },
        { "license", "PackageLicenseExpression" },
        { "readme", "PackageReadmeFile" },
        { "icon", "PackageIcon" },
        { "description", "Description" },
        { "tags", "PackageTags" },
        { "releaseNotes", "PackageReleaseNotes" },
        { "copyright", "Copyright" },
    };

    public static TheoryData<string> Packages => [.. PackedPackages.Projects.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void The_packages_are_these() => Assert.Equal(
        ["EmailAuth", "EmailAuth.Inspection", "EmailAuth.Milter.Protocol", "EmailAuth.Reports", "EmailAuth.Testing", "EmailAuth.Tool"],
        Packages.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_is_packed_and_says_what_a_list_of_packages_shows(string id)
    {
        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open(id);
        var metadata = PackedPackages.Metadata(package).Elements().ToDictionary(element => element.Name.LocalName, element => element.Value, StringComparer.Ordinal);
        Assert.Equal((id, PackedPackages.Version, "MIT", "README.md", "icon.png"), (metadata["id"], metadata["version"], metadata["license"], metadata["readme"], metadata["icon"]));
        Assert.All(["authors", "copyright", "description"], name => Assert.NotEmpty(metadata[name]));
        Assert.Superset(new HashSet<string>(["README.md", "icon.png"], StringComparer.Ordinal), PackedPackages.Content(package).ToHashSet(StringComparer.Ordinal));
    }

    // The nuspec has a token in each place, and the target that fills it takes the project's word.
    [Theory]
    [MemberData(nameof(Said))]
    public void The_nuspec_says_what_the_project_says(string element, string property)
    {
        var nuspec = XDocument.Load(Repository.PathOf("EmailAuth.nuspec")).Descendants().Single(node => node.Name.LocalName == element);
        Assert.Equal($"${element}$", nuspec.Value);

        var said = PackedPackages.Property(PackedPackages.Projects["EmailAuth"], property)
            ?? PackedPackages.Property(Repository.PathOf("Directory.Build.props"), property);
        Assert.NotNull(said);
        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open("EmailAuth");
        Assert.Equal(said, PackedPackages.Metadata(package).Elements().Single(node => node.Name.LocalName == element).Value);
    }

    [Fact]
    public void The_nuspec_depends_on_what_the_project_references_in_the_versions_that_it_is_built_with()
    {
        var references = XDocument.Load(PackedPackages.Projects["EmailAuth"]).Descendants("PackageReference")
            .Where(reference => reference.Attribute("PrivateAssets") is null).Select(reference => reference.Attribute("Include")!.Value).ToList();
        Assert.Equal(
            references.Order(StringComparer.Ordinal),
            XDocument.Load(Repository.PathOf("EmailAuth.nuspec")).Descendants().Where(node => node.Name.LocalName == "dependency").Select(IdOf).Order(StringComparer.Ordinal));

        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open("EmailAuth");
        var dependencies = Dependencies(package).ToDictionary(IdOf, node => node.Attribute("version")!.Value.TrimStart('[').Split(',')[0], StringComparer.Ordinal);
        Assert.Equal(references.ToDictionary(id => id, PackedPackages.PinnedVersion, StringComparer.Ordinal), dependencies);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("https://emailauth.example/source", true)]
    public async Task A_public_address_is_in_the_nuspec_when_there_is_one(string address, bool isNamed)
    {
        using var folder = new ConsoleProject();
        var run = await folder.DotnetAsync(
            "msbuild", PackedPackages.Projects["EmailAuth"], "-t:FillNuspec", "-getProperty:NuspecProperties", "-p:PublicAddress=" + address);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal(isNamed, run.Output.Contains($"<projectUrl>{address}</projectUrl><repository type=\"git\" url=\"{address}\"", StringComparison.Ordinal));
        Assert.Equal(isNamed, run.Output.Contains("projectUrl", StringComparison.Ordinal));
    }

    [Fact]
    public void The_librarys_package_holds_what_a_user_needs()
    {
        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open("EmailAuth");
        Assert.Equal(
            ["CHANGELOG.md", "EmailAuth.nuspec", "LICENSE", "README.md", "icon.png", "lib/net10.0/EmailAuth.dll", "lib/net10.0/EmailAuth.xml", "settings.schema.json"],
            PackedPackages.Content(package).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EmailAuth.Testing", "EmailAuth")]
    [InlineData("EmailAuth.Inspection", "BouncyCastle.Cryptography, EmailAuth")]
    public void A_package_that_uses_the_library_depends_on_exactly_its_own_version(string id, string dependencies)
    {
        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open(id);
        Assert.Superset(
            new HashSet<string>([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], StringComparer.Ordinal),
            PackedPackages.Content(package).ToHashSet(StringComparer.Ordinal));
        var found = Dependencies(package).ToList();
        Assert.Equal(dependencies, string.Join(", ", found.Select(IdOf).Order(StringComparer.Ordinal)));
        Assert.Equal($"[{PackedPackages.Version}]", found.Single(node => IdOf(node) == "EmailAuth").Attribute("version")!.Value);
    }

    [Fact]
    public async Task The_packed_library_names_no_folder_of_the_machine_that_built_it()
    {
        PackedPackages.SkipWithout();
        await using var package = PackedPackages.Open("EmailAuth");
        await using var library = await package.GetEntry("lib/net10.0/EmailAuth.dll")!.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await library.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Repository.PathOf("src"))));
    }

    private static IEnumerable<XElement> Dependencies(ZipArchive package) =>
        PackedPackages.Metadata(package).Descendants().Where(node => node.Name.LocalName == "dependency");

    private static string IdOf(XElement dependency) => dependency.Attribute("id")!.Value;
}
