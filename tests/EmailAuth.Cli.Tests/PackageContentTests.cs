using System.IO.Compression;
using System.Text;
using System.Text.Json;
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
        { "releaseNotes", "ReleaseNotes" },
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
        Assert.Superset(new HashSet<string>(["README.md", "CHANGELOG.md", "LICENSE", "icon.png", "sbom.cdx.json"], StringComparer.Ordinal), PackedPackages.Content(package).ToHashSet(StringComparer.Ordinal));
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

    // A package names no address until there is one, and then all of them.
    [Theory]
    [InlineData("", "", "|||See CHANGELOG.md in the package.")]
    [InlineData(
        "https://emailauth.example/source", "https://emailauth.example/notes",
        "git|https://emailauth.example/source|https://emailauth.example/source|See CHANGELOG.md in the package, or https://emailauth.example/notes")]
    public async Task Every_package_names_the_addresses_that_there_are(string address, string notes, string named)
    {
        using var folder = new ConsoleProject();
        foreach (var project in PackedPackages.Projects.Values)
        {
            var run = await folder.DotnetAsync(
                "msbuild", project, "-getProperty:RepositoryType,RepositoryUrl,PackageProjectUrl,PackageReleaseNotes", "-p:PublicAddress=" + address, "-p:ReleaseNotesAddress=" + notes);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            using var properties = JsonDocument.Parse(run.Output);
            Assert.Equal(named, string.Join('|', properties.RootElement.GetProperty("Properties").EnumerateObject().Select(static property => property.Value.GetString())));
        }

        var nuspec = await folder.DotnetAsync(
            "msbuild", PackedPackages.Projects["EmailAuth"], "-t:FillNuspec", "-getProperty:NuspecProperties", "-p:PublicAddress=" + address, "-p:ReleaseNotesAddress=" + notes);
        Assert.True(nuspec.ExitCode == 0, nuspec.Output + nuspec.Error);
        Assert.Equal(address.Length > 0, nuspec.Output.Contains($"<projectUrl>{address}</projectUrl><repository type=\"git\" url=\"{address}\"", StringComparison.Ordinal));
        Assert.Equal(address.Length > 0, nuspec.Output.Contains("projectUrl", StringComparison.Ordinal));
    }

    // The bill of materials names what the lock file does, and nothing that differs from build to build.
    [Theory]
    [MemberData(nameof(Packages))]
    public void The_bill_of_materials_names_what_a_package_brings(string id)
    {
        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open(id);
        using var bill = JsonDocument.Parse(PackedPackages.BytesOf(package, "sbom.cdx.json"));
        var root = bill.RootElement;
        var itself = root.GetProperty("metadata").GetProperty("component");
        Assert.Equal(("CycloneDX", id, PackedPackages.Version), (root.GetProperty("bomFormat").GetString(), itself.GetProperty("name").GetString(), itself.GetProperty("version").GetString()));
        Assert.False(root.TryGetProperty("serialNumber", out _) || root.GetProperty("metadata").TryGetProperty("timestamp", out _));

        var components = root.TryGetProperty("components", out var found) ? found.EnumerateArray().Where(static one => one.GetProperty("scope").GetString() == "required").ToList() : [];
        Assert.Equal(PackedPackages.LockedPackages(id), components.Select(static one => $"{one.GetProperty("name").GetString()} {one.GetProperty("version").GetString()}").Order(StringComparer.Ordinal));
        var others = components.Where(static one => !one.GetProperty("name").GetString()!.StartsWith("EmailAuth", StringComparison.Ordinal));
        Assert.All(others, static one => Assert.Equal("SHA-512", one.GetProperty("hashes")[0].GetProperty("alg").GetString()));
        Assert.All(others, static one => Assert.NotEqual(0, one.GetProperty("licenses").GetArrayLength()));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_symbols_of_a_package_are_beside_it(string id)
    {
        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open(id);
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(PackedPackages.FileOf(id), ".snupkg"));
        var ours = PackedPackages.Content(package)
            .Where(static name => Path.GetFileName(name).StartsWith("EmailAuth", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(ours);
        Assert.Equal(
            ours.Select(static name => Path.ChangeExtension(name, ".pdb")).Order(StringComparer.Ordinal),
            PackedPackages.Content(symbols).Where(static name => name.EndsWith(".pdb", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    // What a library promised with its last release, or since the baselines began: dotnet pack compares, and what is gone is an error.
    [Fact]
    public void Every_library_is_packed_beside_its_baseline()
    {
        var libraries = PackedPackages.Projects.Where(static project => PackedPackages.Property(project.Value, "PackAsTool") != "true").Select(static project => project.Key).ToList();
        Assert.Equal(
            libraries.Select(static id => id + ".nupkg").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Repository.PathOf("testdata", "baseline")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var id in libraries)
        {
            using var baseline = ZipFile.OpenRead(Repository.PathOf("testdata", "baseline", id + ".nupkg"));
            Assert.Equal([$"{id}.nuspec", $"lib/net10.0/{id}.dll"], baseline.Entries.Select(static entry => entry.FullName).Order(StringComparer.Ordinal));
            PackedPackages.SkipWithout();
            using var package = PackedPackages.Open(id);
            Assert.True(PackedPackages.BytesOf(baseline, $"lib/net10.0/{id}.dll").Length < PackedPackages.BytesOf(package, $"lib/net10.0/{id}.dll").Length);
        }

        Assert.Equal("true", PackedPackages.Property(Repository.PathOf("Directory.Build.props"), "EnablePackageValidation"));
    }

    [Fact]
    public void The_librarys_package_holds_what_a_user_needs()
    {
        PackedPackages.SkipWithout();
        using var package = PackedPackages.Open("EmailAuth");
        Assert.Equal(
            ["CHANGELOG.md", "EmailAuth.nuspec", "LICENSE", "README.md", "icon.png", "lib/net10.0/EmailAuth.dll", "lib/net10.0/EmailAuth.xml", "sbom.cdx.json", "settings.schema.json"],
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
