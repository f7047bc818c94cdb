using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml.Linq;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>
/// The packages as a new user meets them: a console project outside the repository that restores them from a folder. EMAILAUTH_PACKAGES
/// names the folder into which they were packed.
/// </summary>
public sealed class PackageTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private static readonly string? Packages = Environment.GetEnvironmentVariable("EMAILAUTH_PACKAGES");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-package-");

    [Fact]
    public async Task The_readmes_first_example_builds_without_warnings_and_prints_the_field()
    {
        await PrepareAsync();
        var run = await DotnetAsync("run");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("Authentication-Results: mx.example.org;", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_example_of_the_package_for_tests_builds_without_warnings_and_runs()
    {
        await PrepareAsync("EmailAuth.Testing", "src/EmailAuth.Testing/README.md");
        var run = await DotnetAsync("run");
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("192.0.2.66: dmarc Fail, Reject", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_for_tests_depends_on_the_library_alone_and_in_its_own_version()
    {
        SkipWithoutPackages();
        using var package = ZipFile.OpenRead(PackageOf("EmailAuth.Testing"));
        Assert.Subset(
            package.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal),
            new HashSet<string>(["LICENSE", "README.md", "icon.png", "lib/net10.0/EmailAuth.Testing.dll", "lib/net10.0/EmailAuth.Testing.xml"], StringComparer.Ordinal));

        using var nuspec = package.GetEntry("EmailAuth.Testing.nuspec")!.Open();
        var dependency = Assert.Single(XDocument.Load(nuspec).Descendants(), element => element.Name.LocalName == "dependency");
        var version = VersionOf(LibraryPackage());
        Assert.Equal("EmailAuth", dependency.Attribute("id")!.Value);
        Assert.Contains(dependency.Attribute("version")!.Value, new[] { $"[{version}]", $"[{version}, {version}]" });
    }

    [Fact]
    public async Task The_same_publishes_natively_without_warnings_and_runs()
    {
        await PrepareAsync();
        var publish = await DotnetAsync("publish", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.StartsWith("linux", StringComparison.Ordinal) ? "linux-x64" : RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true", "-o", "out");
        Assert.True(publish.ExitCode == 0, publish.Output + publish.Error);
        Assert.DoesNotContain("warning", publish.Output, StringComparison.OrdinalIgnoreCase);
        var run = await RunAsync(Path.Combine(_folder.FullName, "out", "app"));
        Assert.Contains("Authentication-Results: mx.example.org;", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_installs_as_a_tool()
    {
        SkipWithoutPackages();
        var install = await DotnetAsync("tool", "install", "EmailAuth.Tool", "--tool-path", "tools", "--source", Packages!);
        Assert.True(install.ExitCode == 0, install.Output + install.Error);
        var run = await RunAsync(Path.Combine(_folder.FullName, "tools", "emailauth"), "--version");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Output);
    }

    [Fact]
    public void The_librarys_package_holds_what_a_user_needs_and_depends_on_what_the_library_uses()
    {
        SkipWithoutPackages();
        using var package = ZipFile.OpenRead(LibraryPackage());
        var content = package.Entries.Select(entry => entry.FullName)
            .Where(name => name is not ("_rels/.rels" or "[Content_Types].xml") && !name.StartsWith("package/", StringComparison.Ordinal));
        Assert.Equal(
            ["CHANGELOG.md", "EmailAuth.nuspec", "LICENSE", "README.md", "icon.png", "lib/net10.0/EmailAuth.dll", "lib/net10.0/EmailAuth.xml", "settings.schema.json"],
            content.Order(StringComparer.Ordinal));

        using var nuspec = package.GetEntry("EmailAuth.nuspec")!.Open();
        var dependencies = XDocument.Load(nuspec).Descendants().Where(element => element.Name.LocalName == "dependency").Select(Named("id"));
        var references = XDocument.Load(Repository.PathOf("src", "EmailAuth", "EmailAuth.csproj")).Descendants("PackageReference")
            .Where(reference => reference.Attribute("PrivateAssets") is null).Select(Named("Include"));
        Assert.Equal(references.Order(StringComparer.Ordinal), dependencies.Order(StringComparer.Ordinal));

        static Func<XElement, string> Named(string attribute) => element => element.Attribute(attribute)!.Value;
    }

    [Fact]
    public void The_inspections_package_holds_its_readme_and_depends_on_exactly_its_version_of_the_library()
    {
        SkipWithoutPackages();
        using var package = ZipFile.OpenRead(Directory.GetFiles(Packages!, "EmailAuth.Inspection.?.*.nupkg").Single());
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Superset(new HashSet<string>(["README.md", "icon.png", "lib/net10.0/EmailAuth.Inspection.dll", "lib/net10.0/EmailAuth.Inspection.xml"]), names.ToHashSet());
        using var nuspec = package.GetEntry("EmailAuth.Inspection.nuspec")!.Open();
        var metadata = XDocument.Load(nuspec).Descendants().ToList();
        var version = metadata.Single(element => element.Name.LocalName == "version").Value;
        var library = metadata.Single(element => element.Name.LocalName == "dependency" && element.Attribute("id")!.Value == "EmailAuth");
        Assert.Equal($"[{version}]", library.Attribute("version")!.Value);
    }

    [Fact]
    public async Task The_packed_library_names_no_folder_of_the_machine_that_built_it()
    {
        SkipWithoutPackages();
        await using var package = await ZipFile.OpenReadAsync(LibraryPackage(), TestContext.Current.CancellationToken);
        await using var library = await package.GetEntry("lib/net10.0/EmailAuth.dll")!.OpenAsync(TestContext.Current.CancellationToken);
        using var bytes = new MemoryStream();
        await library.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Repository.PathOf("src"))));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void SkipWithoutPackages() =>
        Assert.SkipWhen(Packages is null, "EMAILAUTH_PACKAGES does not name a folder of packed packages (.ci/run packs them).");

    private static string LibraryPackage() => PackageOf("EmailAuth");

    private static string PackageOf(string name) => Directory.GetFiles(Packages!, name + ".?.*.nupkg").Single();

    private static string VersionOf(string library) => Path.GetFileNameWithoutExtension(library)["EmailAuth.".Length..];

    private async Task PrepareAsync(string package = "EmailAuth", string page = "README.md")
    {
        SkipWithoutPackages();
        var version = VersionOf(LibraryPackage());
        await WriteAsync("app.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <RestorePackagesPath>packages</RestorePackagesPath>
                <RestoreFallbackFolders>{PackageCache()}</RestoreFallbackFolders>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        await WriteAsync("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="emailauth" value="{Packages}" />
              </packageSources>
            </configuration>
            """);
        await WriteAsync("Program.cs", FirstExample(page));
        File.Copy(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"), Path.Combine(_folder.FullName, "message.eml"));
    }

    private static string FirstExample(string page)
    {
        var readme = File.ReadAllText(Repository.PathOf(page.Split('/')));
        var start = readme.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        return readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
    }

    // The packages that the test projects restored are already there; only our package is restored again.
    private static string PackageCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), text);

    private Task<CommandRun> DotnetAsync(params string[] arguments) => RunAsync("dotnet", arguments);

    private async Task<CommandRun> RunAsync(string program, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.FullName,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return new CommandRun(process.ExitCode, await output, await error);
    }
}
