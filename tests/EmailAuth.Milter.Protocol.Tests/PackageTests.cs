using System.IO.Compression;
using System.Xml.Linq;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Protocol.Tests;

/// <summary>The library alone: for people who want no verification of mail.</summary>
public sealed class PackageTests
{
    [Fact]
    public void The_assembly_references_nothing_but_the_platform()
    {
        var references = typeof(MilterConnection).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.True(name.StartsWith("System.", StringComparison.Ordinal), name));
    }

    [Fact]
    public void The_project_references_no_project_and_no_package_that_a_user_would_get()
    {
        var project = XDocument.Load(Repository.PathOf("src", "EmailAuth.Milter.Protocol", "EmailAuth.Milter.Protocol.csproj"));

        Assert.Empty(project.Descendants("ProjectReference"));
        Assert.Empty(project.Descendants("FrameworkReference"));
        Assert.All(project.Descendants("PackageReference"), reference => Assert.Equal("all", reference.Attribute("PrivateAssets")?.Value));
    }

    // EMAILAUTH_PACKAGES names the folder into which the packages were packed.
    [Fact]
    public void The_package_has_no_dependencies_and_its_page()
    {
        var folder = Environment.GetEnvironmentVariable("EMAILAUTH_PACKAGES");
        Assert.SkipWhen(folder is null, "Not packed: EMAILAUTH_PACKAGES is not set.");
        using var package = ZipFile.OpenRead(Directory.GetFiles(folder, "EmailAuth.Milter.Protocol.*.nupkg").Single());
        var content = package.Entries.Select(entry => entry.FullName)
            .Where(name => name is not ("_rels/.rels" or "[Content_Types].xml") && !name.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal(
            ["CHANGELOG.md", "EmailAuth.Milter.Protocol.nuspec", "LICENSE", "README.md", "icon.png", "lib/net10.0/EmailAuth.Milter.Protocol.dll", "lib/net10.0/EmailAuth.Milter.Protocol.xml", "sbom.cdx.json"],
            content.Order(StringComparer.Ordinal));

        using var nuspec = package.GetEntry("EmailAuth.Milter.Protocol.nuspec")!.Open();
        var elements = XDocument.Load(nuspec).Descendants().ToList();
        Assert.DoesNotContain(elements, element => element.Name.LocalName == "dependency");
        Assert.Equal(
            XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("Version").Single().Value,
            elements.Single(element => element.Name.LocalName == "version").Value);
    }

    // What another product needs, a user needs too.
    [Fact]
    public void Only_tests_benchmarks_and_fuzzing_see_internal_members()
    {
        var project = XDocument.Load(Repository.PathOf("src", "EmailAuth.Milter.Protocol", "EmailAuth.Milter.Protocol.csproj"));

        Assert.All(
            project.Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value),
            name => Assert.True(name.EndsWith(".Tests", StringComparison.Ordinal) || name is "EmailAuth.Benchmarks" or "EmailAuth.Fuzz", name));
    }
}
