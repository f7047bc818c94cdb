using System.Text.Json;
using System.Xml.Linq;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>What is built is what was reviewed: each package by its hash, and none with a known fault.</summary>
/// <remarks>The restore of <c>.ci/run</c> is locked and looks advisories up: NU1901 to NU1904 are errors.</remarks>
public class SupplyChainTests
{
    private static IEnumerable<string> Projects => File.ReadLines(Repository.PathOf("EmailAuth.sln"))
        .Where(line => line.StartsWith("Project(", StringComparison.Ordinal)).Select(line => line.Split('"')[5]).Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(path => Repository.PathOf(path.Replace('\\', '/')));

    [Fact]
    public void Every_project_has_a_lock_file_with_the_hash_of_every_package()
    {
        Assert.NotEmpty(Projects);
        foreach (var project in Projects)
        {
            var file = Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json");
            Assert.True(File.Exists(file), file);
            using var locked = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var package in locked.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(target => target.Value.EnumerateObject()))
            {
                Assert.True(package.Value.GetProperty("type").GetString() == "Project" || package.Value.GetProperty("contentHash").GetString() is { Length: > 80 }, $"{file}: {package.Name}");
            }
        }
    }

    [Fact]
    public void No_advisory_is_passed_over()
    {
        var files = Directory.EnumerateFiles(Repository.Root, "Directory.*.props").Concat(Projects).Concat(Directory.EnumerateFiles(Repository.PathOf("src"), "Directory.*.*", SearchOption.AllDirectories));
        var settings = files.SelectMany(file => XDocument.Load(file).Descendants()).ToList();

        Assert.Equal("true", Assert.Single(settings, one => one.Name.LocalName == "NuGetAudit").Value);
        Assert.Equal("all", Assert.Single(settings, one => one.Name.LocalName == "NuGetAuditMode").Value);
        Assert.DoesNotContain(settings, one => one.Name.LocalName is "NuGetAuditSuppress" or "NuGetAuditLevel");
        var passedOver = settings.Where(one => one.Name.LocalName is "NoWarn" or "WarningsNotAsErrors").SelectMany(one => one.Value.Split(';')).Where(code => code.StartsWith("NU19", StringComparison.Ordinal));
        Assert.Equal(["NU1900"], passedOver);
    }
}
