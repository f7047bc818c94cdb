using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The packages in the folder that EMAILAUTH_PACKAGES names, and the projects of which they are made.</summary>
internal static class PackedPackages
{
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("EMAILAUTH_PACKAGES");

    /// <summary>The projects that are packed, by the ids of their packages.</summary>
    public static IReadOnlyDictionary<string, string> Projects { get; } = Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
        .Where(path => Property(path, "IsPackable") == "true")
        .ToDictionary(path => Property(path, "PackageId")!, StringComparer.Ordinal);

    /// <summary>The version of all packages.</summary>
    public static string Version { get; } = Property(Repository.PathOf("Directory.Build.props"), "Version")!;

    public static void SkipWithout() =>
        Assert.SkipWhen(Folder is null, "EMAILAUTH_PACKAGES does not name a folder of packed packages (.ci/run packs them).");

    /// <summary>The file of a package.</summary>
    public static string FileOf(string package) => Path.Combine(Folder!, $"{package}.{Version}.nupkg");

    public static ZipArchive Open(string package) => ZipFile.OpenRead(FileOf(package));

    /// <summary>The metadata of a package.</summary>
    public static XElement Metadata(ZipArchive package)
    {
        using var nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    /// <summary>What is in a package, other than what each package has.</summary>
    public static IEnumerable<string> Content(ZipArchive package) => package.Entries.Select(entry => entry.FullName)
        .Where(name => name is not ("_rels/.rels" or "[Content_Types].xml") && !name.StartsWith("package/", StringComparison.Ordinal));

    /// <summary>A file of a package.</summary>
    public static byte[] BytesOf(ZipArchive package, string name)
    {
        using var stream = package.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>What the lock file of a package's project has, without what only builds it: each as its name and version, in order.</summary>
    public static IEnumerable<string> LockedPackages(string id)
    {
        var folder = Path.GetDirectoryName(Projects[id])!;
        var tool = Path.Combine(folder, "packages.tool.lock.json");
        using var locked = JsonDocument.Parse(File.ReadAllBytes(File.Exists(tool) ? tool : Path.Combine(folder, "packages.lock.json")));
        var ours = Directory.EnumerateDirectories(Repository.PathOf("src")).Select(Path.GetFileName).OfType<string>().ToDictionary(name => name, StringComparer.OrdinalIgnoreCase);
        return [.. locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(static one => !one.Name.EndsWith("Analyzers", StringComparison.Ordinal) && one.Name is not ("Meziantou.Analyzer" or "Microsoft.NET.ILLink.Tasks"))
            .Select(one => one.Value.TryGetProperty("resolved", out var version) ? $"{one.Name} {version.GetString()}" : $"{ours[one.Name]} {Version}")
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The version at which the project uses a package of others.</summary>
    public static string PinnedVersion(string package) => XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(element => element.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    /// <summary>A property as a project file sets it, or null.</summary>
    public static string? Property(string project, string name) =>
        XDocument.Load(project).Descendants(name).Select(element => element.Value).FirstOrDefault();
}
